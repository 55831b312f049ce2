"""The pages of a blog, on both kinds of database."""

from typing import Any

import html5lib
import pytest
from httpx import Response

from domain.caller import Role
from tests.support.api import Api, Person
from tests.support.statements import recorded

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAST = BROWSER | {"Cache-Control": "no-cache"}
JSON = {"Accept": "application/json"}
BODY = """# One

A [link](https://far.test), `code`, and a note[^1].

```python
print("ink")
```

| a | b |
|---|---|
| 1 | 2 |

[^1]: The note.
"""
PAGES = [
    "/",
    "/posts/stop-the-presses",
    "/tags",
    "/tags/ink",
    "/authors/ann",
    "/archive",
    "/search",
    "/search?q=presses",
    "/about",
    "/feed.atom",
    "/feed.json",
    "/tags/ink/feed.atom",
    "/authors/ann/feed.json",
    "/sitemap.xml",
]


@pytest.fixture
async def ann(api: Api) -> Person:
    """An admin, who has written."""
    ann = await api.person(Role.ADMIN, "ann")
    await api.write(ann, title="Morning edition", tags=["News"])
    post = await api.write(ann, title="Stop the presses", body=BODY, tags=["Ink", "News"])
    await api.write(ann, title="Late edition", tags=["news"])
    await api.write(ann, title="About", body="Who prints this.", kind="page")
    await api.post(f"/posts/{post['id']}/comments", ann, json={"body": "*Well* said."})
    return ann


async def opened(api: Api, path: str, headers: dict[str, str] = BROWSER) -> Response:
    """Open a page as a browser of somebody who has seen the latest."""
    token = {"Consistency-Token": ",".join(api.tokens)} if api.tokens else {}
    return await api.client.get(path, headers=token | headers)


async def text_of(api: Api, path: str) -> str:
    answer = await opened(api, path)
    assert answer.status_code == 200, path
    return answer.text


async def test_every_page_is_valid_and_has_its_policy(api: Api, ann: Person) -> None:
    for path in (*PAGES, "/?page=1", "/nowhere", "/search?page=0"):
        answer = await opened(api, path)
        if "html" not in answer.headers["Content-Type"]:
            continue
        html5lib.HTMLParser(strict=True).parse(answer.text)
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert '<html lang="en">' in answer.text
        assert len(answer.content) < 30_000


async def test_a_post_shows_its_text_and_what_is_beside_it(api: Api, ann: Person) -> None:
    page = await text_of(api, "/posts/stop-the-presses")
    for said in (
        "<h1>Stop the presses</h1>",
        '<link rel="canonical" href="http://blog.test/posts/stop-the-presses">',
        '<meta property="og:title" content="Stop the presses">',
        '"@type": "BlogPosting"',
        '<a rel="tag" href="/tags/Ink">Ink</a>',
        '<span class="nb">print</span>',
        '<a rel="prev" href="/posts/morning-edition">',
        '<a rel="next" href="/posts/late-edition">',
        "<em>Well</em> said.",
        "1 min read",
    ):
        assert said in page, said


async def test_lists_show_their_posts(api: Api, ann: Person) -> None:
    home = await text_of(api, "/")
    assert home.index("Late edition") < home.index("Stop the presses") < home.index("Morning")
    assert "Who prints this" not in home
    ink = await text_of(api, "/tags/INK")
    assert "<h1>Ink</h1>" in ink
    assert ("Stop the presses" in ink, "Late edition" in ink) == (True, False)
    assert "3 posts" in await text_of(api, "/authors/ANN")
    year = (await api.get("/posts")).json()["items"][0]["published_at"][:4]
    assert f'href="/archive/{year}#month-' in await text_of(api, "/archive")
    assert "Stop the presses" in await text_of(api, f"/archive/{year}")
    assert "<mark>presses</mark>" in await text_of(api, "/search?q=presses")
    assert "No posts found." in await text_of(api, "/search?q=nothing")
    assert "No word in it has three letters" in await text_of(api, "/search?q=a")


async def test_numbered_pages_lead_on_and_end(api: Api) -> None:
    bea = await api.person()
    for number in range(21):
        await api.write(bea, title=f"No. {number}", slug=f"no-{number}")
    first, second = await text_of(api, "/"), await text_of(api, "/?page=2")
    assert ('<link rel="next" href="/?page=2">' in first, "Page 1 of 2" in first) == (True, True)
    assert ("No. 0<" in second, "No. 1<" in second) == (True, False)
    assert '<link rel="prev" href="/">' in second
    assert (await opened(api, "/?page=3")).status_code == 404


