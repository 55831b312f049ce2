"""Yardsticks: what the same read costs in a tiny application that does only that."""

from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Query, Response
from pydantic_core import to_json
from redis.asyncio import Redis
from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp

from application.post.ports import PostsQuery
from infra.database.tables import posts, users

PATH = "/api/v1/posts"
JSON = "application/json"


def one_redis_get(client: Redis, key: str) -> ASGIApp:
    """A bare FastAPI route that does one Redis GET and sends the bytes."""
    app = FastAPI()

    @app.get(PATH)
    async def list_posts() -> Response:
        return Response(await client.get(key), media_type=JSON)

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
