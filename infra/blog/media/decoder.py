"""Starts the processes that decode pictures, and ends those that take too long."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from application.media.ports import Made, NotDecoded
from domain.errors import Invalid
from domain.picture import WIDTHS, Shape

# named, not imported: no other process needs Pillow
_COMMAND = (sys.executable, "-s", "-m", "infra.blog.media.picture_process")
_ROOT = Path(__file__).parents[3]
# the limit on memory is one on addresses, of which each arena takes many
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}
_SECONDS = 120
_AT_ONCE = 2  # in each process: one may take a GiB of memory


@dataclass(frozen=True, slots=True)
class ProcessDecoder:
    """Decodes each picture in a process of its own.

    All files are without names: whatever is killed, nothing is left behind.
    """

    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def look(self, content: BinaryIO) -> Shape:
        return _shape(await self._answer(content, ()))

    @asynccontextmanager
    async def made(self, content: BinaryIO) -> AsyncIterator[Made]:
        with ExitStack() as files:
            outputs = [files.enter_context(TemporaryFile()) for _ in (None, *WIDTHS)]
            answer = await self._answer(content, [each.fileno() for each in outputs])
            original, *smaller = outputs
            sizes = zip(answer["sizes"], smaller, strict=False)
            yield Made(_shape(answer), original, [(*pixels, each) for pixels, each in sizes])

    async def _answer(self, content: BinaryIO, outputs: Sequence[int]) -> dict[str, Any]:
        await asyncio.to_thread(content.seek, 0)
        async with self._slots:
            process = await asyncio.create_subprocess_exec(
                *_COMMAND,
                *map(str, outputs),
                stdin=content.fileno(),
                stdout=PIPE,
                stderr=DEVNULL,
                pass_fds=outputs,
                cwd=_ROOT,
                env=_ENVIRONMENT,
            )
            said = await _said_by(process)
        answer: dict[str, Any] = json.loads(said)
        if "refused" in answer:
            raise Invalid("file", answer["refused"], "bad_picture")
        return answer


async def _said_by(process: Process) -> bytes:
    try:
        async with asyncio.timeout(_SECONDS):
            said, _ = await process.communicate()
    except TimeoutError as error:
        raise NotDecoded(f"It was not decoded within {_SECONDS} seconds.") from error
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        raise NotDecoded("It takes too much memory or time to decode it.")
    return said


def _shape(answer: dict[str, Any]) -> Shape:
    return Shape(answer["type"], answer["width"], answer["height"])
