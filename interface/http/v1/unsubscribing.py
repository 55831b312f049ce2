"""The link in mails by which readers get no more of them."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from application.user.commands import UserPatch
from interface.http.dependencies import ScopeOfLink
from interface.http.problems import problems

router = APIRouter(
    prefix="/mails", tags=["users"], default_response_class=HTMLResponse, responses=problems(404)
)
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>Mails</title>
</head>
<body>
{}
</body>
</html>
"""
_QUESTION = '<form method="post"><button>Get no more mails</button></form>'
_DONE = "<p>You get no more mails. Your account's settings bring them back.</p>"


@router.get("/unsubscribe")
async def ask_to_unsubscribe(_: ScopeOfLink) -> HTMLResponse:
    """Ask whether to unsubscribe: programs that look at links in mails change nothing."""
    return HTMLResponse(_PAGE.format(_QUESTION))


@router.post("/unsubscribe")
async def unsubscribe(scope: ScopeOfLink) -> HTMLResponse:
    """Get no more mails, by a link in one (RFC 8058)."""
    await scope.user_commands.change_me(UserPatch(mails=False))
    return HTMLResponse(_PAGE.format(_DONE))
