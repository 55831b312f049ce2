"""In-memory readers of comments, tags and users."""

from collections import Counter
from typing import Any
from uuid import UUID

from application.comment.views import CommentPage, CommentView
from application.pages import PageQuery
from application.tag.views import TagList, TagView
from application.user.ports import UsersQuery
from application.user.views import AccountView, AuthorView, PersonView, UserPage, UserView
from domain.comment import Comment
from domain.errors import Invalid
from domain.text import folded
from domain.user import Caller, User
from tests.support.fake_repositories import Blog, BlogSource


class FakeCommentReader:
    """Comments as views."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, post_id: UUID, number: int, seen_by: Caller | None) -> CommentView | None:
        blog = self._blog()
        if not _sees(blog, post_id, seen_by):
            return None
        found = (each for each in blog.comments_on(post_id) if each.number == number)
        return next((_comment(blog, comment) for comment in found), None)

    async def page(
        self, post_id: UUID, query: PageQuery, seen_by: Caller | None
    ) -> CommentPage | None:
        blog = self._blog()
        if not _sees(blog, post_id, seen_by):
            return None
        comments = blog.comments_on(post_id)
        last = _number(query.cursor) if query.cursor else 0
        rest = [each for each in comments if each.number > last][query.offset or 0 :]
        shown = rest[: query.limit]
        return CommentPage(
            total=len(comments),
            total_is_exact=True,
            items=tuple(_comment(blog, comment) for comment in shown),
            next_cursor=f"number:{shown[-1].number}" if len(rest) > len(shown) else None,
        )


class FakeTagReader:
    """Tags as views."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def most_used(self) -> TagList:
        names: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for post in self._blog().posts.values():
            for tag in post.tags if post.is_public else ():
                counts[folded(tag)] += 1
                names.setdefault(folded(tag), tag)
        ordered = sorted(counts, key=lambda tag: (-counts[tag], tag))
        return TagList(
            items=tuple(TagView(name=names[tag], posts_count=counts[tag]) for tag in ordered)
        )


class FakeUserReader:
    """Users as views."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def account(self, user_id: UUID) -> AccountView | None:
        user = self._blog().users.get(user_id)
        return AccountView(**self._fields(user, AccountView)) if user else None

    async def user(self, user_id: UUID) -> UserView | None:
        user = self._blog().users.get(user_id)
        return UserView(**self._fields(user, UserView)) if user else None

    async def person(self, username: str) -> PersonView | None:
        user = self._called(username)
        return PersonView(**self._fields(user, PersonView)) if user else None

    async def is_followed(self, username: str, by: UUID) -> bool:
        user = self._called(username)
        return user is not None and (by, user.id) in self._blog().follows

    async def page(self, query: UsersQuery) -> UserPage:
        chosen = [user for user in self._blog().users.values() if _is_chosen(user, query)]
        chosen.sort(key=lambda user: folded(user.username))
        rest = [user for user in chosen if folded(user.username) > (query.cursor or "")]
        rest = rest[query.offset or 0 :]
        shown = rest[: query.limit]
        return UserPage(
            total=len(chosen),
            total_is_exact=True,
            items=tuple(UserView(**self._fields(user, UserView)) for user in shown),
            next_cursor=folded(shown[-1].username) if len(rest) > len(shown) else None,
        )

    def _called(self, username: str) -> User | None:
        users = self._blog().users.values()
        return next((user for user in users if folded(user.username) == folded(username)), None)

    def _fields(self, user: User, view: type[PersonView]) -> dict[str, Any]:
        followers = sum(followed == user.id for _, followed in self._blog().follows)
        fields = {name: getattr(user, name, None) for name in view.model_fields}
        return fields | {"followers_count": followers}


def author_view(user: User) -> AuthorView:
    """Who wrote something."""
    return AuthorView(username=user.username, display_name=user.display_name, image=user.image)


def _sees(blog: Blog, post_id: UUID, caller: Caller | None) -> bool:
    post = blog.posts.get(post_id)
    if post is None:
        return False
    may_edit = caller is not None and (caller.edits_all_posts or caller.id == post.author_id)
    return may_edit or post.is_public


def _comment(blog: Blog, comment: Comment) -> CommentView:
    return CommentView(
        number=comment.number,
        body=comment.body,
        author=author_view(blog.users[comment.author_id]),
        created_at=comment.created_at,
        updated_at=comment.updated_at,
    )


def _number(cursor: str) -> int:
    made_for, _, number = cursor.partition(":")
    if made_for != "number":
        raise Invalid("cursor", "It is not a cursor of ours: take `next_cursor`.")
    return int(number)


def _is_chosen(user: User, query: UsersQuery) -> bool:
    names = folded(user.username), folded(user.email or "")
    has_part = query.q is None or any(folded(query.q) in name for name in names)
    return has_part and query.role in (None, user.role)
