"""The site in a real browser: on a telephone and on a desktop, in the light and in the dark."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.harness.waiting import wait_until
from tests.support.pictures import form, picture
from tests.support.server import serving

BODY = """A *paragraph* with `code`, a [link](https://far.test) and a note[^1].

## A heading

```rust
fn main() { println!("{}", 1); } // a long line that goes on and on and on, as lines of code do
```

| column | another column | one more column | and one more column |
|---|---|---|---|
| averyveryverylongwordwithoutanyspace | b | c | d |

> A quotation.

- [x] done

[^1]: The note.
"""
PAGES = ["/", "/posts/first", "/tags", "/tags/ink", "/archive", "/search?q=heading", "/nowhere"]
WIDTHS, SCHEMES = (320, 1280), ("light", "dark")
# kilobits a second, milliseconds: a slow 4G
SLOW = {"offline": False, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
  const entries = list.getEntries(); done(entries[entries.length - 1].startTime);
}).observe({type: 'largest-contentful-paint', buffered: true}))"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A blog with some posts."""
    with serving(tmp_path_factory.mktemp("site")) as server:
        account = {"username": "ann", "email": "a@x.org", "password": "hot off the press"}
        token = call(server.address, "/auth/register", account)["access_token"]
        cover = picture_at(server.address, token)
        post = {"title": "First", "body": BODY, "tags": ["ink"], "status": "published"}
        first = call(server.address, "/posts", post | {"cover": cover}, token)
        call(server.address, f"/posts/{first['id']}/comments", {"body": "Well *said*."}, token)
        for number in range(20):
            another = {"title": f"Post {number}", "body": "b " * 100, "status": "published"}
            call(server.address, "/posts", another, token)
        yield server.address


def call(address: str, path: str, body: dict[str, Any], token: str = "") -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    if not token:
        del headers["Authorization"]
    sent = Request(f"{address}/api/v1{path}", json.dumps(body).encode(), headers)
    with urlopen(sent, timeout=10) as answer:
        return json.load(answer)


def picture_at(address: str, token: str) -> str:
    """Send a picture; return its id once it is ready."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"{address}/api/v1", headers=headers, timeout=30) as client:
        sent = client.post("/media", files=form(picture(1600, 400), alt="A press"))
        picture_id = str(sent.raise_for_status().json()["id"])
        path = f"/media/{picture_id}"
        wait_until(lambda: client.get(path).json()["state"] == "ready", "the picture is ready", 120)
    return picture_id


@pytest.fixture(params=WIDTHS)
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_fit_and_are_accessible(
    browser: Browser, site: str, width: int, scheme: str, tmp_path: Path
) -> None:
    size = {"width": width, "height": 800}
    context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    asked = requests_of(context)
    page = context.new_page()
    for path in PAGES:
        page.goto(site + path)
        page.screenshot(path=tmp_path / f"{path.strip('/').replace('/', '-') or 'home'}.png")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path
        assert faults_on(page) == [], path
    assert {address.split("/")[2] for address in asked} == {site.split("/")[2]}
    context.close()


def test_a_browser_takes_the_size_that_fits(browser: Browser, site: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{site}/posts/first")
    shown = page.locator(".cover img")
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    taken = str(shown.evaluate("image => image.currentSrc"))
    assert taken.endswith({320: "-320.webp", 1280: "-640.webp"}[width])
    page.close()


def requests_of(context: BrowserContext) -> list[str]:
    asked: list[str] = []
    context.on(
        "request",
        lambda sent: None if sent.url.startswith("data:") else asked.append(sent.url),
    )
    return asked


def faults_on(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['nodes'][0]['html']}"
        for fault in found
        if fault["impact"] in ("serious", "critical")
    ]


def test_a_page_needs_no_script_and_two_requests(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    asked = requests_of(context)
    page = context.new_page()
    page.goto(f"{site}/posts/first")
    assert page.locator("h1").inner_text() == "First"
    # besides its picture
    assert [address.rpartition(".")[2] for address in asked[1:]] == ["css", "webp"]
    page.get_by_role("link", name="Search").first.click()
    page.get_by_label("Words to search for").fill("quotation")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="First").click()
    assert page.url == f"{site}/posts/first"
    page.get_by_role("link", name="1", exact=True).first.click()
    assert page.url.endswith("#text-note-1")
    context.close()


@pytest.mark.timing
def test_the_largest_content_is_painted_within_a_second(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW | {"latency": 150})
    for path in ("/", "/posts/first"):
        page.goto(site + path)
        assert page.evaluate(PAINTED) < 1_000, path
    context.close()
