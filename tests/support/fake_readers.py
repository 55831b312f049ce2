"""In-memory readers: who sees which posts, in which order, from where on."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from application.post.ports import TOTAL_LIMIT, Listing, PostsQuery, Sort
from application.post.views import (
    AuthorView,
    EditorialPostView,
    EditorialSummary,
    PostPage,
    PostSummary,
    PostView,
)
from application.user.views import AccountView, ProfileView
from domain.errors import Invalid, Unauthenticated
from domain.post import Post, Status
from domain.text import folded
from domain.user import Caller, User
from tests.support.fake_repositories import Blog, BlogSource

Place = tuple[datetime, bytes]
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

    async def page(self, query: PostsQuery, seen_by: Caller | None) -> PostPage:
        blog = self._blog()
        chosen = _chosen(blog, query, seen_by)
        chosen.sort(key=_place, reverse=query.sort is Sort.NEWEST)
        rest = _after(query, chosen)
        shown, total = rest[: query.limit], len(chosen)
        return PostPage(
            total=min(total, TOTAL_LIMIT),
            total_is_exact=total <= TOTAL_LIMIT,
            items=tuple(_summary(blog, post, seen_by) for post in shown),
            next_cursor=_cursor(query.sort, shown[-1]) if len(rest) > len(shown) else None,
        )


class FakeUserReader:
    """Users as views."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def account(self, user_id: UUID) -> AccountView | None:
        user = self._blog().users.get(user_id)
        return AccountView(**_of_user(user, AccountView)) if user else None

    async def profile(self, username: str) -> ProfileView | None:
        for user in self._blog().users.values():
            if folded(user.username) == folded(username):
                return ProfileView(**_of_user(user, ProfileView))
        return None


def _chosen(blog: Blog, query: PostsQuery, seen_by: Caller | None) -> list[Post]:
    conditions = [_listed(query.status)]
    if query.status is not Listing.PUBLISHED:
        conditions.append(_own(seen_by))
    if query.author is not None:
        conditions.append(_by(blog, query.author))
    conditions += [_tagged(tag) for tag in query.tag]
    return [post for post in blog.posts.values() if all(holds(post) for holds in conditions)]


def _listed(listing: Listing) -> Callable[[Post], bool]:
    if listing is Listing.DELETED:
        return lambda post: post.deleted_at is not None
    return lambda post: post.status == listing.value and post.deleted_at is None


def _own(caller: Caller | None) -> Callable[[Post], bool]:
    if caller is None:
        raise Unauthenticated("Sign in to see posts that are not published.")
    return lambda post: _may_edit(caller, post)


def _by(blog: Blog, username: str) -> Callable[[Post], bool]:
    return lambda post: folded(blog.users[post.author_id].username) == folded(username)


def _tagged(tag: str) -> Callable[[Post], bool]:
    return lambda post: folded(tag.strip()) in map(folded, post.tags)


def _may_edit(caller: Caller | None, post: Post) -> bool:
    return caller is not None and (caller.edits_all_posts or caller.id == post.author_id)


def _place(post: Post) -> Place:
    """Where a post stands in a list: what has no date counts as the oldest."""
    return post.published_at or _BEFORE_ALL, post.id.bytes


def _after(query: PostsQuery, chosen: list[Post]) -> list[Post]:
    if query.cursor is None:
        return chosen[query.offset or 0 :]
    last = _read_cursor(query.cursor, query.sort)
    if query.sort is Sort.NEWEST:
        return [post for post in chosen if _place(post) < last]
    return [post for post in chosen if _place(post) > last]


def _cursor(sort: Sort, post: Post) -> str:
    published_at, _ = _place(post)
    return json.dumps([sort, published_at.isoformat(), post.id.hex])


def _read_cursor(text: str, sort: Sort) -> Place:
    try:
        made_for, published_at, post_id = json.loads(text)
    except ValueError as error:
        raise Invalid("cursor", "It is not a cursor of ours: take `next_cursor`.") from error
    if made_for != sort:
        raise Invalid("cursor", f"It was made for sort={made_for}: begin anew.")
    return datetime.fromisoformat(published_at), UUID(post_id).bytes


def _summary(blog: Blog, post: Post, seen_by: Caller | None) -> PostSummary:
    fields = _fields(blog, post)
    if _may_edit(seen_by, post):
        return EditorialSummary(**fields, deleted_at=post.deleted_at)
    return PostSummary(**fields)


def _fields(blog: Blog, post: Post) -> dict[str, Any]:
    author = blog.users[post.author_id]
    fields = {name: getattr(post, name, 0) for name in PostSummary.model_fields}
    fields["status"] = Status(post.status)
    fields["author"] = AuthorView(
        username=author.username, display_name=author.display_name, image=author.image
    )
    return fields


def _of_user(user: User, view: type[ProfileView]) -> dict[str, Any]:
    return {name: getattr(user, name, 0) for name in view.model_fields}
