"""Pictures."""

from datetime import timedelta

from application.media.ports import PictureReader, PictureRepository
from application.media.views import PicturePage
from application.pages import PageQuery
from application.unit_of_work import ReadUnitOfWork
from domain.caller import Caller, Role
from domain.ids import new_id
from domain.picture import Picture, Shape
from tests.support.pictures import form, picture, processed, upload
from tests.support.routes import Blog, Route, Routes, Samples, authenticated, owners
from tests.support.samples import NOW
from tests.support.stored import Stored

EDITOR = Caller(new_id(), Role.EDITOR)
BAD = [{"alt": "a\0b"}, {"alt": "a" * 1001}, {"alt": None}, {"url": "x"}]
SENT = picture()


async def uploaded(blog: Blog) -> Samples:
    made = await upload(blog.call, blog.owner, SENT)
    await processed(blog.call, blog.owner, made["id"])
    return {"picture_id": made["id"]}


ROUTES = Routes(
    (
        Route("GET", "/media", authenticated(200)),
        Route("POST", "/media", authenticated(201), form=form(SENT)),
        Route("GET", "/media/{picture_id}", owners(200, others=404)),
        Route("PATCH", "/media/{picture_id}", owners(200, others=404), body={"alt": "A"}, bad=BAD),
        Route("DELETE", "/media/{picture_id}", owners(204, others=404)),
    ),
    uploaded,
)


def _made() -> Picture:
    made = Picture.uploaded(new_id(), "a.png", Shape("image/png", 8, 6), 100, NOW)
    made.process()
    return made


def _describe(made: Picture) -> None:
    made.describe("A press.")
    made.updated_at += timedelta(hours=1)


async def _page(uow: ReadUnitOfWork, query: PageQuery) -> PicturePage:
    return await uow[PictureReader].page(query, EDITOR)


STORED = Stored(PictureRepository, _made, _describe, _page)
