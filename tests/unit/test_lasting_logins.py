"""Lasting logins: each is asked for again before its end could be forgotten."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from application.unit_of_work import Retryable, Unavailable
from core.dependencies.container import Container
from domain.caller import Caller, Role
from domain.errors import Unauthenticated
from domain.ids import new_id
from infra.blog.user.logins import LOGINS
from infra.security import lasting_logins
from infra.security.lasting_logins import LastingLogins

TENANT = new_id()
ANN = Caller(new_id(), Role.AUTHOR, new_id(), by_lasting_token=True)
Shift = Callable[[float], None]


@dataclass
class Primary:
    """What the primary knows of Ann's login, and how often it was asked."""

    found: Caller | None = ANN
    asked: list[tuple[UUID, UUID | None]] = field(default_factory=list)
    error: Exception | None = None

    async def find(self, _: AsyncConnection, tenant: UUID, caller: Caller) -> Caller | None:
        self.asked.append((tenant, caller.login_id))
        if self.error:
            raise self.error
        return self.found


@pytest.fixture
def primary() -> Primary:
    return Primary()


@pytest.fixture
def logins(idle_container: Container, primary: Primary) -> LastingLogins:
    asking = replace(LOGINS, find_login=primary.find)
    return LastingLogins(idle_container._resources.reads.primary, asking)


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Shift:
    """Sets the clock to some seconds from the time at which the test began."""

    def to(seconds: float) -> None:
        monkeypatch.setattr(lasting_logins, "monotonic", lambda: 1_000 + seconds)

    to(0)
    return to


async def test_it_is_asked_for_every_ten_minutes(
    logins: LastingLogins, primary: Primary, shift: Shift
) -> None:
    for seconds, times in ((0, 1), (1, 1), (600, 1), (600.1, 2), (1_200, 2)):
        shift(seconds)
        assert await logins.present(ANN, TENANT) == ANN
        assert primary.asked == [(TENANT, ANN.login_id)] * times


async def test_one_that_has_ended_is_refused(
    logins: LastingLogins, primary: Primary, shift: Shift
) -> None:
    await logins.present(ANN, TENANT)
    primary.found = None
    shift(601)
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await logins.present(ANN, TENANT)
    assert len(primary.asked) == 2


async def test_it_has_the_present_role(logins: LastingLogins, primary: Primary) -> None:
    primary.found = replace(ANN, role=Role.EDITOR)
    assert (await logins.present(ANN, TENANT)).role is Role.EDITOR


async def test_another_tenants_is_another_one(logins: LastingLogins, primary: Primary) -> None:
    await logins.present(ANN, TENANT)
    await logins.present(ANN, new_id())
    assert len(primary.asked) == 2


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (OperationalError("SELECT", {}, Exception(2003, "down")), Unavailable),
        (OSError("closed"), Retryable),
    ],
)
async def test_a_primary_that_is_down_is_told_as_such(
    logins: LastingLogins, primary: Primary, error: Exception, raised: type[Exception]
) -> None:
    primary.error = error
    with pytest.raises(raised):
        await logins.present(ANN, TENANT)
    primary.error = None
    assert await logins.present(ANN, TENANT) == ANN
