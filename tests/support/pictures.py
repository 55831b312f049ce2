"""Pictures for tests, made as they are needed."""

import asyncio
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

from httpx import Response
from PIL import Image

from tests.support.api import Person

Call = Callable[..., Awaitable[Response]]
_TIMEOUT_SECONDS = 180


def picture(width: int = 8, height: int = 6, kind: str = "PNG", **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    content = BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def form(content: bytes, name: str = "press.png", alt: str | None = None) -> dict[str, Any]:
    """A form with a file, as httpx takes it."""
    told = {} if alt is None else {"alt": (None, alt)}
    return {"file": (name, content)} | told


async def upload(call: Call, by: Person, content: bytes, **about: Any) -> dict[str, Any]:
    """Upload a picture; returns it as answered."""
    answer = await call("POST", "/media", by, files=form(content, **about))
    made: dict[str, Any] = answer.raise_for_status().json()
    return made


async def processed(call: Call, by: Person, picture_id: str) -> dict[str, Any]:
    """Wait until a picture is ready or has failed; returns it as answered."""
    async with asyncio.timeout(_TIMEOUT_SECONDS):
        while True:
            answer = await call("GET", f"/media/{picture_id}", by)
            shown: dict[str, Any] = answer.raise_for_status().json()
            if shown["state"] != "processing":
                return shown
            await asyncio.sleep(0.02)
