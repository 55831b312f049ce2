"""Celery with kinds of jobs that only tests have: `celery -A tests.jobs.kinds.celery worker`."""

import os
import signal
from functools import partial
from uuid import UUID

from core.dependencies import messaging
from core.dependencies.messaging import celery
from core.dependencies.performing import Performer
from core.dependencies.resources import Resources
from infra.jobs.queue import Claimed

__all__ = ["celery"]
_make = Performer.__init__
messaging._GRACE_SECONDS = int(os.environ.get("GRACE_SECONDS", messaging._GRACE_SECONDS))


async def _drink(performer: Performer, claimed: Claimed) -> None:
    """Kill the process that does it, until a file says that the fault is mended."""
    if not os.path.exists(claimed.payload["mended"]):  # noqa: ASYNC240
        os.kill(os.getpid(), signal.SIGKILL)
    async with performer._scope(claimed).write_uow as uow:
        await uow.jobs.finish(claimed.lease, None)
        await uow.commit()


async def _freeze(performer: Performer, claimed: Claimed) -> None:
    """Add to a post's title; the first to do it stops in the middle, before it or with its lock."""
    payload = claimed.payload
    async with performer._scope(claimed).write_uow as uow:
        if payload["is_inside"]:
            await uow.posts.get_locked(UUID(payload["post_id"]))
        if not os.path.exists(payload["frozen"]):  # noqa: ASYNC240
            os.mkdir(payload["frozen"])
            os.kill(os.getpid(), signal.SIGSTOP)
        post = await uow.posts.get(UUID(payload["post_id"]))
        post.retitle(post.title + "!")
        await uow.posts.store(post)
        await uow.jobs.finish(claimed.lease, None)
        await uow.commit()


def _make_with_more(self: Performer, resources: Resources) -> None:
    _make(self, resources)
    self._kinds |= {"poison": partial(_drink, self), "freeze": partial(_freeze, self)}


Performer.__init__ = _make_with_more  # type: ignore[method-assign]
