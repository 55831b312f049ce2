"""Licences as aggregates, each with its offers."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, delete, insert, select, update

from application import cache_tags
from domain.licence import Licence, Offer, PlacedOffer, Window
from domain.post import AddressKind
from infra.blog.licence.offers import offer_of, values_of_offer
from infra.blog.licence.table import licences, offers
from infra.blog.post.table import addresses
from infra.database.mapping import aggregate_of, values_of
from infra.database.repository import SqlRepository
from infra.database.sessions import Session

_Offers = Mapping[int, Offer]  # by their numbers


class SqlLicenceRepository(SqlRepository[Licence]):
    """Loads and stores licences; what changed of the offers is found by those that were loaded."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, licences, Licence)
        self._loaded: dict[UUID, _Offers] = {}

    async def add(self, licence: Licence) -> None:
        await super().add(licence)
        await self._store_offers(licence)

    async def store(self, licence: Licence) -> None:
        await super().store(licence)
        await self._store_offers(licence)

    async def remove(self, licence: Licence) -> None:
        licence.offers.clear()
        await self._store_offers(licence)
        own = licences.c.tenant == self._tenant, licences.c.id == licence.id
        await self._session.change(delete(licences).where(*own))

    async def offers_on(self, post_id: UUID) -> Sequence[PlacedOffer]:
        found = select(offers).where(offers.c.tenant == self._tenant, offers.c.post_id == post_id)
        rows = await self._session.all(found.order_by(offers.c.starts_at))
        return [PlacedOffer(row.licence_id, row.number, offer_of(row)) for row in rows]

    async def note_turn(self, post_id: UUID) -> None:
        is_slug = addresses.c.kind == AddressKind.SLUG.value
        own = addresses.c.tenant == self._tenant, addresses.c.post_id == post_id
        rows = await self._session.all(select(addresses.c.address).where(*own, is_slug))
        slugs = [row.address for row in rows]
        self._session.touch(cache_tags.of_offered_post(post_id, slugs))

    async def _one(self, statement: Select[Any]) -> Licence:
        licence = await super()._one(statement)
        rows = await self._session.all(select(offers).where(*self._of(licence)))
        licence.offers = {row.number: offer_of(row) for row in rows}
        self._loaded[licence.id] = dict(licence.offers)
        return licence

    async def _store_offers(self, licence: Licence) -> None:
        before, now = self._loaded.get(licence.id, {}), licence.offers
        changed = {n for n in before.keys() | now.keys() if before.get(n) != now.get(n)}
        for number in sorted(changed):
            await self._store_offer(licence, number)
        for post_id in {offer.post_id for n in changed if (offer := now.get(n) or before.get(n))}:
            await self.note_turn(post_id)
        self._loaded[licence.id] = dict(now)

    async def _store_offer(self, licence: Licence, number: int) -> None:
        offer, is_new = licence.offers.get(number), number not in self._loaded.get(licence.id, {})
        this = *self._of(licence), offers.c.number == number
        if offer is None:
            await self._session.change(delete(offers).where(*this))
        elif is_new:
            key = {"tenant": self._tenant, "licence_id": licence.id, "number": number}
            await self._session.change(insert(offers).values(key | values_of_offer(offer)))
        else:
            await self._session.change(update(offers).where(*this).values(values_of_offer(offer)))

    def _of(self, licence: Licence) -> tuple[ColumnElement[bool], ...]:
        return offers.c.tenant == self._tenant, offers.c.licence_id == licence.id

    def _aggregate(self, row: Row[Any]) -> Licence:
        return aggregate_of(Licence, row, window=Window(row.starts_at, row.ends_at), offers={})

    def _values(self, licence: Licence) -> Mapping[str, Any]:
        values = dict(values_of(licence))
        window: Window = values.pop("window")
        del values["offers"]
        return values | {"starts_at": window.starts_at, "ends_at": window.ends_at}
