"""The offers that are in force, for the posts of one answer."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select

from application.licence.views import OfferView, fields_of_offer
from domain.post import Access
from infra.blog.licence.offers import offer_of
from infra.blog.licence.table import offers
from infra.database.clock import from_now
from infra.database.sessions import Session

Offers = Mapping[UUID, OfferView]  # by their posts


def is_standing() -> ColumnElement[bool]:
    """Return the condition that an offer is in force or to come, by the database's clock."""
    return or_(offers.c.ends_at.is_(None), offers.c.ends_at > from_now())


def offer_view(row: Row[Any]) -> OfferView:
    return OfferView(**fields_of_offer(offer_of(row)))


async def present_offers(session: Session, posts: Sequence[Row[Any]]) -> Offers:
    """Select the present offers on those of the posts that are for holders: no statement where
    none is."""
    ids = [row.id for row in posts if row.access == Access.OFFER.value]
    if not ids:
        return {}
    on_posts = offers.c.tenant == session.tenant, offers.c.post_id.in_(ids)
    has_begun = offers.c.starts_at <= from_now()
    rows = await session.all(select(offers).where(*on_posts, has_begun, is_standing()))
    return {row.post_id: offer_view(row) for row in rows}
