"""Housekeeping: what goes, what stays, and that it comes by once an hour."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import starmap
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import Table, func, insert, select, update

from application.job.ports import JobsQuery
from application.job.queries import JobQueryService
from application.tenant.commands import TenantCommandService
from core.dependencies.job_handlers import HOUSEKEEPING
from domain.caller import Caller, Role
from domain.ids import first_id, new_id
from domain.job import State
from infra.blog.comment.table import comments
from infra.blog.post.table import favorites, post_search, post_tags, posts
from infra.blog.revision.table import revisions
from infra.blog.user.table import confirmations, token_families
from infra.database import housekeeping
from infra.database.housekeeping import Housekeeping
from infra.database.tables import answers, audit, job_items, jobs, revoked_tenant_tokens
from infra.jobs import periodic
from infra.jobs.periodic import Hourly
from tests.jobs.test_fences import api as empty_api
from tests.support.api import Api, Person
from tests.support.statements import refuse_statements_without_tenant

__all__ = ["empty_api"]
NOW = datetime.now(UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CHORES = ("jobs", "answers", "audit", "tenant_tokens", "logins", "links", "posts", "revisions")
NONE = dict.fromkeys(CHORES, 0)


@pytest_asyncio.fixture
async def blog(empty_api: Api) -> Api:
    """A tenant of a database where nobody relays, nor does jobs."""
    refuse_statements_without_tenant(empty_api.container)
    tenant = await empty_api.container.scope()[TenantCommandService].create_tenant("Ann's")
    return Api(empty_api.container, tenant.id)


async def run_housekeeping(blog: Api) -> Counter[str]:
    resources = blog.container._resources
    return await Housekeeping(
        resources.primary.engine, resources.reads.primary, resources.registry.chores
    ).run()


async def stored(blog: Api, table: Table, *rows: dict[str, Any]) -> None:
    named = [{"tenant": blog.tenant} | row for row in rows]
    async with blog.container._resources.primary.engine.begin() as connection:
        await connection.execute(insert(table).values(named))


async def left(blog: Api, table: Table, column: str) -> set[Any]:
    found = select(table.c[column]).where(table.c.tenant == blog.tenant)
    async with blog.container._resources.reads.primary.connect() as connection:
        return set((await connection.execute(found)).scalars())


def id_of(age: timedelta) -> UUID:
    return UUID(int=first_id(NOW - age).int + new_id().int % 2**62)


def a_job(state: State, age: timedelta) -> dict[str, Any]:
    common = {"kind": "k", "payload": {}, "attempts": 1, "max_attempts": 5, "run_at": NOW}
    finished = None if state is State.QUEUED else NOW - age
    made = {"id": id_of(age + DAY), "created_at": NOW - age - DAY, "finished_at": finished}
    return common | made | {"state": state}


async def test_jobs_that_ended_a_week_ago_go_with_their_items(blog: Api) -> None:
    old, recent = 7.1 * DAY, 6.9 * DAY
    gone = [a_job(state, old) for state in (State.SUCCEEDED, State.DISCARDED)]
    kept = [a_job(state, old) for state in (State.DEAD, State.QUEUED)]
    kept.append(a_job(State.SUCCEEDED, recent))
    await stored(blog, jobs, *gone, *kept)
    items = [{"job_id": job["id"], "name": "0", "outcome": {}} for job in (*gone, *kept)]
    await stored(blog, job_items, *items)
    assert (await run_housekeeping(blog))["jobs"] == 2
    ids = {job["id"] for job in kept}
    assert (await left(blog, jobs, "id"), await left(blog, job_items, "job_id")) == (ids, ids)


async def test_answers_and_logins_go_when_they_are_good_no_more(
    blog: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_BATCH", 2)
    user = new_id()

    def an_answer(number: int, hours: float) -> dict[str, Any]:
        key = {"user_id": user, "address": bytes([number] * 32), "body": bytes(32)}
        return key | {"given_at": NOW - timedelta(hours=hours)}

    def a_login(days: float) -> dict[str, Any]:
        of = {"id": id_of(40 * DAY), "user_id": user, "generation": 2}
        return of | {"rotated_at": NOW - days * DAY}

    def a_lasting_login(days: float) -> dict[str, Any]:
        return a_login(days) | {"id": id_of(days * DAY), "generation": 0}

    await stored(blog, answers, *(an_answer(n, 24.1) for n in range(5)), an_answer(9, 20))
    await stored(blog, token_families, *(a_login(30.1) for _ in range(3)), a_login(29.9))
    lasting = [a_lasting_login(days) for days in (59.9, 60.1)]
    await stored(blog, token_families, *lasting)
    assert await run_housekeeping(blog) == NONE | {"answers": 5, "logins": 4}
    assert await left(blog, answers, "address") == {bytes([9] * 32)}
    kept = await left(blog, token_families, "id")
    assert (len(kept), lasting[0]["id"] in kept) == (2, True)


async def test_links_go_when_they_are_too_old_and_the_trail_after_a_year(blog: Api) -> None:
    def a_link(days: float) -> dict[str, Any]:
        of = {"id": new_id(), "user_id": new_id(), "purpose": "email", "email": "a@x.org"}
        return of | {"expires_at": NOW - days * DAY}

    def an_entry(days: float) -> dict[str, Any]:
        return {"id": id_of(days * DAY), "action": "logged_in"}

    await stored(blog, confirmations, a_link(0.1), a_link(-0.1))
    await stored(blog, audit, an_entry(365.1), an_entry(364.9))
    assert await run_housekeeping(blog) == NONE | {"links": 1, "audit": 1}
    assert len(await left(blog, confirmations, "id")) == len(await left(blog, audit, "id")) == 1


async def test_revoked_tokens_of_tenants_go_when_they_would_have_expired(blog: Api) -> None:
    def revoked(number: int, expires_at: datetime | None) -> dict[str, Any]:
        return {"digest": bytes([number] * 32), "expires_at": expires_at, "revoked_at": NOW}

    # the tests may have run for a while since NOW
    ends = (NOW - 1.1 * HOUR, NOW - 0.1 * HOUR, None)
    await stored(blog, revoked_tenant_tokens, *starmap(revoked, enumerate(ends)))
    assert await run_housekeeping(blog) == NONE | {"tenant_tokens": 1}
    assert len(await left(blog, revoked_tenant_tokens, "digest")) == 2


async def a_deleted_post(blog: Api, by: Person, age: timedelta) -> UUID:
    """Write a post with all that hangs on it, and delete it, so long ago."""
    post = await blog.write(by, title="Gone", tags=["x", "y"])
    await blog.patch(f"/posts/{post['id']}", by, json={"body": "Another"})
    for _ in range(3):
        await blog.post(f"/posts/{post['id']}/comments", by, json={"body": "b"})
    await blog.call("PUT", f"/posts/{post['id']}/favorite", by)
    await blog.delete(f"/posts/{post['id']}", by)
    then = {"deleted_at": NOW - age, "updated_at": NOW - age}
    this = (posts.c.tenant == blog.tenant, posts.c.id == UUID(post["id"]))
    async with blog.container._resources.primary.engine.begin() as connection:
        await connection.execute(update(posts).where(*this).values(then))
    return UUID(post["id"])


async def test_posts_deleted_a_month_ago_go_but_for_their_addresses(
    blog: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "_PARENTS", 1)
    ann = await blog.person()
    shown = UUID((await blog.write(ann, title="Shown", tags=["x"]))["id"])
    gone = [await a_deleted_post(blog, ann, 30.1 * DAY) for _ in range(2)]
    kept = await a_deleted_post(blog, ann, 29.9 * DAY)
    assert (await run_housekeeping(blog))["posts"] == 2
    assert await left(blog, posts, "id") == {shown, kept}
    for table in (post_tags, post_search, revisions):
        assert await left(blog, table, "post_id") == {shown, kept}
    for table in (comments, favorites):
        assert await left(blog, table, "post_id") == {kept}
    assert (await blog.get(f"/posts/{gone[0]}", ann)).status_code == 404
    assert (await blog.get("/posts/gone", ann)).status_code == 404
    assert (await blog.post(f"/posts/{gone[0]}/restore", ann)).status_code == 404
    assert (await blog.post(f"/posts/{kept}/restore", ann)).status_code == 204
    assert (await blog.write(ann, title="Gone"))["slug"] == "gone-4"
    assert [tag["posts_count"] for tag in (await blog.get("/tags")).json()["items"]] == [2, 1]


async def test_two_processes_at_once_add_one_job_an_hour(blog: Api) -> None:
    engine = blog.container._resources.primary.engine
    one, other, late = (Hourly(engine, "tidying") for _ in range(3))
    await asyncio.gather(one.add(), other.add())
    await late.add()
    await late.add()
    async with engine.connect() as connection:
        found = select(func.count(), func.max(jobs.c.period)).where(jobs.c.kind == "tidying")
        count, period = (await connection.execute(found)).one()
    # the hour may end in the middle of it
    assert (count, period[:-3]) in ((1, f"{NOW:%Y-%m-%d}"), (2, f"{NOW:%Y-%m-%d}"))


async def test_a_server_does_it(blog: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic, "_DELAY", timedelta())
    await blog.container.start()
    scope = blog.container.scope(caller=Caller(new_id(), Role.ADMIN))
    succeeded = JobsQuery(kind=HOUSEKEEPING, state=State.SUCCEEDED)
    async with asyncio.timeout(15):
        while True:
            if found := (await scope[JobQueryService].get_jobs(succeeded)).items:
                break
            await asyncio.sleep(0.05)
    assert found[0].result.keys() == {*CHORES, "pictures"}
