"""Queries of previews. Nothing of them is cached."""

from uuid import UUID

from application.blog.ports import BlogReader
from application.caching import Cache
from application.callers import authenticated
from application.finding import found
from application.handlers import query_handler
from application.post.excerpt import READ, excerpt_of, reading_minutes_of
from application.post.ports import PostReader
from application.post.views import DeletedPostView, PostView, PostWithText
from application.preview.views import PreviewPage
from application.rendering import TextRenderer
from application.services import Queries
from application.site.views import site_of
from application.unit_of_work import ReadUnitOfWork
from application.user.ports import UserReader
from application.working_copy.ports import WorkingCopyReader
from application.working_copy.views import WorkingCopyView
from domain.caller import Caller
from domain.errors import NotFound


class PreviewQueryService(Queries):
    """Reads what a link shows: the working copy of whoever made the link, who is its caller, or
    else the post."""

    def __init__(
        self, read_uow: ReadUnitOfWork, cache: Cache, caller: Caller | None, renderer: TextRenderer
    ) -> None:
        super().__init__(read_uow, cache, caller)
        self._renderer = renderer

    @query_handler
    async def get_preview(self, post_id: UUID) -> PostWithText:
        """Return a post, draft or not; raises NotFound where it was deleted, or whoever made the
        link may not see it any more."""
        return await self._preview(post_id)

    @query_handler
    async def get_page(self, base: str, post_id: UUID) -> PreviewPage:
        """Return the page of a post, without comments; raises NotFound as `get_preview` does."""
        post = await self._preview(post_id)
        settings = await self.read_uow[BlogReader].settings()
        return PreviewPage(site=site_of(base, settings), post=post, comments=())

    async def _preview(self, post_id: UUID) -> PostWithText:
        post, reader = await self._post(post_id), self.read_uow[PostReader]
        path, previous, following = await reader.surroundings(post)
        html = await self._renderer.post(post.body or "", path)
        return PostWithText(**dict(post), html=html, previous=previous, next=following)

    async def _post(self, post_id: UUID) -> PostView:
        maker = await self._maker()
        post = found(await self.read_uow[PostReader].get(post_id, maker), "post")
        if isinstance(post, DeletedPostView):
            raise NotFound("post")
        copy = await self.read_uow[WorkingCopyReader].get(post_id, maker.id)
        return _as_in(copy, post) if copy else post

    async def _maker(self) -> Caller:
        """Return who made the link, with the present role; raises NotFound for a closed account."""
        user_id = authenticated(self.caller).id
        user = found(await self.read_uow[UserReader].user(user_id), "preview")
        if not user.is_active:
            raise NotFound("preview")
        return Caller(user.id, user.role)


def _as_in(copy: WorkingCopyView, post: PostView) -> PostView:
    """Return a post with the text of a working copy."""
    length = len(copy.body)
    text = {name: getattr(copy, name) for name in ("title", "summary", "tags", "body")}
    excerpt = excerpt_of(copy.summary, copy.body[:READ], length)
    made = {"excerpt": excerpt, "reading_minutes": reading_minutes_of(length)}
    return post.model_copy(update=text | made)
