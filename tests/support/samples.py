"""Aggregates for tests: what a test does not care about is filled in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from domain.caller import Caller, Role
from domain.ids import new_id
from domain.post import Post, Status
from domain.token_family import TokenFamily
from domain.user import User

NOW = datetime(2024, 5, 17, 12, 30, 15, 123456, UTC)


def a_user(username: str = "ann", **others: Any) -> User:
    """A registered user."""
    email = f"{new_id().hex}@example.com"
    return replace(User.register(username, email, "a hash", None, NOW), **others)


def a_post(author: User, title: str = "A title", **others: Any) -> Post:
    """A draft."""
    post = Post.written(author.id, f"slug-{new_id().hex[-12:]}", title, "A body", NOW)
    return replace(post, **others)


def a_published_post(author: User, title: str = "A title", **others: Any) -> Post:
    """A post that everyone may see."""
    shown: dict[str, Any] = {"status": Status.PUBLISHED, "published_at": NOW}
    return a_post(author, title, **(shown | others))


def a_family(user: User, **others: Any) -> TokenFamily:
    """A login."""
    return replace(TokenFamily.opened(user.id, NOW), **others)


def caller(user: User, role: Role = Role.AUTHOR) -> Caller:
    """A user, as their access token says."""
    return Caller(user.id, role)
