"""Stores of files: one suite for a folder, and for an emulator of S3."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from botocore.session import get_session

from application.files import FileMissing, FilesFull, FileStore, FilesUnavailable
from core.errors import WrongSetting
from core.file_store import check_file_store, file_store
from infra.files.folder import FolderFiles
from tests.faults.test_full_disk import disk_of
from tests.harness.ports import free_port
from tests.harness.waiting import wait_until

BUCKET = "pictures"
KEYS = {
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
LONG = os.urandom(700_000)


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that speaks S3's protocol, with a bucket."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    log = tmp_path_factory.mktemp("s3") / "log"
    command = [sys.executable, "-m", "moto.server", "--port", str(port)]
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as server:
        with pytest.MonkeyPatch.context() as patched:
            for name, value in KEYS.items():
                patched.setenv(name, value)
            client = get_session().create_client("s3", endpoint_url=address)
            wait_until(lambda: b"Running" in log.read_bytes(), "the emulator runs", 180)
            client.create_bucket(Bucket=BUCKET)
            yield address
        server.terminate()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    if request.param == "folder":
        yield file_store("MEDIA_URL", "", tmp_path / "media")
        return
    address = request.getfixturevalue("s3")
    with s3_at(address) as found:
        yield found


@contextmanager
def s3_at(address: str) -> Iterator[FileStore]:
    """The store in a bucket, by the variables that its client reads."""
    with pytest.MonkeyPatch.context() as patched:
        for name, value in (KEYS | {"AWS_ENDPOINT_URL_S3": address}).items():
            patched.setenv(name, value)
        yield file_store("MEDIA_URL", f"s3://{BUCKET}/a/prefix", Path("unused"))


async def read(store: FileStore, name: str, start: int = 0, length: int = 10**6) -> bytes:
    return b"".join([piece async for piece in store.pieces(name, start, length)])


def names_in(folder: Path) -> list[str]:
    return [each.name for each in folder.rglob("*") if each.is_file()]


async def test_a_file_comes_back_whole_and_in_parts(store: FileStore) -> None:
    await store.put("one/original", BytesIO(LONG))
    assert await read(store, "one/original", 0, len(LONG)) == LONG
    assert await read(store, "one/original", 300_000, 5) == LONG[300_000:300_005]
    await store.put("one/original", BytesIO(b"another"))
    assert await read(store, "one/original", 0, 7) == b"another"


async def test_a_folder_goes_with_all_in_it(store: FileStore) -> None:
    for name in ("two/original", "two/sent/whole", "twofold/original"):
        await store.put(name, BytesIO(b"x"))
    for _ in range(2):
        await store.delete("two")
    for name in ("two/original", "two/sent/whole", "two", "three/original"):
        with pytest.raises(FileMissing):
            await read(store, name, 0, 1)
    assert await read(store, "twofold/original", 0, 1) == b"x"


async def test_a_server_that_is_down_or_refuses_is_told(s3: str) -> None:
    with s3_at(f"http://127.0.0.1:{free_port()}") as down:
        for call in (down.put("a/b", BytesIO(b"x")), down.delete("a"), read(down, "a/b")):
            with pytest.raises(FilesUnavailable, match="does not answer"):
                await call
    with s3_at(s3):
        other = file_store("MEDIA_URL", "s3://no-such-bucket", Path("unused"))
        with pytest.raises(FilesUnavailable, match="NoSuchBucket"):
            await other.put("a/b", BytesIO(b"x"))


async def test_a_full_disk_keeps_nothing() -> None:
    with disk_of(1) as disk:
        store = FolderFiles(disk / "media")
        await store.put("one/original", BytesIO(LONG))
        with pytest.raises(FilesFull):
            await store.put("one/320", BytesIO(LONG))
        assert await read(store, "one/original", 0, len(LONG)) == LONG
        assert names_in(disk) == ["original"]


class Killed(BaseException):
    """The process ended here."""


async def test_a_process_that_is_killed_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderFiles(tmp_path)

    def killed(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        patched.setattr(Path, "unlink", killed)  # what is dead cleans up nothing
        with pytest.raises(Killed):
            await store.put("one/original", BytesIO(LONG))
    with pytest.raises(FileMissing):
        await read(store, "one/original", 0, 1)
    await store.put("one/original", BytesIO(b"x"))
    assert names_in(tmp_path) == ["original"]


@pytest.mark.parametrize("value", ["s3://", "http://x/y", "file:///x"])
def test_what_names_no_store_is_refused(value: str) -> None:
    with pytest.raises(WrongSetting, match="s3://bucket"):
        check_file_store("MEDIA_URL", value)
