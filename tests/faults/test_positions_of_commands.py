"""Each command answers with a position that no earlier commit is beyond, whatever it came to."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from time import monotonic
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import insert

from application.positions import Position
from domain.ids import new_id
from infra.database.clock import from_now
from infra.database.positions import parse_gtids
from infra.database.tables import touched
from tests.harness.mysql import MySQLPair
from tests.support.api import Api, Person

BODY = {"title": "A title", "body": "A body", "status": "published"}
KEY = {"Idempotency-Key": "the same"}
Command = Callable[[Api, Person, str], Awaitable[Response]]


async def create(api: Api, ann: Person, _post: str) -> Response:
    return await api.post("/posts", ann, json=BODY)


async def create_by_key(api: Api, ann: Person, _post: str) -> Response:
    return await api.post("/posts", ann, json=BODY, headers=KEY)


async def favor(api: Api, ann: Person, post: str) -> Response:
    return await api.call("PUT", f"/posts/{post}/favorite", ann)


async def change_a_stale_version(api: Api, ann: Person, post: str) -> Response:
    return await api.patch(f"/posts/{post}", ann, json={"body": "B"}, headers={"If-Match": '"9-"'})


async def comment_on_nothing(api: Api, ann: Person, _post: str) -> Response:
    return await api.post(f"/posts/{new_id()}/comments", ann, json={"body": "Hm."})


# what the command comes to the second time
COMMANDS: dict[str, tuple[Command, int]] = {
    "changed": (create, 201),
    "replayed": (create_by_key, 201),
    "unchanged": (favor, 200),
    "refused": (change_a_stale_version, 412),
    "rolled back": (comment_on_nothing, 404),
}


async def use_all_connections(api: Api) -> None:
    """Commit on each connection of the pool, as the relay and the sweep do."""
    engine = api.container._resources.primary.engine
    row: dict[str, Any] = {"tags": [], "writers": [], "tenant": api.tenant}
    async with AsyncExitStack() as stack:
        connections = [await stack.enter_async_context(engine.connect()) for _ in range(10)]
        for connection in connections:
            change = row | {"id": new_id(), "touched_at": from_now()}
            await connection.execute(insert(touched).values(change))
            await connection.commit()


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_command_answers_with_the_present_position(
    api_on_mysql: Api, mysql_pair: MySQLPair, command: str
) -> None:
    run, status = COMMANDS[command]
    api, ann = api_on_mysql, await api_on_mysql.person()
    post = (await api.write(ann))["id"]
    await use_all_connections(api)
    await run(api, ann, post)
    # a commit of another process: no connection of this one has heard of it
    mysql_pair.primary.execute(f"CREATE DATABASE other_{new_id().hex}")
    present = parse_gtids(mysql_pair.primary.gtid_executed())
    answer = await run(api, ann, post)
    assert answer.status_code == status
    told = api.container.position_of(answer.headers["Consistency-Token"])
    assert told.reaches(present)
    assert (await kept_position(api, ann)).reaches(present)


async def kept_position(api: Api, person: Person) -> Position:
    """Return what Redis has of a person; it is asked again where it takes over 50 ms."""
    positions, deadline = api.container._resources.primary.user_positions, monotonic() + 60
    while (found := await positions.get(person.id)) is None:
        assert monotonic() < deadline, "Redis has no position"
        await asyncio.sleep(0.02)
    return found
