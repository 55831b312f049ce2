"""The pages that links in mails lead to: small, without scripts, for any browser.

They ask by a form: programs that follow links, as those that scan mails, change nothing.
"""

from collections.abc import Awaitable
from html import escape
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field, ValidationError

from application.user.commands import UserCommandService, UserPatch
from application.user.confirming import ConfirmationCommandService, NewPassword, VerifiedEmail
from domain.errors import DomainError, Invalid
from interface.http.dependencies import ScopeOfLink, ScopeOfMail
from interface.http.hash_slots import InHashSlot
from interface.http.pages import Page
from interface.http.problems import problems

router = APIRouter(
    prefix="/mails", tags=["users"], default_response_class=Page, responses=problems(404)
)
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
{content}
</body>
</html>
"""
_UNSUBSCRIBE = '<form method="post"><button>Get no more mails</button></form>'
_UNSUBSCRIBED = "<p>You get no more mails. Your account's settings bring them back.</p>"
_FORM_TO_RESET = """\
<form method="post">
<p><label for="password">New password, of at least 8 characters</label><br>
<input id="password" name="password" type="password" autocomplete="new-password" required
 minlength="8" maxlength="128"></p>
<p><button>Set the password</button></p>
</form>"""
_RESET_DONE = "<p>The new password is set. Log in with it: all earlier logins have ended.</p>"
_VERIFY = '<form method="post"><button>This address is mine</button></form>'
_VERIFIED = "<p>The address is verified.</p>"


class PasswordForm(BaseModel):
    """The form that asks for a new password."""

    password: str = Field(max_length=1_000, examples=["hot off the press"])


@router.get("/unsubscribe")
async def ask_to_unsubscribe(_: ScopeOfLink) -> Page:
    """Return a page that asks for confirmation."""
    return _page("Mails", _UNSUBSCRIBE)


@router.post("/unsubscribe")
async def unsubscribe(scope: ScopeOfLink) -> Page:
    """Unsubscribe from mails, by the link of one (RFC 8058)."""
    await scope[UserCommandService].change_me(UserPatch(mails=False))
    return _page("Mails", _UNSUBSCRIBED)


@router.get("/reset-password")
async def ask_to_reset(_: ScopeOfMail) -> Page:
    """Return a page that asks for a new password."""
    return _page("New password", _FORM_TO_RESET)


@router.post("/reset-password")
async def reset_by_link(
    scope: ScopeOfMail, token: str, form: Annotated[PasswordForm, Form()], in_turn: InHashSlot
) -> Page:
    """Set a new password, by the link of a mail."""
    service = scope[ConfirmationCommandService]
    try:
        command = NewPassword(token=token, password=form.password)
    except ValidationError:
        said = "A password has 8 to 128 characters."
        return _page("New password", f"<p>{said}</p>\n{_FORM_TO_RESET}", 422)
    done = in_turn(lambda: service.set_password(command))
    return await _outcome("New password", done, _RESET_DONE, _FORM_TO_RESET)


@router.get("/verify-email")
async def ask_to_verify(_: ScopeOfMail) -> Page:
    """Return a page that asks for confirmation."""
    return _page("Your address", _VERIFY)


@router.post("/verify-email", responses=problems(409))
async def verify_by_link(scope: ScopeOfMail, token: str) -> Page:
    """Verify an address, by the link of a mail."""
    done = scope[ConfirmationCommandService].verify_email(VerifiedEmail(token=token))
    return await _outcome("Your address", done, _VERIFIED)


async def _outcome(title: str, done: Awaitable[None], said: str, again: str = "") -> Page:
    """Return the page of what was done, or of why it was not; `again` asks once more where only
    what was typed is wrong."""
    try:
        await done
    except DomainError as error:
        is_typed = isinstance(error, Invalid) and error.field != "token"
        status = 422 if isinstance(error, Invalid) else 409
        return _page(title, f"<p>{escape(str(error))}</p>\n{again if is_typed else ''}", status)
    return _page(title, said)


def _page(title: str, content: str, status: int = 200) -> Page:
    return Page(_PAGE.format(title=title, content=content), status)
