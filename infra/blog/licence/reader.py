"""Licences, offers and grants as views."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from application.audiences import Held
from application.licence.views import (
    GrantPage,
    GrantView,
    LicencePage,
    LicenceSummary,
    LicenceView,
    NumberedOfferView,
    PostOffersView,
    numbered_offer,
)
from application.pages import PageQuery
from domain.caller import Caller
from infra.blog.licence.offers import offer_of
from infra.blog.licence.present import is_standing, offer_view
from infra.blog.licence.table import grants, licences, offers
from infra.blog.post.sight import IS_PUBLIC, may_see, sight_of
from infra.blog.post.table import posts
from infra.database.paging import page_by_id
from infra.database.sessions import Session
from infra.database.views import SqlReader

_GRANTED = and_(posts.c.tenant == grants.c.tenant, posts.c.id == grants.c.post_id, IS_PUBLIC)


class SqlLicenceReader:
    """Selects licences for a tenant."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._licences = SqlReader(session, licences, LicenceSummary, LicencePage)

    async def get(self, id_: UUID) -> LicenceView:
        licence = await self._licences.get(id_)
        of_licence = offers.c.tenant == self._session.tenant, offers.c.licence_id == id_
        rows = await self._session.all(select(offers).where(*of_licence).order_by(offers.c.number))
        return LicenceView(**dict(licence), offers=tuple(map(_numbered, rows)))

    async def page(self, query: PageQuery) -> LicencePage:
        return await self._licences.page(query)

    async def offers(self, post_id: UUID, seen_by: Caller | None) -> PostOffersView | None:
        if not await self._is_seen(post_id, seen_by):
            return None
        on_post = offers.c.tenant == self._session.tenant, offers.c.post_id == post_id
        standing = select(offers).where(*on_post, is_standing()).order_by(offers.c.starts_at)
        return PostOffersView(items=tuple(map(offer_view, await self._session.all(standing))))

    async def grants(self, user_id: UUID, query: PageQuery) -> GrantPage:
        rows, about = await page_by_id(self._session, self._grants_of(user_id), grants.c.id, query)
        return GrantPage(items=tuple(map(_grant, rows)), **about)

    async def grants_of(self, user_id: UUID, after: UUID | None, limit: int) -> Sequence[GrantView]:
        """Return a user's grants in the order of their posts, after one of these."""
        beyond = [grants.c.post_id > after] if after else []
        page = self._grants_of(user_id).where(*beyond).order_by(grants.c.post_id)
        return [_grant(row) for row in await self._session.all(page.limit(limit))]

    async def held(self, user_id: UUID, limit: int) -> Held:
        own = grants.c.tenant == self._session.tenant, grants.c.user_id == user_id
        rows = await self._session.all(select(grants.c.post_id).where(*own).limit(limit + 1))
        if len(rows) > limit:
            return Held(ids=frozenset(), is_whole=False)
        return Held(ids=frozenset(row.post_id for row in rows))

    def _grants_of(self, user_id: UUID) -> Select[Any]:
        own = grants.c.tenant == self._session.tenant, grants.c.user_id == user_id
        return select(grants, posts.c.slug, posts.c.title).outerjoin(posts, _GRANTED).where(*own)

    async def _is_seen(self, post_id: UUID, seen_by: Caller | None) -> bool:
        of_post = posts.c.tenant == self._session.tenant, posts.c.id == post_id
        seen = select(posts.c.id).where(*of_post, may_see(sight_of(seen_by)))
        return await self._session.first(seen, {"caller": seen_by and seen_by.id}) is not None


def _numbered(row: Row[Any]) -> NumberedOfferView:
    return numbered_offer(row.number, offer_of(row))


def _grant(row: Row[Any]) -> GrantView:
    fields = {name: row._mapping[name] for name in ("post_id", "slug", "title", "granted_at")}
    return GrantView(**fields, offer=offer_view(row))
