"""Yardsticks: what the same read, or write, costs in a tiny application that does only that."""

from typing import Annotated
from uuid import UUID

from aiocache import Cache as AioCache
from aiocache import cached as aiocached
from aiocache.serializers import PickleSerializer
from cashews import Cache as Cashews
from fastapi import FastAPI, Query, Response
from pydantic_core import to_json
from redis.asyncio import Redis
from sqlalchemy import and_, column, func, insert, make_url, select, table
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp, Receive, Scope, Send

from application.post.commands import PostCommand
from application.post.ports import PostsQuery
from application.post.views import PostPage
from domain.ids import new_id
from infra.blog.post.table import posts
from infra.blog.user.table import users

PATH = "/api/v1/posts"
JSON = "application/json"
_TTL_SECONDS = 3600

STORED = table("yardstick", column("id"), column("title"), column("body"))


def raw_asgi(content: bytes) -> ASGIApp:
    """Nothing but the server: the bytes from memory."""
    headers = [(b"content-type", JSON.encode()), (b"content-length", b"%d" % len(content))]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    return app


def from_memory(content: bytes) -> ASGIApp:
    """A bare FastAPI route that sends bytes from memory."""
    app = FastAPI()

    @app.get(PATH)
    async def list_posts() -> Response:
        return Response(content, media_type=JSON)

    return app


def one_redis_get(client: Redis, key: str) -> ASGIApp:
    """A bare FastAPI route that does one Redis GET and sends the bytes."""
    app = FastAPI()

    @app.get(PATH)
    async def list_posts() -> Response:
        return Response(await client.get(key), media_type=JSON)

    return app


def with_cashews(redis_url: str, page: PostPage) -> ASGIApp:
    """The route with its query model and its answer's, cached as the guide of cashews shows."""
    app, cache = FastAPI(), Cashews()
    cache.setup(redis_url)

    @cache(ttl=_TTL_SECONDS, key="posts:{query}")
    async def load(query: PostsQuery) -> PostPage:
        return page

    @app.get(PATH)
    async def list_posts(query: Annotated[PostsQuery, Query()]) -> PostPage:
        return await load(query)

    return app


def with_aiocache(redis_url: str, page: PostPage) -> ASGIApp:
    """The route with its query model and its answer's, cached as the guide of aiocache shows."""
    app, server = FastAPI(), make_url(redis_url)

    @aiocached(  # type: ignore[untyped-decorator]
        ttl=_TTL_SECONDS,
        cache=AioCache.REDIS,
        endpoint=server.host,
        port=server.port,
        serializer=PickleSerializer(),
    )
    async def load(query: PostsQuery) -> PostPage:
        return page

    @app.get(PATH)
    async def list_posts(query: Annotated[PostsQuery, Query()]) -> PostPage:
        found: PostPage = await load(query)
        return found

    return app


def core_by_hand(engine: AsyncEngine, tenant: UUID) -> ASGIApp:
    """The same SELECT and count, in SQLAlchemy Core, behind the same query model."""
    app = FastAPI()
    columns = [column for column in posts.c if column.name not in ("body", "tenant", "author_id")]
    author = (users.c.username, users.c.display_name, users.c.image)
    shown = (
        posts.c.tenant == tenant,
        posts.c.listing == "published",
    )

    @app.get(PATH)
    async def list_posts(query: Annotated[PostsQuery, Query()]) -> Response:
        page = (
            select(*columns, *author)
            .join(users, and_(users.c.tenant == posts.c.tenant, users.c.id == posts.c.author_id))
            .where(*shown)
            .order_by(posts.c.published_at.desc(), posts.c.id.desc())
            .limit(query.limit + 1)
        )
        counted = select(posts.c.id).where(*shown).limit(10_001).subquery()
        async with engine.connect() as connection:
            rows = (await connection.execute(page)).mappings().all()
            total = await connection.scalar(select(func.count()).select_from(counted))
        items = [dict(row) for row in rows[: query.limit]]
        content = to_json({"total": total, "items": items})
        return Response(content, media_type=JSON)

    return app


def one_insert(engine: AsyncEngine) -> ASGIApp:
    """A bare FastAPI route that does one INSERT and COMMIT, behind the same command model."""
    app = FastAPI()

    @app.post(PATH, status_code=201)
    async def create_post(command: PostCommand) -> dict[str, str]:
        row = {"id": str(new_id()), "title": command.title, "body": command.body}
        async with engine.begin() as connection:
            await connection.execute(insert(STORED).values(row))
        return row

    return app
