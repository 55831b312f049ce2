"""Registration, login, and one's own account."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from application.user.commands import UserCommandService
from application.user.queries import UserQueryService
from application.user.sessions import SessionCommandService
from core.dependencies.scope import ServiceScope
from domain.errors import Unauthenticated
from interface.http.answers import json_answer
from interface.http.hash_slots import InHashSlot
from interface.http.problems import problems
from interface.http.realworld.bodies import (
    CredentialsBody,
    NewUserBody,
    SignedInView,
    UserChangeBody,
)
from interface.http.realworld.dependencies import (
    AnyCaller,
    RealWorldRoute,
    ScopeOfAny,
    ScopeOfCaller,
    TokenOfCaller,
)
from interface.http.realworld.errors import refusal

router = APIRouter(tags=["RealWorld"], route_class=RealWorldRoute)

ScopeOfRegistration = Annotated[ServiceScope, Depends(AnyCaller("registrations"))]


@router.post("/users", status_code=201, response_model=SignedInView, responses=problems(403, 409))
async def register_user(
    scope: ScopeOfRegistration, request: Request, body: NewUserBody, in_turn: InHashSlot
) -> Response:
    """Create an account; the answer has a token for 60 days."""
    sessions, client = scope[SessionCommandService], request.headers.get("User-Agent")
    login = await in_turn(lambda: sessions.register_lasting(body.command, client))
    return json_answer(SignedInView.of(login.user, login.token), 201)


@router.post("/users/login", response_model=SignedInView, responses=problems())
async def log_in_user(
    scope: ScopeOfAny, request: Request, body: CredentialsBody, in_turn: InHashSlot
) -> Response:
    """Log in; the answer has a token for 60 days."""
    sessions, client = scope[SessionCommandService], request.headers.get("User-Agent")
    email, password = body.user.email, body.user.password
    try:
        login = await in_turn(lambda: sessions.log_in_lasting(email, password, client))
    except Unauthenticated:
        return refusal(401, {"credentials": ["invalid"]})
    return json_answer(SignedInView.of(login.user, login.token))


@router.get("/user", response_model=SignedInView, responses=problems())
async def current_user(scope: ScopeOfCaller, token: TokenOfCaller) -> Response:
    """Get one's own account."""
    return json_answer(SignedInView.of(await scope[UserQueryService].get_me(), token))


@router.put("/user", response_model=SignedInView, responses=problems(403, 409))
async def update_user(
    scope: ScopeOfCaller, token: TokenOfCaller, body: UserChangeBody, in_turn: InHashSlot
) -> Response:
    """Change one's own account; a new password ends one's other logins, a new email waits for its
    link to be opened. Both need a token of this API's own logins."""
    accounts = scope[UserCommandService]
    account = await in_turn(lambda: accounts.change_me_unproven(body.patch))
    return json_answer(SignedInView.of(account, token))
