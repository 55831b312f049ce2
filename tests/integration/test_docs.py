"""/docs: all that the page loads comes from the server, and is what its policy allows."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from tests.support.api import PASSWORD, Api

pytestmark = pytest.mark.one_database

# which directive of a policy allows what an element loads, and of which type that is
LOADED = {"script": ("script-src", "javascript"), "link": ("style-src", "text/css")}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text within scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self._is_in_code = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_in_code = tag in ("script", "style")
        self.all.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self._is_in_code = False

    def handle_data(self, data: str) -> None:
        self.inline += data if self._is_in_code else ""

    def addresses(self) -> list[tuple[str, str]]:
        """Return what elements load, other than data: the element, and the address."""
        named = ((tag, said.get("src") or said.get("href") or "") for tag, said in self.all)
        return [(tag, address) for tag, address in named if address and "data:" not in address]


async def test_what_the_page_loads_comes_from_the_server(api: Api) -> None:
    page = await api.client.get("/docs")
    loaded = Elements(page.text).addresses()
    assert {tag for tag, _ in loaded} == {"script", "link"}
    for tag, address in loaded:
        assert not urlsplit(address).netloc
        answer = await api.client.get(urljoin("/docs", address))
        assert answer.status_code == 200
        directive, kind = LOADED[tag]
        assert kind in answer.headers["Content-Type"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert f"{directive} 'self'" in page.headers["Content-Security-Policy"]


async def test_the_page_is_what_its_policy_allows(api: Api) -> None:
    page = await api.client.get("/docs")
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert not re.search(r"https?:|\*", policy)
    elements = Elements(page.text)
    assert not elements.inline.strip()
    for _, attributes in elements.all:
        assert not any(name == "style" or name.startswith("on") for name in attributes)


async def test_its_style_loads_nothing_but_data(api: Api) -> None:
    style = (await api.client.get("/docs/files/swagger-ui.css")).text
    loaded = re.findall(r"url\(\s*[\"']?([^\"')]{5})", style)
    assert loaded
    assert set(loaded) == {"data:"}
    assert "@import" not in style


async def test_a_browser_that_has_a_file_is_not_sent_it_again(api: Api) -> None:
    address = "/docs/files/swagger-ui-bundle.js"
    first = await api.client.get(address)
    headers = {"If-None-Match": first.headers["ETag"]}
    assert (await api.client.get(address, headers=headers)).status_code == 304


async def test_the_script_starts_with_the_description_of_this_server(api: Api) -> None:
    start = (await api.client.get("/docs/files/start.js")).text
    assert not re.search(r"https?:", start)
    [named] = re.findall(r'url: new URL\("([^"]+)"', start)
    described = await api.client.get(urljoin("/docs", named))
    assert described.json()["info"]["title"] == "Broadsheet"


async def test_its_authorize_button_signs_in_at_the_described_address(api: Api) -> None:
    ann = await api.person()
    schemes = (await api.client.get("/openapi.json")).json()["components"]["securitySchemes"]
    [flow] = [scheme["flows"]["password"] for scheme in schemes.values()]
    form = {"grant_type": "password", "username": ann.username, "password": PASSWORD}
    answer = await api.client.post(urljoin("/openapi.json", flow["tokenUrl"]), data=form)
    assert answer.json()["token_type"] == "bearer"
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await api.client.get("/api/v1/users/me", headers=headers)).status_code == 200


async def test_its_authorize_button_names_no_client(api: Api) -> None:
    """Swagger UI would send `Basic`, with an empty client, which is no access token."""
    start = (await api.client.get("/docs/files/start.js")).text
    [interceptor] = re.findall(r"requestInterceptor: (\w+)", start)
    _, _, function = start.partition(f"function {interceptor}(request)")
    assert 'startsWith("Basic ")' in function
    assert "delete request.headers.Authorization" in function
    named = await api.client.post("/api/v1/auth/token", headers={"Authorization": "Basic Og=="})
    assert named.status_code == 401


@pytest.mark.parametrize(
    "path", ["/redoc", "/docs/oauth2-redirect", "/docs/files/", "/docs/files/../pages.py"]
)
async def test_there_is_nothing_else(api: Api, path: str) -> None:
    answer = await api.client.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
