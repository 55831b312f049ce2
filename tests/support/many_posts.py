"""Many posts, stored past the API: as many as it takes to see what grows with them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import URL, Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from domain.ids import new_id
from domain.tenant import DEFAULT_TENANT
from infra.database.tables import (
    comments,
    favorites,
    follows,
    post_search,
    post_tags,
    posts,
    tags,
    users,
)

POSTS_OF_AN_AUTHOR = 100
FOLLOWED = 50
FAVORITES = RARE = 200  # of one user; posts with the rare tag and word
_BATCH = 2_000
_START = datetime(2020, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


async def load(url: URL, count: int) -> None:
    """Store posts, a hundred of each author; every tenth is `popular`, every 50th says `common`,
    every hundredth is deleted, and some are `rare`, at any size of the blog."""
    author_ids = [new_id() for _ in range(count // POSTS_OF_AN_AUTHOR)]
    post_ids = [new_id() for _ in range(count)]
    rare = set(Random(1).sample(range(count), RARE))
    reader = author_ids[0]
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.exec_driver_sql("SET SESSION sql_log_bin = 0")
        await connection.exec_driver_sql("SET SESSION unique_checks = 0")
        await _insert(connection, users, map(_user, author_ids, range(len(author_ids))))
        numbered = list(zip(post_ids, range(count), strict=True))
        await _insert(connection, posts, (_post(i, n, author_ids) for i, n in numbered))
        await _insert(connection, post_tags, _tags(numbered, rare))
        await _insert(connection, post_search, (_words(i, n, rare) for i, n in numbered))
        counts = {"popular": count // 10, "rare": RARE}
        await _insert(connection, tags, (_tag(tag, used) for tag, used in counts.items()))
        chosen = islice(numbered, 1, count, max(1, count // FAVORITES))
        await _insert(connection, favorites, (_favorite(reader, i, n) for i, n in chosen))
        followed = author_ids[1 : FOLLOWED + 1]
        await _insert(connection, follows, (_follow(reader, author) for author in followed))
        said = ((post_ids[1], number, reader) for number in range(1, 101))
        await _insert(connection, comments, (_comment(*each) for each in said))
    await _analyze(engine)
    await engine.dispose()


async def _insert(connection: AsyncConnection, table: Table, rows: Iterator[Row]) -> None:
    while batch := list(islice(rows, _BATCH)):
        await connection.execute(insert(table).values(tenant=DEFAULT_TENANT), batch)


async def _analyze(engine: AsyncEngine) -> None:
    # the server does so itself, ten seconds later
    async with engine.connect() as connection:
        for table in (posts, post_tags, post_search, favorites, follows, users):
            await connection.exec_driver_sql(f"ANALYZE LOCAL TABLE `{table.name}`")


def _user(user_id: UUID, number: int) -> Row:
    name = f"author{number}"
    known = {"username": name, "username_folded": name, "display_name": name, "role": "author"}
    return known | {"id": user_id, "version": 1, "created_at": _START, "updated_at": _START}


def _at(number: int) -> datetime:
    return _START + timedelta(seconds=number)


def _is_deleted(number: int) -> bool:
    return number % 100 == 99


def _shown_since(number: int) -> datetime | None:
    return None if _is_deleted(number) else _at(number)


def _post(post_id: UUID, number: int, author_ids: Sequence[UUID]) -> Row:
    is_deleted = _is_deleted(number)
    return {
        "id": post_id,
        "author_id": author_ids[number % len(author_ids)],
        "slug": f"post-{number}",
        "title": f"Title {number * 7919 % 1_000_003}",
        "body": "body " * 100,
        "tags": [],
        "status": "published",
        "listing": "deleted" if is_deleted else "published",
        "version": 1,
        "created_at": _at(number),
        "updated_at": _at(number * 7919 % 1_000_003),
        "published_at": _at(number),
        "deleted_at": _at(number) if is_deleted else None,
        "comments_count": 100,
    }


def _tags(numbered: list[tuple[UUID, int]], rare: set[int]) -> Iterator[Row]:
    for post_id, number in numbered:
        row = {"post_id": post_id, "published_at": _shown_since(number)}
        if number % 10 == 0:
            yield row | {"tag": "popular"}
        if number in rare:
            yield row | {"tag": "rare"}


def _words(post_id: UUID, number: int, rare: set[int]) -> Row:
    said = [f"word{number % 997}", f"other{number % 101}", "body"]
    said += ["common"] if number % 50 == 0 else []
    said += ["rare"] if number in rare else []
    return {"post_id": post_id, "published_at": _shown_since(number), "words": " ".join(said)}


def _tag(tag: str, used: int) -> Row:
    return {"tag": tag, "name": tag, "posts_count": used}


def _favorite(user_id: UUID, post_id: UUID, number: int) -> Row:
    return {"user_id": user_id, "post_id": post_id, "published_at": _shown_since(number)}


def _follow(follower_id: UUID, followed_id: UUID) -> Row:
    return {"follower_id": follower_id, "followed_id": followed_id, "created_at": _START}


def _comment(post_id: UUID, number: int, author_id: UUID) -> Row:
    said = {"post_id": post_id, "number": number, "author_id": author_id, "body": "Well said."}
    return said | {"version": 1, "created_at": _START, "updated_at": _START}
