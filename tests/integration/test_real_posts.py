"""The 750 posts of the Rust blog on both kinds of database: found by their words and addresses."""

from collections.abc import AsyncIterator, Iterator
from random import Random
from urllib.parse import quote

import pytest
import pytest_asyncio
from httpx import ASGITransport, AsyncClient

from domain.words import searched_words
from interface.http.app import create_app
from tests.integration.imported import REAL, Blog, Original, originals
from tests.support.api import Api
from tests.support.statements import recorded

KINDS = ["sqlite", "mysql"]
ODD = [
    "C++ compiler",
    '"borrow checker',
    "don't panic",
    "1.62.1 release",
    "a b) trait",
    "async/await",
    "async_await",
    "WebAssembly -wasm",
    "RUST 2018 edition",
    "crates.io token",
    "🦀 crab",
    "naïve résumé",
    "the of and survey",
    "NOT OR AND NEAR",
    "cargo* +clippy",
    "x" * 80,
]


@pytest_asyncio.fixture(scope="module")
async def blogs(sqlite_real_blog: Blog, mysql_real_blog: Blog) -> AsyncIterator[dict[str, Api]]:
    apis = {}
    for kind, blog in zip(KINDS, (sqlite_real_blog, mysql_real_blog), strict=True):
        apis[kind] = Api(blog.container, blog.tenant)
        token = blog.container.consistency_token(blog._scopes[-1].position.value)
        apis[kind].tokens.append(token)
    yield apis
    for api in apis.values():
        await api.client.aclose()


def queries() -> Iterator[str]:
    """Odd ones, and words as they stand in the posts, one to three at once."""
    yield from ODD
    chance = Random(7)
    posts = sorted(originals(REAL), key=lambda post: str(post.front["path"]))
    for _ in range(50):
        words = chance.choice(posts).body.decode().split()
        yield " ".join(chance.sample(words, chance.randint(1, 3)))[:500]


def words_of(post: Original) -> set[str]:
    texts = (post.front["title"], post.front.get("description", ""), post.body.decode())
    return set(searched_words(*texts))


async def titles(api: Api, query: str) -> list[str]:
    """All that a search finds, in its order."""
    found, cursor = [], ""
    while True:
        answer = await api.get(f"/posts?limit=100&sort=published_at&q={quote(query)}{cursor}")
        page = answer.raise_for_status().json()
        found += [post["title"] for post in page["items"]]
        if not page["next_cursor"]:
            assert page["total"] == len(found)
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def test_both_find_the_same_posts(blogs: dict[str, Api]) -> None:
    posts, asked = [(post.front["title"], words_of(post)) for post in originals(REAL)], 0
    for query in queries():
        if words := searched_words(query):
            on_sqlite, on_mysql = [await titles(blogs[kind], query) for kind in KINDS]
            assert sorted(on_sqlite) == sorted(on_mysql)
            assert set(on_sqlite) == {title for title, has in posts if set(words) <= has}
            asked += 1
    assert asked >= 50


@pytest.mark.parametrize("kind", KINDS)
async def test_every_address_of_old_leads_to_its_post(blogs: dict[str, Api], kind: str) -> None:
    api, followed = blogs[kind], 0
    headers = {"Consistency-Token": ",".join(api.tokens)}
    slugs: dict[str, str] = {}
    for post in originals(REAL):
        for address in post.addresses:
            answer = await api.client.get(quote(address), headers=headers)
            assert answer.status_code == 301
            slug = answer.headers["Location"].rpartition("/")[2]
            assert slugs.setdefault(post.front["path"], slug) == slug
        followed += "aliases" in post.front  # four of them have an empty list
    assert followed == 623
    assert len(set(slugs.values())) == len(slugs) == 750


async def test_an_address_of_old_is_one_select(blogs: dict[str, Api]) -> None:
    api = blogs["sqlite"]
    app = create_app(api.container)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://blog.test") as client:
        # what the page of an error shows of the blog is cached
        await client.get("/nowhere")
        with recorded(api.container) as seen:
            await client.get("/api/v1/nothing")
            await client.get("/2014/12/12/1.0-Timeline.html")
    assert seen == ["primary: SELECT post"]
