"""Keys in the store: a prefix, then the tenant as a Redis Cluster hash tag, so that all
keys of a tenant are on one node of a cluster."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from application.caching import CachedCall
from application.memoizing import memoized


@dataclass(frozen=True, slots=True)
class Keys:
    """The key of an entry, and those of the floors of its tags."""

    entry: str
    floors: tuple[str, ...]
    all: tuple[str, ...]


# memoized: the keys of a call change only with the prefix, when the server restarts
@memoized(lambda prefix, tenant, call: len(call.arguments))
def keys_of(prefix: str, tenant: UUID, call: CachedCall) -> Keys:
    """Return the keys of a call in a tenant."""
    arguments = blake2b(call.arguments.encode(), digest_size=16).hexdigest()
    entry = f"{prefix}{{{tenant.hex}}}:{call.name}:{arguments}"
    floors = floor_keys(prefix, tenant, call.tags)
    return Keys(entry, floors, (entry, *floors))


def floor_keys(prefix: str, tenant: UUID, tags: Iterable[str]) -> tuple[str, ...]:
    """Return the keys of the floors of tags."""
    return tuple(f"{prefix}{{{tenant.hex}}}:floor:{tag}" for tag in tags)
