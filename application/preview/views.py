"""Views of previews."""

from datetime import datetime

from pydantic import Field

from application.site.views import ArticlePage
from application.views import View


class PreviewLink(View):
    """A link that shows a post to whoever has it."""

    url: str = Field(examples=["https://blog.example/previews?token=WyIwMTk4YzViMiJd.c2ln"])
    expires_at: datetime = Field(examples=["2026-01-09T03:04:05Z"])


class PreviewPage(ArticlePage):
    """A post as it may become. Its address is that of its link, not of its slug."""

    def _slug(self) -> str:
        return ""
