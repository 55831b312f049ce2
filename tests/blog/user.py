"""Accounts, logins and follows."""

from application.user.ports import UserRepository
from domain.ids import new_id
from domain.user import User
from tests.support.api import PASSWORD
from tests.support.routes import Blog, Route, Routes, Samples, admins, authenticated, everyone
from tests.support.samples import a_user
from tests.support.stored import Stored

GUESS = {"current_password": "a guess"}
TOKEN = {"name": "Backup", "scopes": ["read"]}


async def registered(blog: Blog) -> Samples:
    name = f"other{new_id().hex}"
    account = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
    await blog.post("/auth/register", account)
    return {"username": name, "session_id": str(new_id()), "token_id": str(new_id())}


ROUTES = Routes(
    (
        Route("GET", "/users/me", authenticated(200)),
        Route("PATCH", "/users/me", authenticated(200), body={}),
        Route("GET", "/users/{username}", everyone(200)),
        Route("PUT", "/users/{username}/follow", authenticated(204)),
        Route("DELETE", "/users/{username}/follow", authenticated(204)),
        Route("GET", "/users/me/sessions", authenticated(200)),
        Route("DELETE", "/users/me/sessions", authenticated(204)),
        Route("DELETE", "/users/me/sessions/{session_id}", authenticated(404)),
        Route("GET", "/users/me/tokens", authenticated(200)),
        Route("POST", "/users/me/tokens", authenticated(201), body=TOKEN),
        Route("DELETE", "/users/me/tokens/{token_id}", authenticated(404)),
        Route("GET", "/users", admins(200)),
        Route("PATCH", "/users/{username}", admins(200), body={"role": "reader"}),
        # these calls require the token of a mailed link in the query
        Route("GET", "/mails/unsubscribe?token=x", everyone(422)),
        Route("POST", "/mails/unsubscribe?token=x", everyone(422)),
        Route("GET", "/mails/reset-password?token=x", everyone(422)),
        Route("POST", "/mails/reset-password?token=x", everyone(422)),
        Route("GET", "/mails/verify-email?token=x", everyone(422)),
        Route("POST", "/mails/verify-email?token=x", everyone(422)),
        # these calls need no access token: their bodies identify the user
        Route("POST", "/auth/register", everyone(422), body={}),
        Route("POST", "/auth/token", everyone(422)),
        Route("POST", "/auth/refresh", everyone(422), body={}),
        Route("POST", "/auth/logout", everyone(422), body={}),
        Route("POST", "/auth/forgot-password", everyone(202), body={"email": "nobody@x.org"}),
        Route("POST", "/auth/reset-password", everyone(422), body={}),
        Route("POST", "/auth/verify-email", everyone(422), body={}),
        Route("DELETE", "/users/me", (401, 422, 422, 422, 422, 409), body=GUESS),
        Route("POST", "/users/me/verification", authenticated(202)),
        Route("POST", "/users/me/export", authenticated(202)),
        Route("GET", "/users/me/export?token=x", everyone(422)),
    ),
    registered,
)


def _rename(user: User) -> None:
    user.present_as("Another")


STORED = Stored(UserRepository, lambda: a_user(f"ann{new_id().hex}"), _rename)
