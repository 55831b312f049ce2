"""What a caller holds, for the answers to audiences."""

from uuid import UUID

from application import cache_tags
from application.audiences import Held
from application.caching import Tags, cached
from application.licence.ports import LicenceReader
from application.services import Queries

HELD_CACHED = 1_000  # posts of one caller


def _tags_of_held(by: UUID) -> Tags:
    return (cache_tags.grants(by),)


@cached(ttl=30, tags=_tags_of_held)
async def held_posts(service: Queries, by: UUID) -> Held:
    """Return the posts that a caller holds, by their ids."""
    return await service.read_uow[LicenceReader].held(by, HELD_CACHED)
