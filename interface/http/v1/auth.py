"""Accounts and logins."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Response
from pydantic import BaseModel, ConfigDict, Field

from application.user.sessions import RegisterCommand
from application.user.views import RegistrationView, TokensView
from interface.http.answers import json_answer
from interface.http.dependencies import OpenScope
from interface.http.problems import OF_BODIES, problems

router = APIRouter(prefix="/auth", tags=["accounts"])


class RefreshToken(BaseModel):
    """A refresh token, as a login gave it."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: str = Field(min_length=1, max_length=500)


class LoginForm(BaseModel):
    """OAuth2's password form; what else OAuth2 may send with it is of no account."""

    grant_type: Literal["password"] | None = None
    username: str
    password: str


@router.post(
    "/register",
    status_code=201,
    response_model=RegistrationView,
    responses=problems(*OF_BODIES, 409),
)
async def register(scope: OpenScope, command: RegisterCommand) -> Response:
    """Make an account; the answer has tokens as after a login."""
    return json_answer(await scope.sessions.register(command), 201)


@router.post("/token", response_model=TokensView, responses=problems(*OF_BODIES))
async def log_in(scope: OpenScope, form: Annotated[LoginForm, Form()]) -> Response:
    """Log in by username or email."""
    return json_answer(await scope.sessions.log_in(form.username, form.password))


@router.post("/refresh", response_model=TokensView, responses=problems(*OF_BODIES))
async def refresh(scope: OpenScope, body: RefreshToken) -> Response:
    """Rotate a refresh token."""
    return json_answer(await scope.sessions.refresh(body.refresh_token))


@router.post("/logout", status_code=204, responses=problems(*OF_BODIES))
async def log_out(scope: OpenScope, body: RefreshToken) -> None:
    """End a login."""
    await scope.sessions.log_out(body.refresh_token)
