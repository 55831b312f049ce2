"""Query strings read by us, beside FastAPI's own reading."""

from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Query, Request
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel

from application.post.ports import PostsQuery
from interface.http.query_strings import QueryString

QUERY = QueryString(PostsQuery)
STRINGS = [
    "",
    "limit=5&sort=title&status=draft",
    "limit=1&limit=2",
    "limit=",
    "limit=0&offset=-1&q=",
    "limit=x&feed=all&sort=newest",
    "tag=one&tag=two",
    "tag=",
    "tag=" + "&tag=".join("abcdefghijklmnopqrstu"),
    "q=a+b%20c%C3%A9",
    "q=%FF%00&author",
    "cursor=a&offset=1",
    "nothing=1",
]


@pytest.fixture
def client() -> AsyncClient:
    app = FastAPI()

    @app.get("/theirs")
    async def theirs(query: Annotated[PostsQuery, Query()]) -> PostsQuery:
        return query

    @app.get("/ours")
    async def ours(query: Annotated[PostsQuery, Depends(QUERY)]) -> PostsQuery:
        return query

    return AsyncClient(transport=ASGITransport(app), base_url="http://blog.test")


@pytest.mark.parametrize("string", STRINGS)
async def test_it_reads_as_fastapi_does(client: AsyncClient, string: str) -> None:
    theirs, ours = await client.get(f"/theirs?{string}"), await client.get(f"/ours?{string}")
    assert (ours.status_code, ours.json()) == (theirs.status_code, theirs.json())


async def test_it_is_described_as_by_fastapi(client: AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()
    schemas = description["components"]["schemas"]
    theirs = description["paths"]["/theirs"]["get"]["parameters"]
    for parameter in theirs:
        reference = parameter["schema"].pop("$ref", "").rpartition("/")[2]
        parameter["schema"] |= schemas.get(reference, {})
    assert QUERY.parameters == theirs


async def test_what_came_before_is_known_and_no_long_ones_are_kept() -> None:
    assert await QUERY(asked(b"q=short")) is await QUERY(asked(b"q=short"))
    long = b"author=ann&q=" + b"a" * 500
    assert await QUERY(asked(long)) is not await QUERY(asked(long))


def test_what_requests_share_must_be_frozen() -> None:
    class Loose(BaseModel):
        limit: int = 20

    with pytest.raises(TypeError, match="freeze it"):
        QueryString(Loose)


def asked(string: bytes) -> Request:
    scope: dict[str, Any] = {"type": "http", "query_string": string}
    return Request(scope)
