"""`/.well-known/security.txt`: whom to tell about a vulnerability (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse

from interface.http.dependencies import container_of

# not in the API's description, since it is for people
router = APIRouter()
_PATH = "/.well-known/security.txt"
_GOOD_FOR = timedelta(days=90)


@router.get(_PATH, response_class=PlainTextResponse, include_in_schema=False)
async def security_txt(request: Request) -> str:
    """Return whom to tell about a vulnerability; 404 where SECURITY_CONTACT is not set."""
    container = container_of(request)
    if not container.security_contact:
        raise HTTPException(404)
    lines = [f"Contact: {container.security_contact}", f"Expires: {_end():%Y-%m-%dT%H:%M:%SZ}"]
    # only a URL with TLS is allowed here
    if container.is_behind_tls:
        lines.append(f"Canonical: {container.public_url}{_PATH}")
    return "\n".join([*lines, ""])


def _end() -> datetime:
    # the same for a day, which lets caches keep the answer
    return datetime.now(UTC).replace(hour=0, minute=0, second=0) + _GOOD_FOR
