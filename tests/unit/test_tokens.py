"""Tokens and cursors: what we sealed comes back, and nothing else does."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from application.positions import NOWHERE, ForgedPosition, Position
from domain.caller import Caller, Role
from domain.errors import Invalid, Unauthenticated
from domain.ids import new_id
from domain.tenant import DEFAULT_TENANT
from infra.security.consistency_tokens import ConsistencyTokens
from infra.security.cursors import Cursor, Cursors
from infra.security.ended_logins import EndedLogins
from infra.security.export_tokens import ExportTokens
from infra.security.link_tokens import CONFIRM, UNSUBSCRIBE, LinkTokens, TenantLinks
from infra.security.signing import Secrets
from infra.security.tenant_tokens import SignedTenantTokens
from infra.security.tokens import AccessTokens, SignedTokens
from tests.support.samples import NOW, a_user
from tests.support.settings import SECRET

OTHER_SECRET = "another secret that is long enough"
POSITION = Position({"3e11fa47-71ca-11e1-9e33-c80aa9429562": 5, "b:tag": 2**60})
NOT_OURS = ["", "nonsense", "a.b.c", "{}", "\N{ROCKET}", "\ud800", "\0", "e30.AAAAAA.AAAA"]
Shift = Callable[[float], None]


@pytest.fixture
def shift(monkeypatch: pytest.MonkeyPatch) -> Shift:
    """Sets the clock to some seconds from the time at which the test began."""
    began = float(int(time.time()))

    def to(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: began + seconds)

    to(0)
    return to


def tampered(token: str) -> list[str]:
    """The same token with one character of it changed, at each place."""
    # not A to B: the last character of Base64 has bits that count for nothing
    others = ["Z" if character in "ABCD" else "A" for character in token]
    return [token[:at] + other + token[at + 1 :] for at, other in enumerate(others)]


# Cursors


@pytest.mark.parametrize("place", [None, 7, NOW.isoformat(), "Ein Titel: <&> 🦔"])
@pytest.mark.parametrize("sort", ["-published_at", "title"])
@pytest.mark.parametrize("last_id", [None, new_id()])
def test_a_cursor_comes_back_as_it_was(
    place: str | int | None, sort: str, last_id: UUID | None
) -> None:
    cursors, cursor = Cursors((SECRET,)), Cursor(sort, place, last_id)
    assert cursors.read(cursors.write(cursor), sort) == cursor


def test_a_cursor_of_another_order_is_refused() -> None:
    cursors = Cursors((SECRET,))
    with pytest.raises(Invalid, match="made for sort=one") as refused:
        cursors.read(cursors.write(Cursor("one", NOW.isoformat(), new_id())), "other")
    assert refused.value.field == "cursor"


def test_a_cursor_that_is_not_ours_is_refused() -> None:
    cursors, cursor = Cursors((SECRET,)), Cursor("s", NOW.isoformat(), new_id())
    foreign = Cursors((OTHER_SECRET,)).write(cursor)
    for text in (*NOT_OURS, foreign, *tampered(cursors.write(cursor))):
        with pytest.raises(Invalid) as refused:
            cursors.read(text, "s")
        assert refused.value.field == "cursor"


# Consistency tokens


def test_a_position_comes_back_as_it_was() -> None:
    tokens = ConsistencyTokens((SECRET,))
    for position in (POSITION, NOWHERE):
        assert tokens.read(tokens.write(position)) == position


def test_a_position_can_be_sent_in_a_header() -> None:
    token = ConsistencyTokens((SECRET,)).write(POSITION)
    assert token.isascii()
    assert not set(token) & set(', ;"')


@pytest.mark.parametrize("age", [0, 1, 59, 60])
def test_a_position_is_good_for_60_seconds(shift: Shift, age: float) -> None:
    tokens = ConsistencyTokens((SECRET,))
    token = tokens.write(POSITION)
    shift(age)
    assert tokens.read(token) == POSITION


@pytest.mark.parametrize("age", [61, 3600, 10**8])
def test_an_older_position_is_ignored(shift: Shift, age: float) -> None:
    tokens = ConsistencyTokens((SECRET,))
    token = tokens.write(POSITION)
    shift(age)
    assert tokens.read(token) == NOWHERE


@pytest.mark.parametrize("ahead", [0.1, 1, 30])
def test_a_position_of_a_server_whose_clock_is_ahead_is_good(shift: Shift, ahead: float) -> None:
    tokens = ConsistencyTokens((SECRET,))
    token = tokens.write(POSITION)
    shift(-ahead)
    assert tokens.read(token) == POSITION


def test_a_position_that_is_not_ours_is_forged(shift: Shift) -> None:
    tokens = ConsistencyTokens((SECRET,))
    forged = [ConsistencyTokens((OTHER_SECRET,)).write(POSITION), *tampered(tokens.write(POSITION))]
    cursor = Cursors((SECRET,)).write(Cursor("s", NOW.isoformat(), new_id()))
    for age in (0, 3600):
        shift(age)
        for token in (*NOT_OURS, *forged, cursor):
            with pytest.raises(ForgedPosition):
                tokens.read(token)


# Access tokens

ANN = a_user("ann", role=Role.EDITOR)
FAMILY, TENANT = new_id(), new_id()


def signed(tenant: Any = TENANT, secret: str = SECRET) -> SignedTokens:
    return SignedTokens((secret,), tenant)


def caller_of(token: str, tenant: UUID = TENANT) -> Caller:
    return AccessTokens((SECRET,), EndedLogins(600)).caller_of(token, tenant)


def claims_of(token: str, audience: str = "user") -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, SECRET, algorithms=["HS256"], audience=audience)
    return claims


def resigned(claims: dict[str, Any], **changed: Any) -> str:
    """A token of ours with other claims; None takes one away."""
    kept = {name: value for name, value in (claims | changed).items() if value is not None}
    return jwt.encode(kept, SECRET, algorithm="HS256")


@pytest.mark.parametrize("role", Role)
def test_an_access_token_says_who_calls(role: Role) -> None:
    caller = caller_of(signed().access(replace(ANN, role=role), FAMILY))
    assert (caller.id, caller.role, caller.login_id) == (ANN.id, role, FAMILY)


def test_an_access_token_lives_10_minutes(shift: Shift) -> None:
    claims = claims_of(signed().access(ANN, FAMILY))
    assert claims["exp"] - claims["iat"] == signed().access_seconds == 600
    assert claims["iat"] == int(time.time())


def test_a_lasting_token_lives_60_days() -> None:
    token = signed().lasting(ANN, FAMILY)
    claims = claims_of(token)
    assert claims["exp"] - claims["iat"] == 60 * 86_400
    expected = Caller(ANN.id, ANN.role, FAMILY, by_lasting_token=True)
    assert caller_of(token) == expected
    assert not caller_of(signed().access(ANN, FAMILY)).by_lasting_token


def test_an_access_token_ends() -> None:
    claims = claims_of(signed().access(ANN, FAMILY))
    over = {"iat": claims["iat"] - 601, "exp": claims["exp"] - 601}
    with pytest.raises(Unauthenticated, match="user token has expired"):
        caller_of(resigned(claims, **over))


def test_an_access_token_that_was_read_before_is_verified_anew_at_its_end(shift: Shift) -> None:
    tokens, token = AccessTokens((SECRET,), EndedLogins(600)), signed().access(ANN, FAMILY)
    end = claims_of(token)["exp"] - time.time()
    known = tokens.caller_of(token, TENANT)
    shift(end - 1)
    assert tokens.caller_of(token, TENANT) is known
    with pytest.raises(Unauthenticated, match="another tenant"):
        tokens.caller_of(token, new_id())
    shift(end)
    # PyJWT has a clock of its own, and lets it pass once more
    assert tokens.caller_of(token, TENANT) is not known


def test_an_access_token_of_a_server_whose_clock_is_ahead_is_good(shift: Shift) -> None:
    shift(2)
    assert caller_of(signed().access(ANN, FAMILY))


def test_no_two_access_tokens_are_the_same(shift: Shift) -> None:
    assert signed().access(ANN, FAMILY) != signed().access(ANN, FAMILY)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "tenant"},
        {"aud": None},
        {"sub": None},
        {"sub": "nobody"},
        {"exp": None},
        {"iat": None},
        {"jti": None},
        {"role": None},
        {"role": "king"},
        {"family": None},
        {"family": 5},
        {"family": "none"},
        {"tenant_id": None},
        {"tenant_id": str(DEFAULT_TENANT)},
        {"tenant_id": 5},
    ],
)
def test_an_access_token_must_be_whole(claims: dict[str, Any]) -> None:
    good = claims_of(signed().access(ANN, FAMILY))
    assert caller_of(resigned(good))
    with pytest.raises(Unauthenticated):
        caller_of(resigned(good, **claims))


def test_an_access_token_must_be_signed_by_us() -> None:
    token = signed().access(ANN, FAMILY)
    claims = claims_of(token)
    unsigned = jwt.encode(claims, "", algorithm="none")
    foreign = signed(secret=OTHER_SECRET).access(ANN, FAMILY)
    other_algorithm = jwt.encode(claims, SECRET * 2, algorithm="HS512")
    cut = token.rpartition(".")[0] + "."
    for wrong in (*NOT_OURS, unsigned, foreign, other_algorithm, cut, token[:-1]):
        with pytest.raises(Unauthenticated):
            caller_of(wrong)


def test_an_access_token_is_good_in_its_own_tenant_alone() -> None:
    with pytest.raises(Unauthenticated, match="another tenant"):
        caller_of(signed().access(ANN, FAMILY), new_id())


# Refresh tokens


def test_a_refresh_token_says_its_family_and_generation(shift: Shift) -> None:
    token = signed().refresh(FAMILY, 7)
    shift(10**8)
    assert signed().read_refresh(token) == (FAMILY, 7)
    assert signed().refresh(FAMILY, 7) == token, "two tabs get the same successor"
    assert signed().refresh(FAMILY, 8) != token


def test_a_refresh_token_that_is_not_ours_is_refused() -> None:
    foreign = signed(secret=OTHER_SECRET).refresh(FAMILY, 1)
    cursor = Cursors((SECRET,)).write(Cursor("s", NOW.isoformat(), new_id()))
    access = signed().access(ANN, FAMILY)
    for token in (*NOT_OURS, foreign, cursor, access, *tampered(signed().refresh(FAMILY, 1))):
        with pytest.raises(Unauthenticated):
            signed().read_refresh(token)


# Tenants' tokens


def test_a_tenant_token_selects_a_tenant_for_ever(shift: Shift) -> None:
    tokens = SignedTenantTokens((SECRET,))
    token = tokens.tenant(TENANT)
    shift(10**8)
    assert tokens.read_tenant(token) == TENANT


@pytest.mark.parametrize(
    "claims", [{"aud": "user"}, {"aud": None}, {"tenant_id": None}, {"tenant_id": "x"}, {"exp": 1}]
)
def test_a_tenant_token_must_be_whole(claims: dict[str, Any]) -> None:
    tokens = SignedTenantTokens((SECRET,))
    good = claims_of(tokens.tenant(TENANT), "tenant")
    with pytest.raises(Unauthenticated):
        tokens.read_tenant(resigned(good, **claims))


def test_a_tenant_token_may_have_an_end(shift: Shift) -> None:
    tokens = SignedTenantTokens((SECRET,))
    soon = datetime.fromtimestamp(time.time(), UTC) + timedelta(seconds=60)
    token, other = (tokens.tenant(TENANT, soon) for _ in range(2))
    assert (tokens.read_tenant(token), token != other) == (TENANT, True)
    shift(59)
    assert tokens.read_tenant(token) == TENANT
    gone = tokens.tenant(TENANT, datetime.fromtimestamp(1, UTC))
    with pytest.raises(Unauthenticated, match="tenant token has expired"):
        tokens.read_tenant(gone)


def test_a_tenant_token_that_was_read_before_is_verified_anew_at_its_end(shift: Shift) -> None:
    tokens = SignedTenantTokens((SECRET,))
    token = tokens.tenant(TENANT, datetime.fromtimestamp(time.time() + 60, UTC))
    known = tokens.verified(token)
    shift(59)
    assert tokens.verified(token) is known
    shift(60)
    # PyJWT has a clock of its own, and lets it pass once more
    assert tokens.verified(token) is not known


@pytest.mark.parametrize("end", [None, datetime(2100, 1, 1, tzinfo=UTC)])
def test_a_revoked_tenant_token_is_refused_and_no_other(end: datetime | None) -> None:
    tokens = SignedTenantTokens((OTHER_SECRET, SECRET))
    token, old = tokens.tenant(TENANT, end), SignedTenantTokens((SECRET,)).tenant(TENANT)
    other = tokens.tenant(TENANT, datetime(2099, 1, 1, tzinfo=UTC))
    assert tokens.read_tenant(token) == TENANT
    tokens.revoked.add(tokens.verified(token).digest)
    with pytest.raises(Unauthenticated, match="was revoked"):
        tokens.read_tenant(token)
    # the last character of the signature has bits that count for nothing
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    for written in (twin, f"{token}=", f"{token}=="):
        with pytest.raises(Unauthenticated):
            tokens.read_tenant(written)
    assert tokens.read_tenant(other) == TENANT
    if end is None:  # one text a tenant, whatever secret signs it
        with pytest.raises(Unauthenticated, match="was revoked"):
            tokens.read_tenant(old)


def test_a_tenant_token_must_be_signed_by_us() -> None:
    tokens = SignedTenantTokens((SECRET,))
    foreign = SignedTenantTokens((OTHER_SECRET,)).tenant(TENANT)
    for token in (*NOT_OURS, foreign, signed().access(ANN, FAMILY)):
        with pytest.raises(Unauthenticated):
            tokens.read_tenant(token)


# An old and a new secret

CURSOR = Cursor("s", NOW.isoformat(), new_id())
# what writes a token with these secrets, what reads it, and what it then says
KINDS: dict[str, tuple[Callable[[Secrets], str], Callable[[Secrets, str], object], object]] = {
    "access": (
        lambda secrets: SignedTokens(secrets, TENANT).access(ANN, FAMILY),
        lambda secrets, token: AccessTokens(secrets, EndedLogins(600)).caller_of(token, TENANT),
        Caller(ANN.id, ANN.role, FAMILY),
    ),
    "refresh": (
        lambda secrets: SignedTokens(secrets, TENANT).refresh(FAMILY, 1),
        lambda secrets, token: SignedTokens(secrets, TENANT).read_refresh(token),
        (FAMILY, 1),
    ),
    "tenant": (
        lambda secrets: SignedTenantTokens(secrets).tenant(TENANT),
        lambda secrets, token: SignedTenantTokens(secrets).read_tenant(token),
        TENANT,
    ),
    "consistency": (
        lambda secrets: ConsistencyTokens(secrets).write(POSITION),
        lambda secrets, token: ConsistencyTokens(secrets).read(token),
        POSITION,
    ),
    "cursor": (
        lambda secrets: Cursors(secrets).write(CURSOR),
        lambda secrets, token: Cursors(secrets).read(token, "s"),
        CURSOR,
    ),
    "unsubscribe": (
        lambda secrets: LinkTokens(secrets, UNSUBSCRIBE).write(TENANT, ANN.id),
        lambda secrets, token: LinkTokens(secrets, UNSUBSCRIBE).read(token),
        (TENANT, ANN.id),
    ),
    "export": (
        lambda secrets: ExportTokens(secrets).write(TENANT, ANN.id, timedelta(days=1)),
        lambda secrets, token: ExportTokens(secrets).read(token),
        (TENANT, ANN.id),
    ),
    "link": (
        lambda secrets: TenantLinks(LinkTokens(secrets, CONFIRM), TENANT).write(FAMILY),
        lambda secrets, token: TenantLinks(LinkTokens(secrets, CONFIRM), TENANT).read(token),
        FAMILY,
    ),
    "tenant of a link": (
        lambda secrets: TenantLinks(LinkTokens(secrets, CONFIRM), TENANT).write(FAMILY),
        lambda secrets, token: LinkTokens(secrets, CONFIRM).read(token)[0],
        TENANT,
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_all_secrets_verify_and_the_first_one_signs(kind: str) -> None:
    write, read, said = KINDS[kind]
    new, old = (OTHER_SECRET,), (SECRET,)
    both = (*new, *old)
    for known in (write(both), write(new), write(old)):
        assert read(both, known) == said
    assert read(new, write(both)) == said
    for secrets, unknown in ((old, write(both)), (new, write(old))):
        with pytest.raises((Unauthenticated, Invalid, ForgedPosition)):
            read(secrets, unknown)


def test_an_expired_token_of_the_old_secret_is_said_to_have_expired() -> None:
    claims = claims_of(signed().access(ANN, FAMILY))
    over = {"iat": claims["iat"] - 601, "exp": claims["exp"] - 601}
    tokens = AccessTokens((OTHER_SECRET, SECRET), EndedLogins(600))
    with pytest.raises(Unauthenticated, match="user token has expired"):
        tokens.caller_of(resigned(claims, **over), TENANT)