async def test_an_empty_blog_says_what_to_do_next(api: Api) -> None:
    home = await text_of(api, "/")
    assert ("main.py import" in home, 'href="/docs"' in home) == (True, True)
    for path in ("/tags", "/archive", "/feed.atom", "/sitemap.xml"):
        await text_of(api, path)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/posts/none", 404),
        ("/posts/about", 404),
        ("/tags/none", 404),
        ("/authors/none", 404),
        ("/archive/1900", 404),
        ("/archive/abc", 422),
        ("/archive/0", 422),
        ("/?page=0", 422),
        ("/?page=9999999999", 422),
        ("/?page=x", 422),
        (f"/search?q={'x' * 501}", 422),
        ("/feed.rss", 422),
        ("/sitemap-2.xml", 404),
        ("/style-000000000000.png", 404),
        ("/style-000000000000.css", 404),
    ],
)
async def test_what_is_not_there_is_said_on_a_page(
    api: Api, ann: Person, path: str, status: int
) -> None:
    for _ in range(2):
        answer = await opened(api, path)
        assert (answer.status_code, answer.headers["Content-Type"][:9]) == (status, "text/html")
        assert 'role="search"' in answer.text
    assert (await opened(api, path, JSON)).headers["Content-Type"] == "application/problem+json"


async def test_a_program_is_told_what_this_is(api: Api) -> None:
    for headers, kind in ((JSON, "application/json"), (BROWSER, "text/html"), (JSON, "app")):
        answer = await opened(api, "/", headers)
        assert answer.headers["Content-Type"].startswith(kind)
        assert "Accept" in answer.headers["Vary"]


async def test_a_former_slug_and_an_id_lead_to_the_page(api: Api, ann: Person) -> None:
    post = (await api.get("/posts/stop-the-presses")).json()
    await api.patch(f"/posts/{post['id']}", ann, json={"slug": "über"})
    for key in ("stop-the-presses", post["id"]):
        answer = await opened(api, f"/posts/{key}")
        to = "http://blog.test/posts/%C3%BCber"
        assert (answer.status_code, answer.headers["Location"]) == (301, to)


async def test_what_is_not_public_has_no_page(api: Api, ann: Person) -> None:
    draft = await api.write(ann, title="Draft", status="draft")
    token = {"Consistency-Token": ",".join(api.tokens)}
    for headers in ({}, ann.headers):
        answer = await api.client.get(f"/posts/{draft['slug']}", headers=token | headers | BROWSER)
        assert answer.status_code == 404


async def test_the_settings_show_on_every_page(api: Api, ann: Person) -> None:
    settings = {
        "title": "<Stop> & Press",
        "tagline": "News",
        "language": "de",
        "menu": [{"label": "Far", "address": "https://far.test/x"}],
        "comments": False,
    }
    before = await text_of(api, "/posts/stop-the-presses")
    (await api.patch("/blog", ann, json=settings)).raise_for_status()
    for path in ("/", "/tags", "/posts/stop-the-presses"):
        page = await text_of(api, path)
        for said in ("&lt;Stop&gt; &amp; Press", 'lang="de"', '<a href="https://far.test/x">'):
            assert said in page, (path, said)
    assert ("Well" in before, "Well" in page) == (True, False)
    post = (await api.get("/posts/stop-the-presses")).json()
    refused = await api.post(f"/posts/{post['id']}/comments", ann, json={"body": "b"})
    assert refused.status_code == 403
    missing = await opened(api, "/nowhere")
    assert "&lt;Stop&gt; &amp; Press" in missing.text


async def test_pages_stand_on_no_list(api: Api, ann: Person) -> None:
    await api.patch("/blog", ann, json={"menu": [{"label": "About", "address": "/about"}]})
    assert "Who prints this." in await text_of(api, "/about")
    for path in ("/posts", "/posts?q=prints", "/posts?tag=news", "/api/articles"):
        assert "About" not in [post["title"] for post in told(await api.get(path))]
    for path in ("/feed.atom", "/archive", "/search?q=prints"):
        assert "Who prints this." not in await text_of(api, path)
    listed = (await api.get("/posts?status=page", ann)).json()["items"]
    assert [(post["slug"], post["kind"]) for post in listed] == [("about", "page")]
    for slug in ("tags", "api", "feed.atom"):
        body = {"title": "t", "body": "b", "slug": slug, "kind": "page"}
        assert (await api.post("/posts", ann, json=body)).status_code == 422


