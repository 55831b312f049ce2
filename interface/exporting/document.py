"""A post as Markdown, from which an import makes the same post."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import tomli_w

from application.exporting.views import ExportedPost
from domain.post import Access, Kind, Status


@dataclass(frozen=True, slots=True)
class Illustrated:
    """A post whose pictures are files beside it, with what these show, by their addresses."""

    post: ExportedPost
    cover: str | None
    alts: Mapping[str, str]


def document_of(shown: Illustrated) -> bytes:
    """Write front matter that Zola and Hugo read, with the table `extra.broadsheet`, and the
    body."""
    front = tomli_w.dumps(_without_nothing(_front_matter(shown)))
    return f"+++\n{front}+++\n{shown.post.body}".encode()


def _front_matter(shown: Illustrated) -> dict[str, Any]:
    post = shown.post
    exact = _exact(post) | {"alts": shown.alts or None}
    return {
        "path": _relative(post.path) if post.path else None,
        "title": post.title,
        "slug": post.slug,
        "date": post.published_at or post.created_at,
        "updated": post.updated_at,
        # other generators must not publish what the blog does not
        "draft": post.status is not Status.PUBLISHED or None,
        "description": post.summary,
        "authors": [post.display_name],
        "aliases": [_relative(alias) for alias in post.aliases] or None,
        "tags": post.tags or None,
        "extra": _without_nothing({"cover": shown.cover, "broadsheet": _without_nothing(exact)}),
    }


def _exact(post: ExportedPost) -> dict[str, Any]:
    return {
        "username": post.username,
        "created_at": post.created_at,
        "byline": post.byline,
        "former_slugs": post.former_slugs or None,
        "archived": post.status is Status.ARCHIVED or None,
        "page": post.kind is Kind.PAGE or None,
        "access": None if post.access is Access.PUBLIC else post.access.value,
    }


def _relative(address: str) -> str:
    return address.removeprefix("/") or address


def _without_nothing(table: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if value is not None}
