"""Accounts, logins and follows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, not_

from application.user.account_jobs import NOTICE, RESET_LINK, VERIFICATION, Notice
from application.user.account_mailing import AccountMailing, AccountMailService
from application.user.commands import UserCommandService
from application.user.confirming import ConfirmationCommandService
from application.user.follows import FollowCommandService
from application.user.ports import (
    ConfirmationRepository,
    FamilyRepository,
    FollowRepository,
    PersonalTokenRepository,
    UserReader,
    UserRepository,
)
from application.user.queries import UserQueryService
from application.user.sessions import SessionCommandService
from application.user.tokens import TokenCommandService
from core.blog.links import links_of
from core.dependencies.aggregate import Aggregate, commands, queries, service
from core.dependencies.job_handlers import JobContext, JobHandler
from core.dependencies.scope import ServiceScope
from domain.ids import first_id
from domain.token_family import LASTING, LIFETIME
from infra.blog.user.confirmations import SqlConfirmationRepository
from infra.blog.user.follows import SqlFollowRepository
from infra.blog.user.logins import LOGINS
from infra.blog.user.personal_tokens import SqlPersonalTokenRepository
from infra.blog.user.reader import SqlUserReader
from infra.blog.user.repository import SqlUserRepository
from infra.blog.user.table import confirmations, token_families
from infra.blog.user.token_families import SqlFamilyRepository
from infra.database.housekeeping import Chore, Conditions
from infra.database.ports import provided
from infra.security.link_tokens import TenantLinks
from infra.security.tokens import SignedTokens


def _sessions(scope: ServiceScope) -> SessionCommandService:
    resources = scope.resources
    tokens = SignedTokens(resources.secrets, scope.tenant)
    return SessionCommandService(
        scope.write_uow,
        scope.clock,
        resources.passwords,
        tokens,
        scope.limits,
        takes_common=resources.takes_common_passwords,
    )


def _commands(scope: ServiceScope) -> UserCommandService:
    resources = scope.resources
    return UserCommandService(
        scope.write_uow,
        scope.caller,
        scope.clock,
        resources.passwords,
        scope.limits,
        takes_common=resources.takes_common_passwords,
    )


def _confirming(scope: ServiceScope) -> ConfirmationCommandService:
    resources = scope.resources
    links = TenantLinks(resources.confirm_tokens, scope.tenant)
    return ConfirmationCommandService(scope.write_uow, scope.clock, resources.passwords, links)


def _mailing(job: JobContext) -> AccountMailing:
    resources, tenant, scope = job.resources, job.claimed.tenant, job.scope()
    service = AccountMailService(scope.write_uow, scope.clock, job.claimed.lease, scope.limits)
    links = links_of(resources, tenant)
    seal = TenantLinks(resources.confirm_tokens, tenant)
    return AccountMailing(service, resources.mailer, links, seal)


async def _mail_reset_link(job: JobContext) -> None:
    mailing = _mailing(job)
    await mailing.send_link(mailing.commands.link_for_password(job.claimed.payload["email"]))


async def _mail_verification(job: JobContext) -> None:
    mailing, user_id = _mailing(job), UUID(job.claimed.payload["user_id"])
    await mailing.send_link(mailing.commands.link_for_email(user_id))


async def _mail_notice(job: JobContext) -> None:
    payload = job.claimed.payload
    await _mailing(job).send_notice(Notice(payload["notice"]), payload["name"], payload["to"])


def _link_expired(now: datetime) -> Conditions:
    return (confirmations.c.expires_at < now,)


def _expired(now: datetime) -> Conditions:
    before = now - LIFETIME
    lasts = and_(token_families.c.generation == 0, token_families.c.id > first_id(now - LASTING))
    is_unused = token_families.c.rotated_at < before
    return token_families.c.id < first_id(before), is_unused, not_(lasts)


USERS = Aggregate(
    readers=(provided(UserReader)(SqlUserReader),),
    repositories=(
        provided(UserRepository)(SqlUserRepository),
        provided(FollowRepository)(SqlFollowRepository),
        provided(FamilyRepository)(SqlFamilyRepository),
        provided(ConfirmationRepository)(SqlConfirmationRepository),
        provided(PersonalTokenRepository)(SqlPersonalTokenRepository),
    ),
    services=(
        queries(UserQueryService),
        service(UserCommandService)(_commands),
        commands(FollowCommandService),
        commands(TokenCommandService),
        service(SessionCommandService)(_sessions),
        service(ConfirmationCommandService)(_confirming),
    ),
    jobs=(
        JobHandler(RESET_LINK, _mail_reset_link),
        JobHandler(VERIFICATION, _mail_verification),
        JobHandler(NOTICE, _mail_notice),
    ),
    chores=(
        Chore("logins", token_families, _expired),
        Chore("links", confirmations, _link_expired),
    ),
    logins=LOGINS,
)
