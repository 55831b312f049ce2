"""A personal token: what a script shows in place of an access token."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from domain.caller import Caller, Role
from domain.errors import Invalid
from domain.ids import new_id
from domain.text import checked_line

PREFIX = "bs_"
NAME_LIMIT = 100
_SHOWN = 8  # characters, by which users tell their tokens apart


class Scope(StrEnum):
    """What a token may do, as far as its user's role allows it; each includes reading."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """A token without its secret, of which only the SHA-256 is stored."""

    id: UUID
    user_id: UUID
    name: str
    scopes: tuple[Scope, ...]
    prefix: str
    digest: bytes
    created_at: datetime
    expires_at: datetime | None

    @classmethod
    def issued(
        cls,
        user_id: UUID,
        name: str,
        scopes: Collection[Scope],
        expires_at: datetime | None,
        now: datetime,
    ) -> tuple["PersonalToken", str]:
        """Make a token; returns it and its secret text, which is nowhere else."""
        if expires_at is not None and expires_at <= now:
            raise Invalid("expires_at", "It must lie in the future.", "past")
        text = PREFIX + token_urlsafe(32)
        named = checked_line("name", name, NAME_LIMIT)
        # each once, in their order
        chosen = tuple(scope for scope in Scope if scope in scopes)
        prefix, digest = text[:_SHOWN], digest_of(text)
        return cls(new_id(), user_id, named, chosen, prefix, digest, now, expires_at), text


def digest_of(text: str) -> bytes:
    """Return the SHA-256 of a token's text."""
    return sha256(text.encode()).digest()


def caller_by(token_id: UUID, user_id: UUID, role: Role, scopes: Collection[Scope]) -> Caller:
    """Return the caller who shows a token: what the role and the scopes both allow."""
    if Scope.ADMIN not in scopes and role is Role.ADMIN:
        role = Role.EDITOR
    may_write = not {Scope.WRITE, Scope.ADMIN}.isdisjoint(scopes)
    return Caller(user_id, role, token_id, by_token=True, may_write=may_write)
