"""The container of the machine with the blog's aggregates."""

from core.blog.aggregates import AGGREGATES
from core.blog.revision import WITHOUT_REVISIONS
from core.config import Settings, load_settings
from core.dependencies.aggregate import registered
from core.dependencies.container import Container
from core.dependencies.machine import MACHINE
from core.logging import configure_logging

_REGISTRY = registered((MACHINE, *AGGREGATES))
_WITHOUT_REVISIONS = registered((MACHINE, *AGGREGATES, WITHOUT_REVISIONS))


def blog_container(settings: Settings) -> Container:
    """Make a container with these settings."""
    return Container(settings, _REGISTRY if settings.revisions else _WITHOUT_REVISIONS)


def build_container() -> Container:
    """Make the container that the environment asks for; raises WrongSetting."""
    settings = load_settings()
    configure_logging(as_json=settings.environment == "production")
    return blog_container(settings)
