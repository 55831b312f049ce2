"""Compression of the texts that are stored beside posts."""

import asyncio

import zstandard

_LONG = 50_000  # characters: to compress more would block the event loop


async def compressed(text: str) -> bytes:
    """Return a text as it is stored."""
    if len(text) < _LONG:
        return zstandard.compress(text.encode())
    return await asyncio.to_thread(zstandard.compress, text.encode())


def decompressed(stored: bytes) -> str:
    """Return a text that was stored."""
    return zstandard.decompress(stored).decode()
