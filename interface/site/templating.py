"""The templates of pages, and the filters that they use."""

import re
from calendar import month_name
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup, escape

from application.media.views import ShownPicture
from application.post.views import PostSummary
from application.site.pictures import COLUMN, srcset_of
from application.site.views import ArticlePage, FeedView
from domain.post import Access
from interface.http.lasting_files import LastingFile
from interface.http.templates import environment_in

_HERE = Path(__file__).parent
STYLE = LastingFile(_HERE / "files" / "style.css")
_STYLE_PATH = f"/style-{STYLE.digest}.css"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_WHO_MAY_READ = {
    Access.PUBLIC: "Everyone may read this post.",
    Access.MEMBERS: "Only members may read this post.",
    Access.OFFER: "Only readers who hold an offer on this post may read it.",
}
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def instant(moment: datetime) -> str:
    """Return a moment as RFC 3339 has it, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def feed_title(feed: FeedView) -> str:
    """Return the name of a feed: that of the blog, and of the tag or author."""
    return f"{feed.name} – {feed.site.blog.title}" if feed.name else feed.site.blog.title


def folder(path: str) -> str:
    """Return the address below which the feeds of a list are."""
    return path if path.endswith("/") else f"{path}/"


def closed_line(post: PostSummary) -> str:
    """Say who may read a post that is not for all."""
    return _WHO_MAY_READ[post.access]


def linked_data(page: ArticlePage) -> dict[str, Any]:
    """Return a post as a `BlogPosting` of schema.org."""
    post, address = page.post, f"{page.site.base}/posts/{_segment(page.post.slug)}"
    return {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "description": post.excerpt,
        "datePublished": instant(post.published_at or post.created_at),
        "dateModified": instant(post.updated_at),
        "author": {"@type": "Person", "name": post.byline or post.author.display_name},
        "keywords": list(post.tags),
        "isAccessibleForFree": post.access is not Access.OFFER,
        "mainEntityOfPage": address,
        "url": address,
        **({"image": page.site.base + largest(post.cover)} if post.cover else {}),
    }


def largest(shown: ShownPicture) -> str:
    """Return the address of the largest size of a picture that was made for pages."""
    return shown.sizes[-1].url if shown.sizes else shown.url


def _segment(text: str) -> str:
    return quote(text, safe="")


def _date(moment: date) -> str:
    return f"{moment.day} {month_name[moment.month]} {moment.year}"


def _month(number: int) -> str:
    return month_name[number]


def _printable(text: str | None) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text or "")


def _marked(text: str, q: str) -> Markup:
    """Return a text in which the words of a search are marked."""
    words = sorted(filter(None, map(re.escape, q.split())), key=len, reverse=True)
    if not words:
        return escape(text)
    parts = re.split(f"({'|'.join(words)})", text, flags=re.IGNORECASE)
    shown = (
        Markup("<mark>{}</mark>").format(part) if n % 2 else part for n, part in enumerate(parts)
    )
    return Markup("").join(shown)


def _environment() -> Environment:
    templates = environment_in(_HERE / "templates")
    templates.filters |= {
        "closed_line": closed_line,
        "date": _date,
        "feed_title": feed_title,
        "folder": folder,
        "instant": instant,
        "largest": largest,
        "linked_data": linked_data,
        "marked": _marked,
        "month": _month,
        "printable": _printable,
        "segment": _segment,
        "srcset": srcset_of,
    }
    templates.globals |= {"column": COLUMN, "never": _NEVER, "style": _STYLE_PATH}
    return templates


TEMPLATES = _environment()
