"""Keys in the store: of a run of its server, and of a tenant, whose keys stay together."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID

from application.caching import Question

_LONGEST = 500  # characters of all arguments


@dataclass(frozen=True, slots=True)
class Keys:
    """Where an answer stands, and the floors of its tags."""

    value: str
    floors: tuple[str, ...]
    all: tuple[str, ...]


def keys_of(prefix: str, tenant: UUID, question: Question) -> Keys:
    """Give the keys of a question of a tenant."""
    # callers choose what is kept: no long ones
    is_short = len(question.arguments) <= _LONGEST
    return (_keys if is_short else _keys.__wrapped__)(prefix, tenant, question)


# what is asked again has the same ones, until the store's server starts again
@lru_cache(maxsize=1000)
def _keys(prefix: str, tenant: UUID, question: Question) -> Keys:
    arguments = blake2b(question.arguments.encode(), digest_size=16).hexdigest()
    value = f"{prefix}{{{tenant.hex}}}:{question.name}:{arguments}"
    floors = floor_keys(prefix, tenant, question.tags)
    return Keys(value, floors, (value, *floors))


def floor_keys(prefix: str, tenant: UUID, tags: Iterable[str]) -> tuple[str, ...]:
    """Give the keys of tags' floors."""
    return tuple(f"{prefix}{{{tenant.hex}}}:floor:{tag}" for tag in tags)
