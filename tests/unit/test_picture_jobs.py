"""The job that processes a picture: wherever its worker is killed, it ends as one that is ready."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pytest

from application.files import FileStore
from infra.database.tallies import TallyWatch
from infra.files.folder import FolderFiles
from tests.support.api import Api, Person
from tests.support.metrics import read_metrics
from tests.support.picture_desk import begin, due, files_of, lose, process_all, resources_of, states
from tests.support.pictures import picture, upload

SENT = picture(330, 20, "JPEG")


class Killed(BaseException):
    """The worker ended here."""


@dataclass
class Mortal:
    """A store whose process is killed before, or after, its so-manieth call."""

    store: FileStore
    calls_left: int
    is_after: bool

    async def put(self, name: str, content: BinaryIO) -> None:
        await self._called(self.store.put(name, content))

    async def pieces(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        async for piece in self.store.pieces(name, start, length):
            yield piece

    async def delete(self, folder: str) -> None:
        await self._called(self.store.delete(folder))

    async def _called(self, call: Any) -> None:
        self.calls_left -= 1
        if self.calls_left == 0 and not self.is_after:
            call.close()
            raise Killed
        await call
        if self.calls_left == 0:
            raise Killed


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
async def test_a_worker_may_be_killed_at_each_step(
    desk: Api, ann: Person, monkeypatch: pytest.MonkeyPatch, is_after: bool
) -> None:
    made = await upload(desk.call, ann, SENT)
    [job_id] = await due(desk)
    resources, store = resources_of(desk), resources_of(desk).files
    # the size, the original, the removal of the upload
    for step in (1, 2, 3):
        with monkeypatch.context() as patched:
            patched.setattr(type(resources), "files", Mortal(store, step, is_after))
            with pytest.raises(Killed):
                await begin(desk, job_id)
        await lose(desk, job_id)
    await process_all(desk)
    shown = (await desk.get(f"/media/{made['id']}", ann)).json()
    assert (shown["state"], len(shown["sizes"]), await due(desk)) == ("ready", 1, [])
    assert files_of(desk) == ["320", "original"]


async def test_a_picture_that_kills_every_worker_has_failed(
    desk: Api, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await upload(desk.call, ann, SENT)
    [job_id] = await due(desk)
    resources, store = resources_of(desk), resources_of(desk).files
    with monkeypatch.context() as patched:
        for attempt in range(1, 6):
            assert await states(desk) == ["processing"], attempt
            patched.setattr(type(resources), "files", Mortal(store, 1, is_after=False))
            with pytest.raises(Killed):
                await begin(desk, job_id)
            await lose(desk, job_id)
    shown = (await desk.get(f"/media/{made['id']}", ann)).json()
    assert (shown["state"], "several times" in shown["reason"]) == ("failed", True)
    # it is sent again
    assert (await upload(desk.call, ann, SENT))["state"] == "processing"
    await process_all(desk)
    assert (await states(desk), isinstance(store, FolderFiles)) == (["ready"], True)


async def test_pictures_and_their_bytes_are_counted(desk: Api, ann: Person) -> None:
    made = await upload(desk.call, ann, SENT)
    await process_all(desk)
    shown = (await desk.get(f"/media/{made['id']}", ann)).json()
    resources = resources_of(desk)
    tallies, counts = resources.registry.tallies, resources.tally_counts
    await TallyWatch(resources.reads.primary, tallies, counts).check()
    metrics = await read_metrics(desk.client)
    assert metrics.value("media_pictures", state="ready") >= 1
    whole = shown["bytes"] + shown["sizes"][0]["bytes"]
    assert metrics.value("media_bytes", state="ready") >= whole
    assert metrics.value("media_pictures", state="uploading") == 0
