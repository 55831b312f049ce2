"""Compression of stored answers, marked by HTTP's header Content-Encoding.

A server of an earlier version sends them as they are stored, which clients can decode.
"""

import asyncio
import gzip

from application.idempotency.ports import Answer

_MARK = {"content-encoding": "gzip"}
_LEAST_BYTES = 500  # for smaller ones it gains nothing
_LONG_BYTES = 50_000  # to compress more would block the event loop


async def packed(answer: Answer) -> Answer:
    """Return an answer to be stored."""
    if len(answer.content) < _LEAST_BYTES or _MARK.keys() & answer.headers.keys():
        return answer
    return Answer(answer.status, answer.headers | _MARK, await _compressed(answer.content))


async def unpacked(answer: Answer) -> Answer:
    """Return an answer as it was before it was stored, by an earlier version too."""
    if not _MARK.items() <= answer.headers.items():
        return answer
    headers = {name: said for name, said in answer.headers.items() if name not in _MARK}
    return Answer(answer.status, headers, await asyncio.to_thread(gzip.decompress, answer.content))


async def _compressed(content: bytes) -> bytes:
    if len(content) < _LONG_BYTES:
        return gzip.compress(content)
    return await asyncio.to_thread(gzip.compress, content)
