"""JWTs of this server: signed by the newest secret, verified by all."""

from typing import Any

import jwt

from domain.errors import Unauthenticated
from infra.security.signing import Secrets

_ALGORITHM = "HS256"


def encoded(claims: dict[str, Any], secrets: Secrets) -> str:
    """Return a token with these claims."""
    return jwt.encode(claims, secrets[0], algorithm=_ALGORITHM)


def decoded(token: str, secrets: Secrets, audience: str, required: list[str]) -> dict[str, Any]:
    """Return the claims of a token for this audience; raises Unauthenticated."""
    try:
        return _verified(token, secrets, audience, required)
    except jwt.ExpiredSignatureError as error:
        raise Unauthenticated(f"The {audience} token has expired.") from error
    except (jwt.InvalidTokenError, ValueError) as error:
        raise Unauthenticated(f"The {audience} token is not one of ours.") from error


def _verified(token: str, secrets: Secrets, audience: str, required: list[str]) -> dict[str, Any]:
    first, *older = secrets
    try:
        return jwt.decode(
            token,
            first,
            algorithms=[_ALGORITHM],
            audience=audience,
            # another server's clock may be ahead: a token that it has just issued is valid
            options={"require": [*required, "aud"], "verify_iat": False},
        )
    except jwt.InvalidSignatureError:
        if not older:
            raise
        return _verified(token, tuple(older), audience, required)
