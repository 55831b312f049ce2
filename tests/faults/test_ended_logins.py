"""A login that ends binds at two servers: for commands at once, for reads within a second, also at
the front and without Redis."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import pytest_asyncio

from application.tenant.commands import TenantCommandService
from domain.caller import Role
from domain.errors import Unauthenticated
from domain.ids import new_id
from tests.conftest import fresh_api, running
from tests.harness.mysql import MySQLPair
from tests.harness.redis_server import RedisServer
from tests.support.api import PASSWORD, Api, Person
from tests.support.databases import migrated
from tests.support.realworld import visitor
from tests.support.server import serving
from tests.support.settings import environment_of
from tests.support.waiting import until_answered

POST = {"title": "t", "body": "b"}
NEW = {"password": "an altogether new one", "current_password": PASSWORD}
ENDS = ("closed", "demoted", "a new password", "logged out")


@dataclass(frozen=True)
class Stage:
    """Two servers on one primary, and their Redis."""

    servers: tuple[Api, ...]
    redis: RedisServer


@pytest_asyncio.fixture
async def stage(
    mysql_pair: MySQLPair,
    new_redis: Callable[..., RedisServer],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Stage]:
    redis = new_redis()
    settings = await migrated(mysql_pair, redis)
    environment = environment_of(settings)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(
            fresh_api(await stack.enter_async_context(running(settings)))
        )
        folders = [tmp_path_factory.mktemp("server") for _ in range(2)]
        servers = [stack.enter_context(serving(folder, **environment)) for folder in folders]
        through = tuple(api.through(server.address) for server in servers)
        for each in through:
            await stack.enter_async_context(each.client)
        yield Stage(through, redis)


async def end(api: Api, person: Person, how: str) -> None:
    """End all logins of a person, of whom this is not the newest one."""
    path, admin = f"/users/{person.username}", await api.person(Role.ADMIN)
    match how:
        case "closed":
            answer = await api.patch(path, admin, json={"is_active": False})
        case "demoted":
            answer = await api.patch(path, admin, json={"role": "reader"})
        case "a new password":
            newer = await api.log_in(Person(person.username, person.id, "", ""))
            answer = await api.patch("/users/me", newer, json=NEW)
        case _:
            body = {"refresh_token": person.refresh_token}
            answer = await api.post("/auth/logout", json=body)
    answer.raise_for_status()


async def known_to_the_front(servers: tuple[Api, ...], person: Person) -> None:
    for server in servers:
        for _ in range(2):
            answer = await server.get("/posts", headers=person.headers)
        assert answer.headers["X-Cache"] == "HIT"


async def test_a_login_ends_at_both_servers(stage: Stage) -> None:
    one = stage.servers[0]
    for how in ENDS:
        await ends(stage, await one.person(), how)
    lasting = await visitor(one)
    await ends(stage, Person(lasting.username, new_id(), lasting.token, ""), "closed")


async def test_a_tenants_token_is_revoked_at_both_servers(stage: Stage) -> None:
    one = stage.servers[0]
    resources, services = one.container._resources, one.container.scope()
    kept = one.client.headers["X-Tenant-Token"]
    end = datetime.now(UTC) + timedelta(days=1)
    revoked = {"X-Tenant-Token": resources.tenant_tokens.tenant(one.tenant, end)}
    for server in stage.servers:
        for _ in range(2):
            answer = await server.get("/posts", headers=revoked)
        assert answer.headers["X-Cache"] == "HIT"
    await services[TenantCommandService].revoke_token(revoked["X-Tenant-Token"])
    for server in stage.servers:
        await until_answered(partial(server.get, "/posts", headers=revoked), 401, within=1)
        refused = await server.get("/posts", headers=revoked)
        assert refused.json()["detail"] == "The tenant token was revoked."
        assert (await server.get("/posts", headers={"X-Tenant-Token": kept})).status_code == 200


async def test_a_server_that_starts_knows_what_was_revoked(stage: Stage) -> None:
    here = stage.servers[0].container
    revoked = stage.servers[0].client.headers["X-Tenant-Token"]
    await here.scope()[TenantCommandService].revoke_token(revoked)
    async with running(here._settings) as container:
        with pytest.raises(Unauthenticated, match="was revoked"):
            container.tenant_of(revoked)


async def ends(stage: Stage, ann: Person, how: str) -> None:
    await known_to_the_front(stage.servers, ann)
    await end(stage.servers[0], ann, how)
    for server in stage.servers:
        assert (await server.post("/posts", headers=ann.headers, json=POST)).status_code == 401
    for server in stage.servers:
        await until_answered(partial(server.get, "/posts", headers=ann.headers), 401, within=1)


async def test_it_ends_without_redis_too(stage: Stage) -> None:
    one, other = stage.servers
    ann, admin = await one.person(), await one.person(Role.ADMIN)
    await known_to_the_front(stage.servers, ann)
    stage.redis.kill()
    closed = await one.patch(f"/users/{ann.username}", admin, json={"is_active": False})
    closed.raise_for_status()
    assert (await other.post("/posts", headers=ann.headers, json=POST)).status_code == 401
    for server in stage.servers:
        await until_answered(partial(server.get, "/posts", headers=ann.headers), 401, within=1)
    stage.redis.start()
