"""Queries of licences, offers and grants."""

from uuid import UUID

from application import cache_tags
from application.caching import Tags, cached
from application.callers import at_least, authenticated
from application.finding import found
from application.handlers import query_handler
from application.licence.ports import LicenceReader
from application.licence.views import GrantPage, LicencePage, LicenceView, PostOffersView
from application.pages import PageQuery
from application.services import Queries
from domain.caller import Caller, Role


def _tags_of_offers(post_id: UUID) -> Tags:
    return (cache_tags.post(post_id),)


class LicenceQueryService(Queries):
    """Reads licences for one caller."""

    async def _offers_of_caller(self, post_id: UUID) -> PostOffersView:
        return await self._offers(post_id, self.caller)

    @query_handler
    async def get_licence(self, licence_id: UUID) -> LicenceView:
        """Return a licence with its offers, to an editor; raises NotFound."""
        at_least(Role.EDITOR, self.caller)
        return await self.read_uow[LicenceReader].get(licence_id)

    @query_handler
    async def get_licences(self, query: PageQuery) -> LicencePage:
        """Return the total and a page, to an editor."""
        at_least(Role.EDITOR, self.caller)
        return await self.read_uow[LicenceReader].page(query)

    @query_handler
    @cached(ttl=30, tags=_tags_of_offers, fallback=_offers_of_caller)
    async def get_offers(self, post_id: UUID) -> PostOffersView:
        """Return the offers on a post that are in force or to come; raises NotFound where the
        caller may not see the post."""
        return await self._offers(post_id, None)

    @query_handler
    async def get_grants(self, query: PageQuery) -> GrantPage:
        """Return what the caller holds."""
        user_id = authenticated(self.caller).id
        return await self.read_uow[LicenceReader].grants(user_id, query)

    async def _offers(self, post_id: UUID, seen_by: Caller | None) -> PostOffersView:
        return found(await self.read_uow[LicenceReader].offers(post_id, seen_by), "post")
