"""Performing: which service does which kind of job."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from uuid import UUID

from application.job.ending import EndingService
from application.job.requester import RequesterService
from application.positions import CallerPosition
from application.post import bulk, publishing, telling
from application.post.bulk_run import BulkRun
from application.post.telling import TellingService
from application.post.telling_run import TellingRun
from core.dependencies.resources import Resources
from core.dependencies.scope import Scope
from domain.user import Caller
from infra.database.housekeeping import Housekeeping
from infra.database.standing import Standing
from infra.jobs.queue import Claimed
from infra.mail.links import PublicLinks

HOUSEKEEPING = "housekeeping"
_OPERATIONS = 8  # of all bulks at once: requests use the same connections


class UnknownKind(Exception):
    """A job of a kind that this version does not know: a newer one may."""


class Performer:
    """Does one job at a time for each call, for whoever caused it."""

    def __init__(self, resources: Resources) -> None:
        self._resources = resources
        self._places = asyncio.Semaphore(_OPERATIONS)
        self._kinds: dict[str, Callable[[Claimed], Awaitable[None]]] = {
            bulk.KIND: self._bulk,
            publishing.KIND: self._publish,
            telling.KIND: self._tell,
            HOUSEKEEPING: self._keep_house,
        }

    async def perform(self, claimed: Claimed) -> None:
        """Do a job; its last transaction ends it. Raises what the work raises."""
        kind = self._kinds.get(claimed.kind)
        if kind is None:
            raise UnknownKind(claimed.kind)
        await kind(claimed)

    async def _bulk(self, claimed: Claimed) -> None:
        scope = partial(self._scope, claimed, await self._requester(claimed))
        run = BulkRun(claimed.lease, lambda: scope().bulk_commands, self._places)
        await run.run(claimed.payload)

    async def _publish(self, claimed: Claimed) -> None:
        await self._requester(claimed)  # who closed their account publishes nothing more
        payload = claimed.payload
        post_id, planned = UUID(payload["post_id"]), datetime.fromisoformat(payload["planned"])
        await self._scope(claimed).publishing.publish(claimed.lease, post_id, planned)

    async def _tell(self, claimed: Claimed) -> None:
        service = TellingService(self._scope(claimed).write_uow, claimed.lease)
        resources = self._resources
        links = PublicLinks(resources.public_url, resources.unsubscribe_tokens, claimed.tenant)
        run = TellingRun(service, resources.mailer, links)
        await run.run(UUID(claimed.payload["post_id"]))

    async def _keep_house(self, claimed: Claimed) -> None:
        resources = self._resources
        deleted = await Housekeeping(resources.primary.engine, resources.reads.primary).run()
        await EndingService(self._scope(claimed).write_uow).end(claimed.lease, dict(deleted))

    async def _requester(self, claimed: Claimed) -> Caller | None:
        if claimed.requested_by is None:
            return None
        requester = RequesterService(self._scope(claimed).write_uow)
        return await requester.caller(claimed.requested_by)

    def _scope(self, claimed: Claimed, caller: Caller | None = None) -> Scope:
        return Scope(self._resources, Standing(claimed.tenant, caller, CallerPosition()))
