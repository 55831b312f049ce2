"""Random histories of licences, offers, grants and readers, beside a model that counts in days."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic_core import from_json

from application.licence.commands import (
    LicenceCommand,
    LicenceCommandService,
    LicencePatch,
    OfferCommand,
    PriceCommand,
)
from application.licence.granting import GrantCommandService
from application.licence.ports import LicenceRepository
from application.post.commands import PostCommandService, PostPatch
from application.post.queries import PostQueryService, PostsQuery
from application.views import Encoded
from core.dependencies.container import Container
from domain.caller import Caller, Role
from domain.errors import Conflict, DomainError, Invalid
from domain.post import Access
from infra.blog.licence.currencies import IsoCurrencies
from interface.http.entries import EntriesOfCaller
from tests.support.fake_security import FakeClock
from tests.support.samples import NOW, a_published_post, a_user, caller
from tests.support.stores import Store, given

DAYS = st.integers(0, 12)
LENGTHS = st.integers(1, 6)
ANY = st.integers(0, 99)
POSTS, READERS = st.integers(0, 1), st.integers(0, 1)
PRICE = PriceCommand(amount=250, currency="EUR")
R = TypeVar("R")
Ask = Callable[[PostQueryService, UUID], Awaitable[Encoded]]
Days = tuple[int, int]  # the first one, and the one after the last


@dataclass
class ModelLicence:
    """A licence, with the post and the days of each of its offers."""

    id: UUID
    days: Days
    offers: dict[int, tuple[int, Days]] = field(default_factory=dict)


def _one(posts: PostQueryService, post_id: UUID) -> Awaitable[Encoded]:
    return posts.get_post.encoded(post_id)


def _list(posts: PostQueryService, post_id: UUID) -> Awaitable[Encoded]:
    return posts.get_posts.encoded(PostsQuery(include="html"))


def window(days: Days) -> dict[str, Any]:
    start, end = (NOW + timedelta(days=day) for day in days)
    return {"starts_at": start, "ends_at": end}


def meet(one: Days, other: Days) -> bool:
    return bool(set(range(*one)) & set(range(*other)))


def within(outer: Days, inner: Days) -> bool:
    return set(range(*inner)) <= set(range(*outer))


class LicenceMachine(RuleBasedStateMachine):
    """An editor, an author of two posts, and two readers, on a database of their own."""

    def __init__(self, container: Container, runner: asyncio.Runner) -> None:
        super().__init__()
        self.runner, self.store, self.clock = runner, Store(container), FakeClock()
        self.users = [a_user(name) for name in ("ed", "ann", "bob", "cid")]
        self.posts = [a_published_post(self.users[1], title) for title in ("one", "two")]
        runner.run(given(self.store, *self.users, *self.posts))
        self.editor = caller(self.users[0], Role.EDITOR)
        self.readers = [caller(user, Role.READER) for user in self.users[2:]]
        self.now, self.licences = 0, list[ModelLicence]()
        self.held, self.access = set[tuple[int, int]](), [Access.PUBLIC, Access.PUBLIC]

    @initialize()
    def begin_with_a_closed_post(self) -> None:
        """Else few of the histories would close one."""
        self.give(0, 12)
        self.offer(0, 0, 0, 6)
        self.close(0, Access.OFFER)
        self.grant(0, 0, False)

    @rule(start=DAYS, length=LENGTHS)
    def give(self, start: int, length: int) -> None:
        days = start, start + length * 2
        command = LicenceCommand(holder="h", **window(days))
        made = self.runner.run(self.commands.create_licence(command))
        self.licences.append(ModelLicence(made.id, days))

    @precondition(lambda self: self.licences)
    @rule(which=ANY, post=POSTS, start=DAYS, length=LENGTHS)
    def offer(self, which: int, post: int, start: int, length: int) -> None:
        licence, days = self.licences[which % len(self.licences)], (start, start + length)
        fault: type[DomainError] | None = None
        if any(meet(days, other) for at, other in self.offers if at == post):
            fault = Conflict
        if not within(licence.days, days):
            fault = Invalid
        command = OfferCommand(post_id=self.posts[post].id, price=PRICE, **window(days))
        made = self.done(self.commands.add_offer(licence.id, command), fault)
        if made:
            licence.offers[made.number] = post, days

    @precondition(lambda self: any(licence.offers for licence in self.licences))
    @rule(which=ANY)
    def withdraw(self, which: int) -> None:
        there = [(licence, number) for licence in self.licences for number in licence.offers]
        licence, number = there[which % len(there)]
        post, (start, end) = licence.offers[number]
        self.done(self.commands.withdraw_offer(licence.id, number))
        if start >= self.now:
            del licence.offers[number]
        else:
            licence.offers[number] = post, (start, min(end, self.now))

    @precondition(lambda self: self.licences)
    @rule(which=ANY, start=DAYS, length=LENGTHS)
    def move(self, which: int, start: int, length: int) -> None:
        licence, days = self.licences[which % len(self.licences)], (start, start + length * 2)
        cuts = not all(within(days, offered) for _, offered in licence.offers.values())
        patch = LicencePatch(**window(days))
        self.done(self.commands.update_licence(licence.id, patch), Conflict if cuts else None)
        licence.days = licence.days if cuts else days

    @precondition(lambda self: self.licences)
    @rule(which=ANY)
    def remove(self, which: int) -> None:
        licence = self.licences[which % len(self.licences)]
        is_used = any(self.now in range(*days) for _, days in licence.offers.values())
        self.done(self.commands.delete_licence(licence.id), Conflict if is_used else None)
        if not is_used:
            self.licences.remove(licence)

    @rule()
    def pass_a_day(self) -> None:
        self.now += 1
        self.clock.advance(timedelta(days=1))

    @rule(post=POSTS, reader=READERS, is_taken_back=st.booleans())
    def grant(self, post: int, reader: int, is_taken_back: bool) -> None:
        self._grant(post, reader, is_taken_back)
        self.read(post)  # so that what is cached is never cold when the next change comes

    def _grant(self, post: int, reader: int, is_taken_back: bool) -> None:
        key = self.posts[post].id, self.users[2 + reader].username
        if is_taken_back:
            self.done(self.grants.revoke(*key))
            self.held.discard((post, reader))
            return
        is_offered = any(self.now in range(*days) for at, days in self.offers if at == post)
        self.done(self.grants.grant(*key), None if is_offered else Conflict)
        if is_offered:
            self.held.add((post, reader))

    @rule(post=POSTS, access=st.sampled_from(Access))
    def close(self, post: int, access: Access) -> None:
        is_offered = any(self.now < days[1] for at, days in self.offers if at == post)
        is_change = access is not self.access[post]
        fault = Conflict if access is Access.OFFER and is_change and not is_offered else None
        posts = PostCommandService(self.store.writing(self.editor), self.editor, self.clock)
        self.done(posts.update_post(self.posts[post].id, PostPatch(access=access)), fault)
        self.access[post] = self.access[post] if fault else access
        self.read(post)

    @rule(post=POSTS)
    def read(self, post: int) -> None:
        access = self.access[post]
        assert self.may_read(post, None) is (access is Access.PUBLIC)
        assert self.may_read(post, self.editor)
        assert self.may_read(post, caller(self.users[1]))
        for reader, who in enumerate(self.readers):
            may = access is not Access.OFFER or (post, reader) in self.held
            assert self.may_read(post, who) is may

    @invariant()
    def the_offers_are_the_models(self) -> None:
        for post, each in enumerate(self.posts):
            placed = self.done(self.repository_offers(each.id))
            expected = sorted(days for at, days in self.offers if at == post)
            assert [window(days) for days in expected] == placed

    @property
    def offers(self) -> list[tuple[int, Days]]:
        return [offer for licence in self.licences for offer in licence.offers.values()]

    @property
    def commands(self) -> LicenceCommandService:
        uow = self.store.writing(self.editor)
        return LicenceCommandService(uow, self.editor, self.clock, IsoCurrencies())

    @property
    def grants(self) -> GrantCommandService:
        return GrantCommandService(self.store.writing(self.editor), self.editor, self.clock)

    async def repository_offers(self, post_id: UUID) -> list[dict[str, Any]]:
        async with self.store.writing() as uow:
            placed = await uow[LicenceRepository].offers_on(post_id)
        windows = [each.offer.window for each in placed]
        return [{"starts_at": each.starts_at, "ends_at": each.ends_at} for each in windows]

    def may_read(self, post: int, who: Caller | None) -> bool:
        """Return what is so alone and in a list, by the cache, and by what a front finds there."""
        alone, listed = (self.runner.run(self.shown(post, who, ask)) for ask in (_one, _list))
        assert alone is listed
        return alone

    async def shown(self, post: int, who: Caller | None, ask: Ask) -> bool:
        container, tenant, found = self.store.container, self.store.tenant, set[bytes]()
        post_id = self.posts[post].id
        for _ in range(2):
            scope = container.scope(tenant, who)
            found.add((await ask(scope[PostQueryService], post_id)).content)
        assert scope.cache_outcome == "HIT"
        if who and (asked := scope.tenant_call) and (entries := container.shared_entries):
            for as_member in (False, True):
                of_caller = EntriesOfCaller(entries, tenant, who, None)
                hit = await of_caller.answer(asked.call, as_member=as_member)
                assert hit
                found.add(hit.content)
        [content] = found
        shown = from_json(content)
        [told] = [each for each in shown.get("items", [shown]) if each["id"] == str(post_id)]
        assert (told["html"] is not None) is told["may_read"]
        return bool(told["may_read"])

    def done(
        self, work: Coroutine[Any, Any, R], fault: type[DomainError] | None = None
    ) -> R | None:
        """Do it, to its result; or to this error."""
        if fault is None:
            return self.runner.run(work)
        with pytest.raises(fault):
            self.runner.run(work)
        return None
