"""The store of files in a bucket of S3, or of a server that speaks its protocol."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import get_session

from application.files import FileMissing, FilesFull, FilesUnavailable

_PIECE_BYTES = 262_144
_MISSING = ("NoSuchKey", "404")
_FULL = ("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage")
# a caller waits for each: two tries, and a pause between them
_WAITS = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=32,
    # not all servers know the newer checksums
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class S3Files:
    """Objects of a bucket, below a prefix; the client finds its keys and its server where those of
    AWS do: in the environment, in `~/.aws`, or of the machine that it runs on."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._client: Any = get_session().create_client("s3", config=_WAITS)

    async def put(self, name: str, content: BinaryIO) -> None:
        with _faults():
            await asyncio.to_thread(content.seek, 0)
            await asyncio.to_thread(self._client.put_object, **self._object(name), Body=content)

    async def pieces(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        with _faults():
            part = {"Range": f"bytes={start}-{start + length - 1}"}
            got = await asyncio.to_thread(self._client.get_object, **self._object(name), **part)
            with got["Body"] as body:
                while piece := await asyncio.to_thread(body.read, _PIECE_BYTES):
                    yield piece

    async def delete(self, folder: str) -> None:
        with _faults():
            await asyncio.to_thread(self._delete, f"{self._prefix}{folder}/")

    def _delete(self, prefix: str) -> None:
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                self._client.delete_object(Bucket=self._bucket, Key=found["Key"])

    def _object(self, name: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + name}


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _MISSING:
            raise FileMissing from error
        if code in _FULL:
            raise FilesFull("The store of files is full: nothing was stored.") from error
        raise FilesUnavailable(f"The store of files refuses: {code}.") from error
    except (BotoCoreError, OSError) as error:
        raise FilesUnavailable("The store of files does not answer: try again.") from error
