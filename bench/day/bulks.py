"""Bulks: many posts by one request, written by a job that is waited for."""

from time import monotonic, sleep

from locust.exception import RescheduleTask

from bench.day.calls import Caller
from bench.day.checks import Check, Json, counts, says

_TIMEOUT_SECONDS = 120
_PAUSE_SECONDS = 0.2
_UNDER_WAY = frozenset({"queued", "sent", "running"})


class JobFailed(Exception):
    """A job ended in another way than by success, or did not end in time."""


def send_bulk(caller: Caller, posts: list[Json]) -> list[Json]:
    """Publish posts by a job; returns them as they are on their author's list."""
    author = caller.account.username if caller.account else ""
    route = "/posts?author={author}&limit=100"
    before = caller.read(route, author=author).body["total"]
    operations = [{"op": "create", "status": "published"} | post for post in posts]
    job = caller.write("POST", "/posts/bulk", {"operations": operations})
    ended = _ended(caller, job)
    [first, *_] = ended["result"]["operations"]
    written = counts(before + len(posts))
    check = Check("own bulk: list (cached, anybody)", written, of_cache=True)
    caller.read(route, check, known_by="nothing", author=author)
    check = Check("own bulk: first post", says(title=posts[0]["title"]))
    caller.read("/posts/{key}", check, key=first["id"])
    check = Check("own bulk: list", written)
    found: list[Json] = caller.read(route, check, author=author).body["items"]
    return found[: len(posts)]


def _ended(caller: Caller, job: Json) -> Json:
    """Wait for a job's success, which is counted as a call; raises RescheduleTask."""
    until = monotonic() + _TIMEOUT_SECONDS
    with caller.session.request_event.measure("JOB", job["kind"]):
        while job["state"] in _UNDER_WAY and monotonic() < until:
            sleep(_PAUSE_SECONDS)
            job = caller.read("/jobs/{id}", id=job["id"]).body
        if not _succeeded(job):
            raise JobFailed(f"the job is {job['state']}: {job['error']}")
    if not _succeeded(job):
        raise RescheduleTask
    return job


def _succeeded(job: Json) -> bool:
    return job["state"] == "succeeded" and not job["result"]["failed"]
