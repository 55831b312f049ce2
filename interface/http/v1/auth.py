"""Accounts and logins."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from application.user.confirming import (
    ConfirmationCommandService,
    ForgottenPassword,
    NewPassword,
    VerifiedEmail,
)
from application.user.sessions import RegisterCommand, SessionCommandService
from application.user.views import RegistrationView, TokensView
from core.dependencies.scope import ServiceScope
from interface.http.answers import json_answer
from interface.http.dependencies import LimitedScope, UncountedScope
from interface.http.hash_slots import InHashSlot
from interface.http.limits import count_forgotten_password
from interface.http.problems import problems

router = APIRouter(prefix="/auth", tags=["accounts"])

ScopeOfRegistration = Annotated[ServiceScope, Depends(LimitedScope("registrations"))]


class RefreshToken(BaseModel):
    """A refresh token."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: str = Field(
        min_length=1, max_length=500, examples=["eyJmIjoiMDE5OGM1YjIifQ.c2ln"]
    )


class LoginForm(BaseModel):
    """OAuth2's password form; its other fields are ignored."""

    grant_type: Literal["password"] | None = None
    username: str = Field(examples=["ann"])
    password: str = Field(examples=["hot off the press"])


@router.post(
    "/register",
    status_code=201,
    response_model=RegistrationView,
    responses=problems(403, 409),
)
async def register(
    scope: ScopeOfRegistration, request: Request, command: RegisterCommand, in_turn: InHashSlot
) -> Response:
    """Create an account; the answer has tokens as after a login."""
    sessions, client = scope[SessionCommandService], request.headers.get("User-Agent")
    return json_answer(await in_turn(lambda: sessions.register(command, client)), 201)


@router.post("/token", response_model=TokensView, responses=problems())
async def log_in(
    scope: UncountedScope, request: Request, form: Annotated[LoginForm, Form()], in_turn: InHashSlot
) -> Response:
    """Log in by username or email."""
    sessions, client = scope[SessionCommandService], request.headers.get("User-Agent")
    return json_answer(await in_turn(lambda: sessions.log_in(form.username, form.password, client)))


@router.post("/refresh", response_model=TokensView, responses=problems())
async def refresh(scope: UncountedScope, body: RefreshToken) -> Response:
    """Rotate a refresh token."""
    return json_answer(await scope[SessionCommandService].refresh(body.refresh_token))


@router.post("/forgot-password", status_code=202, response_class=Response, responses=problems())
async def forget_password(scope: UncountedScope, command: ForgottenPassword) -> Response:
    """Have a link to set a new password mailed; answers the same whether there is an account."""
    await count_forgotten_password(scope, command.email)
    await scope[ConfirmationCommandService].forget_password(command)
    return Response(status_code=202)


@router.post("/reset-password", status_code=204, responses=problems())
async def reset_password(scope: UncountedScope, command: NewPassword, in_turn: InHashSlot) -> None:
    """Set a new password by the token of a mailed link; all logins end."""
    await in_turn(lambda: scope[ConfirmationCommandService].set_password(command))


@router.post("/verify-email", status_code=204, responses=problems(409))
async def verify_email(scope: UncountedScope, command: VerifiedEmail) -> None:
    """Verify an address by the token of a mailed link."""
    await scope[ConfirmationCommandService].verify_email(command)


@router.post("/logout", status_code=204, responses=problems())
async def log_out(scope: UncountedScope, body: RefreshToken) -> None:
    """End a login."""
    await scope[SessionCommandService].log_out(body.refresh_token)
