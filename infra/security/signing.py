"""Secrets that sign and verify, the newest first: the first signs, all verify."""

from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

Secrets = tuple[str, ...]


def seal(secrets: Secrets, salt: str) -> URLSafeSerializer:
    """Return what encodes values as signed text of one kind, and decodes it."""
    # itsdangerous signs with the last one
    return URLSafeSerializer([*reversed(secrets)], salt=salt)


def timed_seal(secrets: Secrets, salt: str) -> URLSafeTimedSerializer:
    """Return the same with the time of signing."""
    return URLSafeTimedSerializer([*reversed(secrets)], salt=salt)
