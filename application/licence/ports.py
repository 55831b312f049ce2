"""Ports of licences."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from application.audiences import Held
from application.licence.views import GrantPage, LicencePage, LicenceView, PostOffersView
from application.pages import PageQuery
from application.ports import Reader, Repository
from domain.caller import Caller
from domain.licence import Grant, Licence, PlacedOffer


class Currencies(Protocol):
    """The currencies of ISO 4217."""

    def has(self, code: str) -> bool:
        """Return whether a currency has this code, and a smallest unit."""


class LicenceReader(Reader[LicenceView, LicencePage], Protocol):
    """Selects rows as views."""

    async def offers(self, post_id: UUID, seen_by: Caller | None) -> PostOffersView | None:
        """Return the offers on a post that are in force or to come; None where the post is not
        visible."""

    async def grants(self, user_id: UUID, query: PageQuery) -> GrantPage:
        """Return what a user holds."""

    async def held(self, user_id: UUID, limit: int) -> Held:
        """Return the ids of the posts that a user holds; whole where there are at most `limit`."""


class LicenceRepository(Repository[Licence], Protocol):
    """Loads and stores licences, each with its offers."""

    async def get_locked(self, licence_id: UUID) -> Licence:
        """Load a licence and lock it; raises NotFound."""

    async def remove(self, licence: Licence) -> None:
        """Remove a licence with its offers."""

    async def offers_on(self, post_id: UUID) -> Sequence[PlacedOffer]:
        """Return all offers on a post, whose row must be locked by whoever adds one."""

    async def note_turn(self, post_id: UUID) -> None:
        """Invalidate what is cached of a post, as one of its offers begins or ends."""


class GrantRepository(Protocol):
    """Stores grants: one for each reader and post, whose row must be locked."""

    async def put(self, grant: Grant) -> None:
        """Store a grant, in place of an earlier one."""

    async def remove(self, user_id: UUID, post_id: UUID) -> bool:
        """Remove it; returns whether it existed."""
