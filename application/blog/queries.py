"""Queries of a blog's settings."""

from application.blog.ports import BlogReader
from application.blog.views import BlogView, view_of
from application.callers import at_least
from application.handlers import query_handler
from application.services import Queries
from domain.caller import Role


class BlogQueryService(Queries):
    """Reads the settings, for an admin."""

    @query_handler
    async def get_blog(self) -> BlogView:
        """Return the settings."""
        at_least(Role.ADMIN, self.caller)
        return await self.of_operator()

    @query_handler
    async def of_operator(self) -> BlogView:
        """Return the settings, to whoever runs the server."""
        return view_of(await self.read_uow[BlogReader].settings())