def told(answer: Response) -> list[dict[str, Any]]:
    said = answer.raise_for_status().json()
    return list(said.get("items") or said.get("articles") or ())


async def test_a_change_is_on_all_pages_at_once(api: Api, ann: Person) -> None:
    post = (await api.get("/posts/stop-the-presses")).json()
    about = (await api.get("/posts/about")).json()
    path = f"/posts/{post['id']}"
    changes: list[tuple[str, str, Any]] = [
        ("PATCH", path, {"body": "Mended."}),
        ("PATCH", path, {"title": "Go on", "tags": ["Ink", "Paper"]}),
        ("PATCH", f"/posts/{about['id']}", {"body": "We do."}),
        ("POST", "/posts", {"title": "New presses", "body": "b", "status": "published"}),
        ("POST", f"{path}/comments", {"body": "Ha."}),
        ("PATCH", f"{path}/comments/1", {"body": "Oh."}),
        ("DELETE", f"{path}/comments/2", None),
        ("PATCH", "/users/me", {"display_name": "Ann B.", "bio": "Prints."}),
        ("PATCH", "/blog", {"title": "Stop Press"}),
        ("POST", f"{path}/archive", None),
        ("POST", f"{path}/publish", None),
        ("PATCH", path, {"slug": "go-on"}),
        ("DELETE", f"/posts/{about['id']}", None),
        ("DELETE", path, None),
    ]
    for method, address, body in changes:
        for page in PAGES:
            await opened(api, page)
        options = {} if body is None else {"json": body}
        (await api.call(method, address, ann, **options)).raise_for_status()
        # as anybody, who has seen nothing of it
        api.tokens.clear()
        for page in PAGES:
            cached, fresh = await opened(api, page), await opened(api, page, PAST)
            assert cached.text == fresh.text, (method, address, page)
            assert cached.status_code == fresh.status_code


async def test_a_page_that_is_cached_sends_no_statement(api: Api, ann: Person) -> None:
    for page in PAGES:
        first = await opened(api, page)
        with recorded(api.container) as seen:
            again = await opened(api, page)
        assert seen == [], page
        assert (again.headers["X-Cache"], again.content) == ("HIT", first.content)
        etag = BROWSER | {"If-None-Match": first.headers["ETag"]}
        assert (await opened(api, page, etag)).status_code == 304


async def test_bodies_are_compressed_as_the_caller_takes_them(api: Api, ann: Person) -> None:
    taken = {"gzip": "gzip", "gzip, deflate, br, zstd": "zstd", "zstd;q=0, gzip": "gzip"}
    plain = await opened(api, "/posts/stop-the-presses", BROWSER | {"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    for sent, coding in taken.items():
        for headers in (BROWSER, PAST):
            asked = headers | {"Accept-Encoding": sent}
            answer = await opened(api, "/posts/stop-the-presses", asked)
            assert answer.headers["Content-Encoding"] == coding
            assert int(answer.headers["Content-Length"]) < len(plain.content) / 2
            # the client has decoded it
            assert (answer.text, answer.headers["ETag"]) == (plain.text, plain.headers["ETag"])


async def test_each_host_gets_its_own_addresses(api: Api, ann: Person) -> None:
    for host in ("one.test", "two.test", "one.test"):
        page = await opened(api, "/posts/stop-the-presses", BROWSER | {"Host": host})
        assert f'href="http://{host}/posts/stop-the-presses"' in page.text


async def test_a_miss_takes_few_statements(api: Api, ann: Person) -> None:
    settings, posts = "SELECT blog_settings", "SELECT post"
    expected = {
        "/": [settings, posts],
        "/posts/stop-the-presses": [posts, "SELECT address", settings, posts, "SELECT comment"],
        "/about": [posts, "SELECT address", settings, posts, "SELECT comment"],
        "/tags": ["SELECT tag", settings],
        "/archive": [posts, settings],
        "/feed.atom": [settings, posts, "SELECT address"],
        "/sitemap.xml": [posts, settings],
    }
    for path, statements in expected.items():
        with recorded(api.container) as seen:
            await opened(api, path, PAST)
        sent = [entry.partition(": ")[2] for entry in seen if not entry.endswith("WAIT")]
        assert sent == statements, path
