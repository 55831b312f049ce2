"""The in-memory reader of posts: who sees which, in which order, from where on."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from application.pages import TOTAL_LIMIT
from application.post.ports import Listing, PostsQuery, Sort
from application.post.views import (
    EditorialPostView,
    EditorialSummary,
    PostPage,
    PostSummary,
    PostView,
)
from domain.errors import Invalid
from domain.post import Post, Status
from domain.text import folded
from domain.user import Caller
from domain.words import searched_words
from tests.support.fake_readers import author_view
from tests.support.fake_repositories import Blog, BlogSource

Place = tuple[datetime | str, bytes]
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


class FakePostReader:
    """Posts as views."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, key: UUID | str, seen_by: Caller | None) -> PostView | None:
        blog = self._blog()
        post_id = key if isinstance(key, UUID) else blog.addresses.get(key)
        post = blog.posts.get(post_id) if post_id else None
        if post is None or not (post.is_public or _may_edit(seen_by, post)):
            return None
        fields = _fields(blog, post) | {"body": post.body}
        if _may_edit(seen_by, post):
            return EditorialPostView(**fields, deleted_at=post.deleted_at)
        return PostView(**fields)

    async def slug_at(self, address: str, seen_by: Caller | None) -> str | None:
        found = await self.get(address, seen_by)
        return found.slug if found else None

    async def written_by(self, user_id: UUID, post_ids: Sequence[UUID]) -> set[UUID]:
        posts = self._blog().posts
        return {post_id for post_id in post_ids if posts[post_id].author_id == user_id}

    async def page(self, query: PostsQuery, seen_by: Caller | None) -> PostPage:
        blog = self._blog()
        chosen = _chosen(blog, query, seen_by)
        chosen.sort(key=_order(query.sort), reverse=query.sort.startswith("-"))
        rest = _after(query, chosen)
        shown, total = rest[: query.limit], len(chosen)
        return PostPage(
            total=min(total, TOTAL_LIMIT),
            total_is_exact=total <= TOTAL_LIMIT,
            items=tuple(_summary(blog, post, seen_by) for post in shown),
            next_cursor=_cursor(query.sort, shown[-1]) if len(rest) > len(shown) else None,
        )


def _chosen(blog: Blog, query: PostsQuery, seen_by: Caller | None) -> list[Post]:
    conditions = [_listed(query.status)]
    if query.status is not Listing.PUBLISHED:
        conditions.append(_own(seen_by))
    if query.author is not None:
        conditions.append(_by(blog, query.author))
    if query.favorited_by is not None:
        conditions.append(_favored(blog, query.favorited_by))
    if query.feed is not None:
        conditions.append(_of_followed(blog, seen_by))
    if query.q is not None:
        conditions.append(_has_words(query.q))
    conditions += [_tagged(tag) for tag in query.tag]
    return [post for post in blog.posts.values() if all(holds(post) for holds in conditions)]


def _listed(listing: Listing) -> Callable[[Post], bool]:
    if listing is Listing.DELETED:
        return lambda post: post.deleted_at is not None
    return lambda post: post.status == listing.value and post.deleted_at is None


def _own(caller: Caller | None) -> Callable[[Post], bool]:
    return lambda post: _may_edit(caller, post)


def _by(blog: Blog, username: str) -> Callable[[Post], bool]:
    return lambda post: folded(blog.users[post.author_id].username) == folded(username)


def _tagged(tag: str) -> Callable[[Post], bool]:
    return lambda post: folded(tag.strip()) in map(folded, post.tags)


def _favored(blog: Blog, username: str) -> Callable[[Post], bool]:
    favored = {
        post_id
        for user_id, post_id in blog.favorites
        if folded(blog.users[user_id].username) == folded(username)
    }
    return lambda post: post.id in favored


def _of_followed(blog: Blog, caller: Caller | None) -> Callable[[Post], bool]:
    return lambda post: caller is not None and (caller.id, post.author_id) in blog.follows


def _has_words(text: str) -> Callable[[Post], bool]:
    wanted = set(searched_words(text))
    return lambda post: wanted <= set(searched_words(post.title, post.summary or "", post.body))


def _may_edit(caller: Caller | None, post: Post) -> bool:
    return caller is not None and (caller.edits_all_posts or caller.id == post.author_id)


def _order(sort: Sort) -> Callable[[Post], Place]:
    """Where a post stands in a list: what has no date counts as the oldest."""
    name = sort.removeprefix("-")
    return lambda post: (getattr(post, name) or _BEFORE_ALL, post.id.bytes)


def _after(query: PostsQuery, chosen: list[Post]) -> list[Post]:
    if query.cursor is None:
        return chosen[query.offset or 0 :]
    last, place = _read_cursor(query.cursor, query.sort), _order(query.sort)
    if query.sort.startswith("-"):
        return [post for post in chosen if place(post) < last]
    return [post for post in chosen if place(post) > last]


def _cursor(sort: Sort, post: Post) -> str:
    at, _ = _order(sort)(post)
    return json.dumps([sort, at.isoformat() if isinstance(at, datetime) else at, post.id.hex])


def _read_cursor(text: str, sort: Sort) -> Place:
    try:
        made_for, at, post_id = json.loads(text)
    except ValueError as error:
        raise Invalid("cursor", "It is not a cursor of ours: take `next_cursor`.") from error
    if made_for != sort:
        raise Invalid("cursor", f"It was made for sort={made_for}: begin anew.")
    return at if sort is Sort.TITLE else datetime.fromisoformat(at), UUID(post_id).bytes


def _summary(blog: Blog, post: Post, seen_by: Caller | None) -> PostSummary:
    fields = _fields(blog, post)
    if _may_edit(seen_by, post):
        return EditorialSummary(**fields, deleted_at=post.deleted_at)
    return PostSummary(**fields)


def _fields(blog: Blog, post: Post) -> dict[str, Any]:
    author = blog.users[post.author_id]
    fields = {name: getattr(post, name, 0) for name in PostSummary.model_fields}
    fields["status"] = Status(post.status)
    fields["author"] = author_view(author)
    fields["comments_count"] = len(blog.comments_on(post.id))
    fields["favorites_count"] = sum(favored == post.id for _, favored in blog.favorites)
    return fields
