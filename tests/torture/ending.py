"""What must hold once all is healed: nothing lost, nothing doubled, all counted, all jobs done."""

import asyncio
from collections import Counter
from time import monotonic
from typing import Any, Protocol

from tests.torture import shown
from tests.torture.bounds import JOB_SECONDS
from tests.torture.checks import Checker
from tests.torture.others import Agency

_POST = "SELECT p.title, COUNT(*) FROM broadsheet.post p GROUP BY p.title"
_COMMENT = "SELECT body, COUNT(*) FROM broadsheet.comment GROUP BY body"
_COUNTERS = {
    "favourites": "SELECT COUNT(*) FROM broadsheet.post p WHERE favorites_count <> "
    "(SELECT COUNT(*) FROM broadsheet.favorite f WHERE f.post_id = p.id)",
    "comments": "SELECT COUNT(*) FROM broadsheet.post p WHERE comments_count <> "
    "(SELECT COUNT(*) FROM broadsheet.comment c WHERE c.post_id = p.id AND c.deleted_at IS NULL)",
    "followers": "SELECT COUNT(*) FROM broadsheet.user u WHERE followers_count <> "
    "(SELECT COUNT(*) FROM broadsheet.follow f WHERE f.followed_id = u.id)",
}


class Database(Protocol):
    """What answers a statement."""

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows."""


async def check_jobs(agency: Agency, checker: Checker) -> None:
    """Wait for every job that was accepted; each is asked for, however many there are."""
    until = monotonic() + JOB_SECONDS
    for job_id in agency.jobs:
        said = await _said_of(agency, job_id)
        while said != "succeeded" and monotonic() < until:
            await asyncio.sleep(0.5)
            said = await _said_of(agency, job_id)
        if said != "succeeded":
            checker.add("job not done", f"{job_id} is {said}")


async def _said_of(agency: Agency, job_id: str) -> str:
    """Return a job's state, or what was answered instead."""
    op = await agency.calls.call("job", "GET", f"/jobs/{job_id}", shown.job)
    return str(op.seen.get("state", op.status))


def check_database(
    primary: Database, posts: set[str], comments: set[str], checker: Checker
) -> None:
    """Compare what was acknowledged with what the primary has."""
    _once(dict(_counted(primary, _POST)), posts, "post", checker)
    _once(dict(_counted(primary, _COMMENT)), comments, "comment", checker)
    for name, sql in _COUNTERS.items():
        [(wrong,)] = primary.execute(sql)
        if wrong:
            checker.add("miscounted", f"{name}: {wrong} rows")


def _once(found: dict[str, int], acknowledged: set[str], what: str, checker: Checker) -> None:
    for text in acknowledged - found.keys():
        checker.add("lost", f"{what} {text!r}")
    for text, count in found.items():
        if count > 1:
            checker.add("doubled", f"{what} {text!r}: {count} times")


def _counted(primary: Database, sql: str) -> Counter[str]:
    return Counter({str(text): int(count) for text, count in primary.execute(sql)})
