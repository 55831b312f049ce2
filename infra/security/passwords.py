"""Passwords: argon2id, in threads, two at a time.

Parameters: OWASP Password Storage Cheat Sheet (19 MiB, 2 iterations, 1 lane).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

_AT_ONCE = 2
_MEMORY_KIB = 19 * 1024

T = TypeVar("T")


class ArgonPasswordHasher:
    """Limited to two threads, so that a burst of logins takes neither all memory nor all cores."""

    def __init__(self) -> None:
        argon = Argon2Hasher(time_cost=2, memory_cost=_MEMORY_KIB, parallelism=1)
        self._hash = PasswordHash((argon,))
        # a pool of its own: after a caller was cancelled, no third thread runs
        self._threads = ThreadPoolExecutor(_AT_ONCE, "passwords")
        self._dummy: str | None = None

    async def hash(self, password: str) -> str:
        return await self._in_thread(self._hash.hash, password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        if self._dummy is None:
            self._dummy = await self.hash("nobody's password")
        matches = await self._in_thread(self._matches, password, password_hash or self._dummy)
        return matches and password_hash is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[..., T], *arguments: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def _matches(self, password: str, password_hash: str) -> bool:
        try:
            return self._hash.verify(password, password_hash)
        except UnknownHashError:
            return False
