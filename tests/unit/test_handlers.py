"""The handler decorators: where a transaction begins, ends, and is tried again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import pytest

from application import retries
from application.handlers import command_handler, query_handler
from application.unit_of_work import ConcurrentChange, OutcomeUnknown, Retryable, WrongTask
from application.user.ports import UserReader, UserRepository
from application.user.views import PersonView
from domain.errors import NotFound, Taken
from infra.blog.user.table import users
from tests.support.samples import a_user
from tests.support.stores import Store
from tests.support.watched import WatchedUnitOfWork

Inside = Callable[[], Awaitable[object]]
BEGUN_AND_UNDONE = ["begin", "rollback"]


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried at once."""
    monkeypatch.setattr(retries, "_PAUSE_SECONDS", 0)


class Service:
    """Handlers that write, call others, and fail as often as they are told."""

    def __init__(
        self, store: Store, *failures: BaseException, commits: Iterable[Exception] = ()
    ) -> None:
        self.store = store
        self.write_uow = WatchedUnitOfWork(store.writing())
        self.write_uow.commit_failures.extend(commits)
        self.read_uow = store.reading()
        self.failures = list(failures)
        self.attempts = 0

    @command_handler
    async def add(self, name: str) -> str:
        """Add a user, then fail, if it must."""
        self.attempts += 1
        await self.write_uow[UserRepository].add(a_user(name))
        self._fail()
        return name

    @command_handler
    async def add_then(self, name: str, *, then: Inside) -> object:
        """Add a user, then do something else within the same transaction."""
        await self.write_uow[UserRepository].add(a_user(name))
        return await then()

    @command_handler
    async def add_though(self, name: str, *, failing: Inside) -> str:
        """Add a user though something within failed."""
        try:
            await failing()
        except Exception:
            await self.write_uow[UserRepository].add(a_user(name))
        return "as if nothing was"

    @command_handler
    async def nothing(self) -> None:
        """Not one statement."""

    @query_handler
    async def profile(self, name: str) -> PersonView | None:
        self.attempts += 1
        self._fail()
        return await self.read_uow[UserReader].person(name)

    @query_handler
    async def profile_twice(self, name: str) -> object:
        return await self.profile(name), await self.profile(name)

    @query_handler
    async def in_another_task(self, name: str) -> object:
        return await asyncio.create_task(self.profile(name))

    async def names(self) -> list[str]:
        """Whoever was committed."""
        return [row.username for row in await self.store.rows(users)]

    @property
    def log(self) -> list[str]:
        return self.write_uow.log

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


async def test_a_command_is_committed_and_answers(store: Store) -> None:
    service = Service(store)
    assert await service.add("ann") == "ann"
    assert (await service.names(), service.log) == (["ann"], ["begin", "commit"])
    assert service.write_uow.depth == 0


async def test_a_handler_keeps_its_name_and_words() -> None:
    assert Service.add.__name__ == "add"
    assert Service.add.__doc__ == "Add a user, then fail, if it must."


async def test_a_command_without_a_statement_begins_nothing(store: Store) -> None:
    service = Service(store)
    await service.nothing()
    assert service.log == []


@pytest.mark.parametrize("error", [Taken("slug"), ZeroDivisionError(), asyncio.CancelledError()])
async def test_an_error_rolls_back_and_is_not_tried_again(
    store: Store, error: BaseException
) -> None:
    service = Service(store, error)
    with pytest.raises(type(error)):
        await service.add("ann")
    assert (await service.names(), service.log, service.attempts) == ([], BEGUN_AND_UNDONE, 1)
    assert service.write_uow.depth == 0


@pytest.mark.parametrize("failures", [1, 2])
@pytest.mark.parametrize("kind", [Retryable, ConcurrentChange])
async def test_bad_luck_is_tried_again_from_the_start(
    store: Store, failures: int, kind: type[Exception]
) -> None:
    service = Service(store, *(kind() for _ in range(failures)))
    assert await service.add("ann") == "ann"
    assert (await service.names(), service.attempts) == (["ann"], failures + 1)
    assert service.log == BEGUN_AND_UNDONE * failures + ["begin", "commit"]


async def test_three_times_is_enough(store: Store) -> None:
    service = Service(store, *(Retryable(str(number)) for number in range(1, 6)))
    with pytest.raises(Retryable, match="3"):
        await service.add("ann")
    assert (await service.names(), service.attempts, service.log) == ([], 3, BEGUN_AND_UNDONE * 3)


async def test_a_commit_that_met_bad_luck_is_tried_again(store: Store) -> None:
    service = Service(store, commits=[Retryable(), Retryable()])
    await service.add("ann")
    assert (await service.names(), service.attempts) == (["ann"], 3)
    assert service.log == ["begin", "commit failed"] * 2 + ["begin", "commit"]


