"""Uploads: what is taken, what is refused, and what is left of those that fail."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.dependencies.container import Container
from domain.ids import new_id
from domain.picture import Picture, Shape, name_of_size
from tests.conftest import api_with
from tests.support.api import Api, Person, app_of
from tests.support.picture_desk import erase, files_of, process_all, states
from tests.support.pictures import form, picture, upload
from tests.support.samples import NOW

BOUNDARY = "next"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
SENT = picture(700, 20, "JPEG")


def part(name: str, content: bytes = b"x", file: str | None = None) -> bytes:
    named = f'; filename="{file}"' if file else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


async def test_a_picture_is_processed_and_shown(desk: Api, ann: Person) -> None:
    made = await upload(desk.call, ann, SENT, name="My Press.JPEG", alt="A press.")
    about = {"type": "image/jpeg", "width": 700, "height": 20, "alt": "A press.", "sizes": []}
    assert {name: made[name] for name in about} == about
    assert (made["state"], made["bytes"]) == ("processing", len(SENT))
    assert made["url"] == f"/media/{made['id']}/my-press.jpg"
    assert (await desk.client.get(made["url"])).status_code == 404
    await process_all(desk)
    shown = (await desk.get(f"/media/{made['id']}", ann)).json()
    assert (shown["state"], [size["width"] for size in shown["sizes"]]) == ("ready", [320, 640])
    assert files_of(desk) == ["320", "640", "original"]
    for one in (shown, *shown["sizes"]):
        answer = await desk.client.get(one["url"])
        assert (answer.status_code, len(answer.content)) == (200, one["bytes"])


async def test_a_file_is_answered_in_parts_and_for_ever(desk: Api, ann: Person) -> None:
    url = (await upload(desk.call, ann, SENT))["url"]
    await process_all(desk)
    whole = await desk.client.get(url)
    headers = whole.headers
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (headers["X-Content-Type-Options"], headers["Content-Type"]) == ("nosniff", "image/jpeg")
    assert headers["Content-Security-Policy"].startswith("sandbox")
    size, etag = len(whole.content), headers["ETag"]
    for asked, status, content in (
        ("bytes=0-9", 206, whole.content[:10]),
        ("bytes=5-", 206, whole.content[5:]),
        ("bytes=-7", 206, whole.content[-7:]),
        (f"bytes=-{size * 2}", 206, whole.content),
        ("bytes=0-1,4-5", 200, whole.content),
        ("bytes=9-2", 200, whole.content),
        ("pages=1-2", 200, whole.content),
        (f"bytes={size}-", 416, b""),
        ("bytes=-0", 416, b""),
    ):
        answer = await desk.client.get(url, headers={"Range": asked, "If-Range": etag})
        assert (answer.status_code, answer.content) == (status, content), asked
    assert answer.headers["Content-Range"] == f"bytes */{size}"
    stale = await desk.client.get(url, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert stale.content == whole.content
    assert (await desk.client.get(url, headers={"If-None-Match": etag})).status_code == 304
    head = await desk.client.head(url)
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, f"{size}", b"")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\pictures\\nul.png", "nul"),
        ("a\0b<script>.png", "a-b-script"),
        ("x" * 300 + ".png", "x" * 60),
        ("\u2026", "picture"),
        ("Zürich.tar.png", "zürich-tar"),
        ("", "picture"),
    ],
    ids=["path", "device", "script", "long", "dots", "letters", "none"],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    made = Picture.uploaded(new_id(), name, Shape("image/png", 8, 6), 100, NOW)
    assert made.name == f"{shown}.png"
    assert name_of_size(made.name, 320) == f"{shown}-320.webp"


async def test_the_same_file_is_the_same_picture(desk: Api, ann: Person) -> None:
    made = await asyncio.gather(*(upload(desk.call, ann, SENT) for _ in range(4)))
    [only] = {each["id"] for each in made}
    again = await upload(desk.call, ann, SENT, alt="Told later.")
    assert (again["id"], again["alt"]) == (only, "Told later.")
    other = await upload(desk.call, await desk.person(), SENT)
    assert other["id"] != only
    assert len(await states(desk)) == 2
    assert (await desk.delete(f"/media/{only}", ann)).status_code == 204
    assert (await desk.get(f"/media/{only}", ann)).status_code == 404
    assert (await upload(desk.call, ann, SENT))["id"] == only
    await process_all(desk)
    assert files_of(desk) == ["320", "320", "640", "640", "original", "original"]


async def test_nobody_sees_anothers(desk: Api, ann: Person) -> None:
    made = await upload(desk.call, ann, SENT)
    await process_all(desk)
    other = Api(desk.container, new_id())
    async with other.client:
        bob = await other.person()
        assert (await other.get(f"/media/{made['id']}", bob)).status_code == 404
        assert (await other.get("/media", bob)).json()["total"] == 0
        assert (await other.client.get(made["url"])).status_code == 404
    assert (await desk.get("/media", await desk.person())).json()["total"] == 0


@pytest.mark.parametrize(
    ("content", "status", "field"),
    [
        (END, 422, "file"),
        (part("file", SENT, "a.png"), 400, ""),  # without its end
        (part("file") + END, 422, "file"),
        (part("alt", b"x", "a.png") + END, 422, "file"),
        (part("file", SENT, "a") + part("alt", b"x" * 1001) + END, 422, "alt"),
        (part("file", SENT, "a") + part("title") + END, 422, "title"),
        (part("file", b"GIF89a<html>", "a.gif") + END, 422, "file"),
        (part("file", SENT[:600], "a.jpg") + END, 422, "file"),
        (part("file", bytes(10 * 1_048_576 + 1), "a") + END, 413, ""),
        (part("file", b"", "a") * 1000 + END, 400, ""),
        (part("alt") * 1000 + END, 400, ""),
        (b"nonsense", 400, ""),
        (b"", 400, ""),
    ],
    ids=[
        *("nothing", "endless", "text", "alt", "long", "more", "html", "cut", "large"),
        *("files", "fields", "no", "empty"),
    ],
)
async def test_a_bad_form_is_refused_and_leaves_nothing(
    desk: Api, ann: Person, content: bytes, status: int, field: str
) -> None:
    answer = await desk.post("/media", ann, content=content, headers=FORM)
    assert (answer.status_code, answer.json()["status"]) == (status, status), answer.text
    if field:
        assert answer.json()["errors"][0]["field"] == field
    assert (await states(desk), files_of(desk)) == ([], [])


async def test_what_is_no_form_is_415(desk: Api, ann: Person) -> None:
    assert (await desk.post("/media", ann, content=SENT)).status_code == 415
    assert (await desk.post("/media", ann, json={"file": "x"})).status_code == 415


async def test_an_upload_that_is_broken_off_leaves_nothing(desk: Api, ann: Person) -> None:
    content = part("file", picture(900, 900, "PNG", compress_level=0), "a.png") + END
    for tenth in range(10):
        begun = content[: len(content) * tenth // 10]
        assert await broken_off(desk, ann, begun) == [400]
    assert (await states(desk), files_of(desk)) == ([], [])


async def broken_off(api: Api, by: Person, begun: bytes) -> list[int]:
    """Send the begin of a body, and hang up."""
    sent = {**dict(api.client.headers), **by.headers, **FORM, "Host": "blog.test"}
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/media",
        "query_string": b"",
        "http_version": "1.1",
        "scheme": "http",
        "state": {},
        "client": ("127.0.0.1", 1),
        "headers": [(n.lower().encode(), v.encode()) for n, v in sent.items()],
    }
    messages = [{"type": "http.request", "body": begun, "more_body": True}]
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if "status" in message:
            statuses.append(message["status"])

    await app_of(api.container)(scope, receive, send)
    return statuses


async def test_a_store_that_is_down_is_told_and_nothing_is_left(
    idle_container: Container, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    async with api_with(idle_container, media_url=f"{tmp_path}/file/media") as api:
        ann = await api.person()
        answer = await api.post("/media", ann, files=form(SENT))
        assert (answer.status_code, "store of files" in answer.json()["detail"]) == (503, True)
        assert (await api.get("/media", ann)).json()["total"] == 0
        # its store may have the file, or not
        (tmp_path / "file").unlink()
        assert await erase(api, timedelta(hours=2)) == 1
        assert await states(api) == []


async def test_what_is_deleted_goes_for_good(desk: Api, ann: Person) -> None:
    made = await upload(desk.call, ann, SENT)
    await process_all(desk)
    await desk.delete(f"/media/{made['id']}", ann)
    assert await erase(desk, timedelta()) == 0
    assert (await desk.client.get(made["url"])).status_code == 200
    assert await erase(desk, timedelta(hours=2)) == 1
    assert (await desk.client.get(made["url"])).status_code == 404
    assert (await states(desk), files_of(desk)) == ([], [])
    # the same file is another picture now
    assert (await upload(desk.call, ann, SENT))["id"] != made["id"]


async def test_what_is_shown_stays_and_what_is_never_shown_goes(desk: Api, ann: Person) -> None:
    """Also where it is deleted, until nothing shows it."""
    made = [await upload(desk.call, ann, picture(width, 6)) for width in (3, 4, 5, 6)]
    await process_all(desk)
    of_text, of_profile, deleted, unshown = made
    body = f"![]({of_text['url']}) ![](https://blog.test{deleted['url']})"
    post = await desk.write(ann, body=body)
    await desk.patch("/users/me", ann, json={"image": of_profile["id"]})
    await desk.delete(f"/media/{deleted['id']}", ann)
    assert await erase(desk, timedelta(days=6)) == 0
    assert await erase(desk, timedelta(days=8)) == 1
    assert (await desk.get(f"/media/{unshown['id']}", ann)).status_code == 404
    await desk.patch(f"/posts/{post['id']}", ann, json={"body": f"![]({of_text['url']})"})
    assert (await desk.client.get(deleted["url"])).status_code == 200
    assert await erase(desk, timedelta(hours=2)) == 1
    assert (await desk.client.get(deleted["url"])).status_code == 404
    await desk.patch("/users/me", ann, json={"image": None})
    assert await erase(desk, timedelta(days=8)) == 1
    assert (await states(desk), files_of(desk)) == (["ready"], ["original"])
