"""Checks of logins, which are families of refresh tokens, and of personal tokens."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.caller import Caller, Role
from domain.errors import Unauthenticated
from domain.personal_token import Scope, caller_by
from infra.blog.user.table import personal_tokens, token_families, users
from infra.database.clock import from_now
from infra.database.logins import FoundToken, Logins
from infra.database.types import Id, Instant
from infra.security.ended_logins import LOGIN_ENDED

_OF_USER = users.c.id == personal_tokens.c.user_id
_OF_LOGIN = users.c.id == token_families.c.user_id
_USES_APART = timedelta(minutes=1)
# built once: to build a statement takes longer than to send it
_STANDING = (
    select(token_families.c.id, users.c.email_verified, users.c.role)
    .join(users, and_(users.c.tenant == token_families.c.tenant, _OF_LOGIN))
    .where(
        token_families.c.tenant == bindparam("tenant_id"),
        token_families.c.id == bindparam("login_id"),
        token_families.c.revoked_at.is_(None),
    )
)
_OF_OPEN_ACCOUNT = _STANDING.where(users.c.is_active)
# of all tenants: a process keeps one set of them
_ENDED_SINCE = (
    text("SELECT id FROM token_family WHERE revoked_at > :since")
    .bindparams(bindparam("since", type_=Instant()))
    .columns(id=Id())
)
# a personal token, and the present rights of its user
_TOKEN = (
    select(
        personal_tokens.c.id,
        personal_tokens.c.scopes,
        personal_tokens.c.user_id,
        personal_tokens.c.expires_at,
        users.c.role,
        users.c.email_verified,
    )
    .join(users, and_(users.c.tenant == personal_tokens.c.tenant, _OF_USER))
    .where(
        personal_tokens.c.tenant == bindparam("tenant_id"),
        users.c.is_active,
        personal_tokens.c.revoked_at.is_(None),
        or_(personal_tokens.c.expires_at.is_(None), personal_tokens.c.expires_at > from_now()),
    )
)
_TOKEN_OF_DIGEST = _TOKEN.where(personal_tokens.c.digest == bindparam("digest"))
_TOKEN_OF_ID = _TOKEN.where(personal_tokens.c.id == bindparam("token_id"))
_used_at = personal_tokens.c.last_used_at
_USED = (
    update(personal_tokens)
    .where(
        personal_tokens.c.tenant == bindparam("tenant_id"),
        personal_tokens.c.id == bindparam("token_id"),
        # other processes note it too
        or_(_used_at.is_(None), _used_at < from_now(-_USES_APART)),
    )
    .values(last_used_at=from_now())
)


async def _check(connection: AsyncConnection, tenant: UUID, caller: Caller) -> bool:
    if caller.by_token:
        return await _check_token(connection, tenant, caller)
    own = {"tenant_id": tenant, "login_id": caller.login_id}
    row = (await connection.execute(_STANDING, own)).first()
    if row is None:
        raise Unauthenticated(LOGIN_ENDED)
    return bool(row.email_verified)


async def _find_login(connection: AsyncConnection, tenant: UUID, caller: Caller) -> Caller | None:
    own = {"tenant_id": tenant, "login_id": caller.login_id}
    row = (await connection.execute(_OF_OPEN_ACCOUNT, own)).first()
    return replace(caller, role=Role(row.role)) if row else None


async def _check_token(connection: AsyncConnection, tenant: UUID, caller: Caller) -> bool:
    own = {"tenant_id": tenant, "token_id": caller.login_id}
    row = (await connection.execute(_TOKEN_OF_ID, own)).first()
    if row is None or not _caller(row).role.includes(caller.role):
        raise Unauthenticated("The token was revoked, has expired, or its user has lost rights.")
    return bool(row.email_verified)


async def _find_token(
    connection: AsyncConnection, tenant: UUID, digest: bytes
) -> FoundToken | None:
    own = {"tenant_id": tenant, "digest": digest}
    row = (await connection.execute(_TOKEN_OF_DIGEST, own)).first()
    return FoundToken(_caller(row), row.expires_at) if row else None


def _caller(row: Row[*tuple[Any, ...]]) -> Caller:
    scopes = [Scope(each) for each in row.scopes.split()]
    return caller_by(row.id, row.user_id, Role(row.role), scopes)


LOGINS = Logins(_check, _find_login, _ENDED_SINCE, _find_token, _USED)
