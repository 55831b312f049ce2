"""Settings for tests: nothing of the machine's environment gets in."""

from tempfile import TemporaryDirectory
from typing import Any

from core.config import Settings

# of all containers: the names of files are unique
_MEDIA = TemporaryDirectory(prefix="media-", ignore_cleanup_errors=True)
SECRET = "a secret that is long enough for HS256"


def settings_for(primary: str, *replicas: str, **others: Any) -> Settings:
    """Settings that name these databases, without limits unless told otherwise."""
    return Settings(
        _env_file=None,
        database_url=primary,
        database_replica_url=replicas,
        jwt_secret=SECRET,
        **{"rate_limits": "off", "media_url": _MEDIA.name, **others},
    )


def environment_of(settings: Settings) -> dict[str, str]:
    """Return these settings as environment variables, for a child process."""
    replicas = (url.render_as_string(hide_password=False) for url in settings.replicas)
    return {
        "DATABASE_URL": settings.primary.render_as_string(hide_password=False),
        "DATABASE_REPLICA_URL": ",".join(replicas),
        "REDIS_URL": settings.redis_url,
        "JWT_SECRET": SECRET,
        "MEDIA_URL": settings.media_url,
        "RATE_LIMITS": settings.rate_limits,
    }
