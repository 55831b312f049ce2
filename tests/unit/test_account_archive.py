"""The archive of an account, while its client hangs up."""

import asyncio
from collections.abc import AsyncGenerator
from threading import Event
from uuid import UUID

import pytest

from application.exporting.account_queries import AccountExportService
from application.media.queries import PictureFileService
from core.blog.rendering import RENDERER
from domain.caller import Caller, Role
from interface.exporting import account_archive as archives
from tests.support.samples import a_post
from tests.support.stores import Store, given, given_user


def _archive(store: Store, user_id: UUID) -> AsyncGenerator[bytes, None]:
    scope = store.container.scope(store.tenant, Caller(user_id, Role.AUTHOR))
    files = scope[PictureFileService]
    return archives.account_archive(scope[AccountExportService], files, RENDERER)


async def test_a_client_that_hangs_up_ends_the_archive_after_what_is_being_compressed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await given_user(store)
    await given(store, a_post(ann))
    is_busy, may_end, add_posts = Event(), Event(), archives._add_posts

    def slowly(*added: object) -> None:
        is_busy.set()
        assert may_end.wait(10)
        add_posts(*added)  # type: ignore[arg-type]

    monkeypatch.setattr(archives, "_add_posts", slowly)
    pieces = _archive(store, ann.id)

    async def receive() -> list[bytes]:
        return [piece async for piece in pieces]

    receiving = asyncio.create_task(receive())
    await asyncio.to_thread(is_busy.wait, 10)
    receiving.cancel()
    await asyncio.sleep(0)
    assert not receiving.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await receiving