async def test_a_commit_of_unknown_outcome_is_never_tried_again(store: Store) -> None:
    service = Service(store, commits=[OutcomeUnknown()])
    with pytest.raises(OutcomeUnknown):
        await service.add("ann")
    assert (service.attempts, service.log) == (1, ["begin", "commit failed"])


async def test_a_handler_inside_another_joins_its_transaction(store: Store) -> None:
    service = Service(store)
    answer = await service.add_then("ann", then=lambda: service.add("bob"))
    assert (answer, await service.names()) == ("bob", ["ann", "bob"])
    assert service.log == ["begin", "commit"]


async def test_the_outer_failure_undoes_what_the_inner_handler_did(store: Store) -> None:
    service = Service(store)

    async def add_and_fail() -> None:
        await service.add("bob")
        raise NotFound("post")

    with pytest.raises(NotFound):
        await service.add_then("ann", then=add_and_fail)
    assert (await service.names(), service.log) == ([], BEGUN_AND_UNDONE)


async def test_bad_luck_inside_is_tried_again_by_the_outermost_alone(store: Store) -> None:
    service = Service(store, Retryable(), Retryable())
    await service.add_then("ann", then=lambda: service.add("bob"))
    assert (await service.names(), service.attempts) == (["ann", "bob"], 3)
    assert service.log == [*BEGUN_AND_UNDONE * 2, "begin", "commit"]


async def test_an_inner_failure_dooms_the_outer_handler(store: Store) -> None:
    service = Service(store, Taken("slug"))
    with pytest.raises(RuntimeError, match="inside this one failed"):
        await service.add_though("ann", failing=lambda: service.add("bob"))
    assert (await service.names(), service.log) == ([], BEGUN_AND_UNDONE)
    # and nothing after it
    await service.add("cat")
    assert await service.names() == ["cat"]


async def test_an_inner_failure_two_handlers_below_dooms_the_outermost_too(store: Store) -> None:
    service = Service(store, Taken("slug"))

    async def inner() -> None:
        await service.add_though("bob", failing=lambda: service.add("cat"))

    with pytest.raises(RuntimeError, match="inside this one failed"):
        await service.add_though("ann", failing=inner)
    assert await service.names() == []


async def test_another_task_may_not_join(store: Store) -> None:
    service = Service(store)

    async def elsewhere() -> None:
        with pytest.raises(WrongTask):
            await asyncio.create_task(service.add("bob"))

    await service.add_then("ann", then=elsewhere)
    assert (await service.names(), service.attempts) == (["ann"], 0)


async def test_tasks_of_a_group_do_not_share_a_transaction(store: Store) -> None:
    service = Service(store)

    async def in_a_group() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(service.add("bob"))

    with pytest.raises(ExceptionGroup) as raised:
        await service.add_then("ann", then=in_a_group)
    assert raised.group_contains(WrongTask)
    assert await service.names() == []


async def test_a_query_reads_what_was_committed(store: Store) -> None:
    service = Service(store)
    await service.add("ann")
    found = await service.profile("ANN")
    assert found
    assert (found.username, service.read_uow.depth) == ("ann", 0)
    assert await service.profile("bob") is None


@pytest.mark.parametrize("failures", [1, 2])
async def test_a_query_that_lost_its_server_runs_again(store: Store, failures: int) -> None:
    service = Service(store, *(Retryable() for _ in range(failures)))
    assert await service.profile("ann") is None
    assert service.attempts == failures + 1


async def test_a_query_is_run_three_times_at_most(store: Store) -> None:
    service = Service(store, *(Retryable() for _ in range(5)))
    with pytest.raises(Retryable):
        await service.profile("ann")
    assert (service.attempts, service.read_uow.depth) == (3, 0)


async def test_another_error_of_a_query_is_not_tried_again(store: Store) -> None:
    service = Service(store, NotFound("user"))
    with pytest.raises(NotFound):
        await service.profile("ann")
    assert (service.attempts, service.read_uow.depth) == (1, 0)


async def test_queries_inside_queries_are_tried_again_by_the_outermost_alone(store: Store) -> None:
    service = Service(store, Retryable())
    assert await service.profile_twice("ann") == (None, None)
    assert service.attempts == 3


async def test_a_query_belongs_to_one_task(store: Store) -> None:
    service = Service(store)
    with pytest.raises(WrongTask):
        await service.in_another_task("ann")
    assert (service.attempts, service.read_uow.depth) == (0, 0)


async def test_pauses_grow_and_are_not_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds: list[tuple[float, float]] = []

    def choose(least: float, most: float) -> float:
        bounds.append((least, most))
        return 0

    monkeypatch.setattr(retries, "_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr("application.retries.random.uniform", choose)
    await Service(store, Retryable(), Retryable()).add("ann")
    assert bounds == [(0, 0.02), (0, 0.04)]
