"""Accounts and logins over the API, on both kinds of database."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from httpx import Response

from application.user.sessions import SessionCommandService
from domain.caller import Role
from infra.security.ended_logins import EndedLogins
from infra.security.tokens import AccessTokens
from tests.support.api import PASSWORD, Api, Person
from tests.support.settings import SECRET
from tests.support.waiting import until_answered

pytestmark = pytest.mark.one_database


def registration(username: str = "ann", **others: Any) -> dict[str, Any]:
    return {"username": username, "email": f"{username}@x.org", "password": PASSWORD} | others


async def refresh(api: Api, token: str) -> tuple[int, Any]:
    answer = await api.post("/auth/refresh", json={"refresh_token": token})
    return answer.status_code, answer.json()


async def test_registration_gives_an_account_and_tokens(api: Api) -> None:
    answer = await api.post("/auth/register", json=registration(display_name="Ann Page"))
    assert answer.status_code == 201
    given = answer.json()
    assert set(given) == {"user", "access_token", "token_type", "expires_in", "refresh_token"}
    assert (given["token_type"], given["expires_in"]) == ("bearer", 600)
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    me = (await api.get("/users/me", headers=headers)).json()
    assert me == given["user"]
    assert (me["username"], me["display_name"], me["role"]) == ("ann", "Ann Page", "author")
    assert me["email"] == "ann@x.org"


PROFILE = {"username", "display_name", "bio", "image", "followers_count", "following"}


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"username": "ANN"}, "username"),
        ({"username": "\N{FULLWIDTH LATIN SMALL LETTER A}nn"}, "username"),
        ({"email": "Ann@X.ORG"}, "email"),
    ],
)
async def test_a_taken_name_is_named(api: Api, other: dict[str, str], field: str) -> None:
    await api.post("/auth/register", json=registration())
    answer = await api.post("/auth/register", json=registration("bob") | other)
    assert answer.status_code == 409
    assert answer.json()["errors"] == [
        {"field": field, "message": f"This {field} is taken: use another.", "code": "taken"}
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", ""),
        ("username", " "),
        ("username", "a/b"),
        ("username", "Me"),
        ("username", ".."),
        ("username", "a" * 51),
        ("username", "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 50),
        ("username", "a\0b"),
        ("username", "\u200b"),
        ("username", "a\u200bb"),
        ("username", "ann\u3164"),
        ("username", "\u2800"),
        ("username", 5),
        ("email", "nobody"),
        ("email", "a b@c"),
        ("email", "@c"),
        ("email", "a" * 255 + "@c"),
        ("password", "seven77"),
        ("password", "x" * 129),
        ("password", None),
        ("display_name", "   "),
        ("display_name", "d" * 101),
        ("is_admin", True),
    ],
)
async def test_a_wrong_registration_names_the_field(api: Api, field: str, value: Any) -> None:
    answer = await api.post("/auth/register", json=registration() | {field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert (await api.get("/users/ann")).status_code == 404


async def test_logging_in_by_username_or_email(api: Api) -> None:
    await api.post("/auth/register", json=registration())
    for login in ("ann", "ANN", "ann@x.org", "Ann@x.org"):
        answer = await api.post("/auth/token", data={"username": login, "password": PASSWORD})
        assert answer.status_code == 200
        assert set(answer.json()) == {"access_token", "token_type", "expires_in", "refresh_token"}


async def test_a_wrong_login_gets_one_answer(api: Api) -> None:
    await api.post("/auth/register", json=registration())
    answers = [
        await api.post("/auth/token", data={"username": login, "password": "wrong password"})
        for login in ("ann", "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert answers[0].headers["WWW-Authenticate"] == "Bearer"


async def test_nobody_takes_a_login_by_naming_themselves_like_an_email(api: Api) -> None:
    await api.post("/auth/register", json=registration())
    thief = registration("ann@x.org", email="thief@x.org", password="another password")
    assert (await api.post("/auth/register", json=thief)).status_code == 422
    form = {"username": "ann@x.org", "password": PASSWORD}
    assert (await api.post("/auth/token", data=form)).status_code == 200


async def test_a_refresh_token_rotates(api: Api) -> None:
    ann = await api.person()
    status, first = await refresh(api, ann.refresh_token)
    assert status == 200
    assert first["refresh_token"] != ann.refresh_token
    # the other tab presents the same one a moment later
    status, second = await refresh(api, ann.refresh_token)
    assert (status, second["refresh_token"]) == (200, first["refresh_token"])
    assert (await refresh(api, first["refresh_token"]))[0] == 200


def sessions_at(api: Api, moment: datetime) -> SessionCommandService:
    """The command service with a clock of its own."""
    sessions = api.container.scope(api.tenant)[SessionCommandService]
    sessions.clock = lambda: moment
    return sessions


async def test_a_token_presented_again_later_ends_its_family(api: Api) -> None:
    ann = await api.person()
    _, first = await refresh(api, ann.refresh_token)
    later = datetime.now(UTC) + timedelta(seconds=11)
    with pytest.raises(Exception, match="no longer good"):
        await sessions_at(api, later).refresh(ann.refresh_token)
    assert (await refresh(api, first["refresh_token"]))[0] == 401
    # another login of the same user goes on
    assert (await refresh(api, (await api.log_in(ann)).refresh_token))[0] == 200


async def test_a_family_ends_after_30_days_unused(api: Api) -> None:
    ann = await api.person()
    later = datetime.now(UTC) + timedelta(days=30, minutes=1)
    with pytest.raises(Exception, match="no longer good"):
        await sessions_at(api, later).refresh(ann.refresh_token)


async def test_logging_out_ends_the_family(api: Api) -> None:
    ann = await api.person()
    body = {"refresh_token": ann.refresh_token}
    assert (await api.post("/auth/logout", json=body)).status_code == 204
    assert (await api.post("/auth/logout", json=body)).status_code == 204
    assert (await refresh(api, ann.refresh_token))[0] == 401


@pytest.mark.parametrize("token", ["", "nonsense", "WyJhIiwxXQ.AAAA"])
async def test_a_made_up_refresh_token_is_refused(api: Api, token: str) -> None:
    status, _ = await refresh(api, token)
    assert status == (401 if token else 422)


async def test_a_greater_role_binds_at_the_next_refresh(api: Api) -> None:
    ann = await api.person()
    await api.give_role(ann, Role.ADMIN)
    assert (await api.get("/users", ann)).status_code == 403
    _, given = await refresh(api, ann.refresh_token)
    ann.access_token = given["access_token"]
    assert (await api.get("/users", ann)).status_code == 200


async def test_a_lesser_role_ends_the_logins(api: Api) -> None:
    ann = await api.person()
    await api.give_role(ann, Role.READER)
    body = {"title": "t", "body": "b"}
    assert (await api.post("/posts", ann, json=body)).status_code == 401
    assert (await refresh(api, ann.refresh_token))[0] == 401
    await api.log_in(ann)
    assert (await api.post("/posts", ann, json=body)).status_code == 403


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_login_that_has_ended_is_refused(api: Api, method: str) -> None:
    ann = await api.person()
    assert (await api.get("/posts", ann)).status_code == 200
    body = {"refresh_token": ann.refresh_token}
    assert (await api.post("/auth/logout", json=body)).status_code == 204

    async def answer() -> Response:
        text = {"title": "t", "body": "b"} if method == "POST" else None
        return await api.call(method, "/posts", ann, json=text)

    if method == "GET":
        await until_answered(answer, 401, within=1)
    refused = await answer()
    assert (refused.status_code, "log in again" in refused.json()["detail"]) == (401, True)


async def test_changing_ones_account(api: Api) -> None:
    ann = await api.person()
    patch = {"username": "Ann.New", "bio": "Prints.\nDaily.", "image": None}
    answer = await api.patch("/users/me", ann, json=patch)
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in patch} == patch
    profile = (await api.get("/users/ann.new")).json()
    assert set(profile) == PROFILE
    assert (await api.get(f"/users/{ann.username}")).status_code == 404
    cleared = await api.patch("/users/me", ann, json={"bio": None})
    assert cleared.json()["bio"] is None
    assert (await api.patch("/users/me", ann, json={"username": None})).status_code == 422
    taken = await api.patch("/users/me", await api.person(), json={"username": "ANN.new"})
    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (409, "username")


async def test_a_changed_password_ends_the_other_logins(api: Api) -> None:
    ann = await api.person()
    elsewhere = Person(ann.username, ann.id, ann.access_token, ann.refresh_token)
    await api.log_in(ann)
    patch = {"password": "a new password", "current_password": PASSWORD}
    answer = await api.patch("/users/me", ann, json=patch)
    assert answer.status_code == 200
    assert (await refresh(api, elsewhere.refresh_token))[0] == 401
    assert (await refresh(api, ann.refresh_token))[0] == 200
    for password, status in ((PASSWORD, 401), ("a new password", 200)):
        form = {"username": ann.username, "password": password}
        assert (await api.post("/auth/token", data=form)).status_code == status


def forged(api: Api, ann: Person, **claims: Any) -> dict[str, Any]:
    """What a good access token carries, but for these claims."""
    good = jwt.decode(ann.access_token, SECRET, algorithms=["HS256"], audience="user")
    return {name: value for name, value in (good | claims).items() if value is not None}


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"jti": None},
        {"sub": None},
        {"sub": "nobody"},
        {"aud": "tenant"},
        {"aud": None},
        {"role": "king"},
        {"family": 5},
        {"tenant_id": "018f2b5c-7d3e-7c1a-9b1e-3f2a1b4c5d6e"},
    ],
)
async def test_an_access_token_must_be_whole(api: Api, claims: dict[str, Any]) -> None:
    ann = await api.person()
    token = jwt.encode(forged(api, ann, **claims), SECRET, algorithm="HS256")
    answer = await api.get("/users/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_access_token_must_be_signed_by_us(api: Api) -> None:
    ann = await api.person()
    claims = forged(api, ann)
    unsigned = jwt.encode(claims, "", algorithm="none")
    foreign = jwt.encode(claims, "another secret that is long enough", algorithm="HS256")
    other_algorithm = jwt.encode(claims, SECRET * 2, algorithm="HS512")
    for sent in (
        f"Bearer {unsigned}",
        f"Bearer {foreign}",
        f"Bearer {other_algorithm}",
        f"Basic {ann.access_token}",
        "Bearer",
        "Bearer \u00e9",
    ):
        answer = await api.get("/posts", headers={"Authorization": sent.encode("latin-1")})
        assert answer.status_code == 401


async def test_a_token_of_ours_is_good_where_it_was_given(api: Api) -> None:
    ann = await api.person()
    caller = AccessTokens((SECRET,), EndedLogins(600)).caller_of(ann.access_token, api.tenant)
    assert (caller.id, caller.role) == (ann.id, Role.AUTHOR)


async def test_a_login_of_any_length_is_wrong_and_soon_so(api: Api) -> None:
    """Normalising takes a time that goes by the square of a run of marks: here, minutes."""
    for login in ("a" * 60_000, "a" + "\u0315\u0300" * 5_000):
        async with asyncio.timeout(10):
            form = {"username": login, "password": PASSWORD}
            answer = await api.post("/auth/token", data=form)
        assert answer.status_code == 401
