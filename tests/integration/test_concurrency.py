"""Callers side by side: nothing is lost, nothing is half done, nothing is done twice."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import monotonic
from uuid import UUID

import pytest
from sqlalchemy import text

from application.handlers import command_handler
from application.post.commands import PostCommand, PostCommandService
from application.post.ports import PostRepository
from application.unit_of_work import ConcurrentChange, Retryable, WrongTask
from application.user.ports import FamilyRepository, PasswordHasher
from application.user.sessions import SessionCommandService
from core.dependencies.scope import ServiceScope
from domain.caller import Caller, Role
from domain.errors import Taken, Unauthenticated
from infra.database.write_unit_of_work import SqlWriteUnitOfWork
from tests.support.api import PASSWORD, Api, Person

POST = PostCommand(title="A title", body="A body")


def scope_of(api: Api, person: Person) -> ServiceScope:
    return api.container.scope(api.tenant, Caller(person.id, Role.AUTHOR))


async def test_20_registrations_of_one_name_give_one_account(api: Api) -> None:
    async def register(number: int) -> int:
        body = {"username": "ann", "email": f"{number}@x.org", "password": PASSWORD}
        return (await api.post("/auth/register", json=body)).status_code

    statuses = Counter(await asyncio.gather(*(register(number) for number in range(20))))
    assert statuses == {201: 1, 409: 19}


async def test_20_patches_of_one_version_give_one_change(api: Api) -> None:
    ann = await api.person()
    path = f"/posts/{(await api.write(ann))['id']}"

    async def patch(number: int) -> int:
        headers = {"If-Match": '"1-x"'}
        body = {"title": f"title {number}"}
        return (await api.patch(path, ann, json=body, headers=headers)).status_code

    statuses = Counter(await asyncio.gather(*(patch(number) for number in range(20))))
    assert statuses == {200: 1, 412: 19}
    assert (await api.get(path, ann)).json()["version"] == 2


async def test_20_posts_of_one_title_get_20_slugs(api: Api) -> None:
    ann = await api.person()
    posts = await asyncio.gather(*(api.write(ann, title="Same") for _ in range(20)))
    assert len({post["slug"] for post in posts}) == 20


class Interrupted(PostCommandService):
    """A command that writes, and then meets bad luck some times."""

    def __init__(self, scope: ServiceScope, failures: list[Exception]) -> None:
        self.failures = failures
        self.attempts = 0
        inner = scope[PostCommandService]
        super().__init__(inner.write_uow, inner.caller, inner.clock)

    @command_handler
    async def write_and_fail(self) -> UUID:
        self.attempts += 1
        post = await self.create_post(POST)
        if self.failures:
            raise self.failures.pop()
        return post.id


async def drafts(api: Api, ann: Person) -> int:
    total: int = (await api.get("/posts?status=draft", ann)).json()["total"]
    return total


async def test_bad_luck_is_tried_again_and_leaves_nothing_behind(api: Api) -> None:
    ann = await api.person()
    service = Interrupted(scope_of(api, ann), [Retryable(), Retryable()])
    await service.write_and_fail()
    assert (service.attempts, await drafts(api, ann)) == (3, 1)


async def test_three_times_is_enough(api: Api) -> None:
    ann = await api.person()
    service = Interrupted(scope_of(api, ann), [Retryable() for _ in range(5)])
    with pytest.raises(Retryable):
        await service.write_and_fail()
    assert (service.attempts, await drafts(api, ann)) == (3, 0)


async def test_an_error_rolls_back_and_is_not_tried_again(api: Api) -> None:
    ann = await api.person()
    service = Interrupted(scope_of(api, ann), [Taken("slug")])
    with pytest.raises(Taken):
        await service.write_and_fail()
    assert (service.attempts, await drafts(api, ann)) == (1, 0)


class Careless(PostCommandService):
    """A command that goes on after a handler inside it has failed."""

    @command_handler
    async def write_on(self) -> None:
        await self.create_post(POST)
        try:
            await self.update_post(UUID(int=1), POST)
        except Exception:
            return


async def test_what_a_failed_inner_handler_wrote_is_never_committed(api: Api) -> None:
    ann = await api.person()
    inner = scope_of(api, ann)[PostCommandService]
    with pytest.raises(RuntimeError, match="inside this one failed"):
        await Careless(inner.write_uow, inner.caller, inner.clock).write_on()
    assert await drafts(api, ann) == 0


class Spreading(PostCommandService):
    """A command that gives its unit of work to another task."""

    @command_handler
    async def spread(self) -> None:
        await asyncio.create_task(self._elsewhere())

    async def _elsewhere(self) -> None:
        await self.create_post(POST)


async def test_a_unit_of_work_belongs_to_one_task(api: Api) -> None:
    ann = await api.person()
    inner = scope_of(api, ann)[PostCommandService]
    with pytest.raises(WrongTask):
        await Spreading(inner.write_uow, inner.caller, inner.clock).spread()


async def cancelled_after(seconds: float, api: Api, ann: Person, slug: str) -> None:
    """Begin to write a post, and return up at some moment."""
    fields = {"title": "t", "body": "b", "slug": slug, "tags": ["x"], "status": "published"}
    command = PostCommand.model_validate(fields)
    task = asyncio.create_task(scope_of(api, ann)[PostCommandService].create_post(command))
    await asyncio.sleep(seconds)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_requests_cancelled_at_any_moment_are_done_or_not(api: Api) -> None:
    """Each is committed as a whole or not at all, and none leaves a lock behind."""
    ann = await api.person()
    started = monotonic()
    for _ in range(10):
        await api.write(ann, status="draft")
    write_seconds = (monotonic() - started) / 10
    moments = random.Random(1)
    async with asyncio.timeout(30):
        for number in range(200):
            moment = moments.uniform(0, 1.5 * write_seconds)
            await cancelled_after(moment, api, ann, f"cancelled-{number}")
    await api.container._resources.primary.shielded.wait()
    done = (await api.get("/posts?tag=x", ann)).json()["total"]
    assert 0 < done < 200
    assert (await api.get("/posts", ann)).json()["total"] == done
    started = monotonic()
    await api.write(ann)
    assert monotonic() - started < 3  # a lock that was left would hold it up for 5


class Locking:
    """A command that locks two posts, one after the other."""

    def __init__(self, uow: SqlWriteUnitOfWork, first: UUID, second: UUID) -> None:
        self.write_uow = uow
        self.order = (first, second)
        self.attempts = 0

    @command_handler
    async def lock_both(self, meeting: asyncio.Barrier) -> None:
        self.attempts += 1
        for post_id in self.order:
            post = await self.write_uow[PostRepository].get(post_id)
            post.retitle(f"{post.title}+")
            await self.write_uow[PostRepository].store(post)
            if self.attempts == 1 and post_id == self.order[0]:
                await meeting.wait()


async def test_a_deadlock_is_tried_again(api_on_mysql: Api) -> None:
    api = api_on_mysql
    ann = await api.person()
    first, second = [UUID((await api.write(ann, title="t"))["id"]) for _ in range(2)]
    meeting = asyncio.Barrier(2)
    commands = [
        Locking(api.container.scope(api.tenant).write_uow, *order)
        for order in ((first, second), (second, first))
    ]
    await asyncio.gather(*(command.lock_both(meeting) for command in commands))
    # whoever lost may meet the other's change once more
    assert sorted(command.attempts for command in commands) in ([1, 2], [1, 3])
    for post_id in (first, second):
        assert (await api.get(f"/posts/{post_id}", ann)).json()["title"] == "t++"


async def test_a_lock_that_is_not_given_is_tried_again(api_on_mysql: Api) -> None:
    api = api_on_mysql
    ann = await api.person()
    post = await api.write(ann)
    engine = api.container._resources.primary.engine
    async with engine.connect() as other:
        await other.execute(
            text("SELECT 1 FROM post WHERE post.tenant = :tenant AND id = :id FOR UPDATE"),
            {"tenant": api.tenant.bytes, "id": UUID(post["id"]).bytes},
        )
        task = asyncio.create_task(api.patch(f"/posts/{post['id']}", ann, json={"title": "New"}))
        await lock_wait_timed_out(api)
        await other.rollback()
    assert (await task).status_code == 200
    read = (await api.get(f"/posts/{post['id']}", ann)).json()
    assert (read["title"], read["version"]) == ("New", 2)


async def lock_wait_timed_out(api: Api) -> None:
    """Wait until InnoDB has given up one more wait for a lock."""
    count = text("SELECT count FROM information_schema.innodb_metrics WHERE name = 'lock_timeouts'")
    async with api.container._resources.reads.primary.connect() as connection:
        before = await connection.scalar(count)
        async with asyncio.timeout(15):
            while await connection.scalar(count) == before:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_a_login_that_was_ended_meanwhile_stays_so(api_on_mysql: Api) -> None:
    """A refresh that loaded the family before it was revoked must not bring it back to life."""
    api = api_on_mysql
    ann = await api.person()
    family_id, generation = api.container.scope(api.tenant)[
        SessionCommandService
    ].tokens.read_refresh(ann.refresh_token)
    async with api.container.scope(api.tenant).write_uow as refreshing:
        family = await refreshing[FamilyRepository].get(family_id)
        assert family is not None
        await api.post("/auth/logout", json={"refresh_token": ann.refresh_token})
        family.present(generation, datetime.now(UTC))
        with pytest.raises(ConcurrentChange):
            await refreshing[FamilyRepository].store(family, generation)
    body = {"refresh_token": ann.refresh_token}
    assert (await api.post("/auth/refresh", json=body)).status_code == 401


class Slow:
    """A hasher that lets something happen while it verifies."""

    def __init__(self, hasher: PasswordHasher, meanwhile: Callable[[], Awaitable[object]]) -> None:
        self.inner = hasher
        self.meanwhile = meanwhile

    async def hash(self, password: str) -> str:
        return await self.inner.hash(password)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        matches = await self.inner.verify(password, password_hash)
        await self.meanwhile()
        return matches


async def test_a_password_that_was_changed_meanwhile_opens_no_login(api: Api) -> None:
    ann = await api.person()
    sessions = api.container.scope(api.tenant)[SessionCommandService]

    async def change() -> None:
        patch = {"password": "a new password", "current_password": PASSWORD}
        (await api.patch("/users/me", ann, json=patch)).raise_for_status()

    sessions.passwords = Slow(sessions.passwords, change)
    with pytest.raises(Unauthenticated):
        await sessions.log_in(ann.username, PASSWORD)


async def test_20_changes_of_one_account_are_all_done(api: Api) -> None:
    ann = await api.person()

    async def patch(number: int) -> int:
        return (await api.patch("/users/me", ann, json={"bio": f"bio {number}"})).status_code

    statuses = Counter(await asyncio.gather(*(patch(number) for number in range(20))))
    assert statuses == {200: 20}


async def test_20_patches_of_no_version_are_all_done(api: Api) -> None:
    ann = await api.person()
    path = f"/posts/{(await api.write(ann))['id']}"

    async def patch(number: int) -> int:
        return (await api.patch(path, ann, json={"title": f"title {number}"})).status_code

    statuses = Counter(await asyncio.gather(*(patch(number) for number in range(20))))
    assert statuses == {200: 20}
    assert (await api.get(path, ann)).json()["version"] == 21
