"""The stage: all servers and applications, ready to be measured."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from redis import Redis

from bench.speed.accounts import Account
from bench.speed.applications import Application, Applications, broadsheet, traced, yardsticks
from bench.speed.blog import POSTS, Environment, Step, blog
from bench.speed.closed import closed_posts
from bench.speed.contestants import BROADSHEET, LIST, PATH, Contestant, Known, contestants
from bench.speed.yardsticks import KEY, LIST_FILE
from tests.harness.wrk_program import find_wrk


@dataclass(frozen=True)
class Stage:
    """Who is measured, and where each is served."""

    contestants: Sequence[Contestant]
    applications: Applications


@contextmanager
def staged(on_step: Step, posts: int = POSTS) -> Iterator[Stage]:
    """Start everything, for the time of a run; raises Failed and ServersUnavailable."""
    find_wrk()  # it is needed last, and may have to be fetched
    with blog(on_step, posts) as environment, broadsheet(environment) as ours:
        on_step("the yardsticks start")
        found = httpx.get(ours.address + LIST).raise_for_status()
        on_step("some posts are closed")
        field = contestants(_known(found, ours.address, environment))
        with _compared(environment, found.content) as others, traced(environment) as more:
            on_step("measuring")
            yield Stage(field, others | more | {BROADSHEET: ours})


def _known(found: httpx.Response, address: str, environment: Environment) -> Known:
    """Take one post of the list, its page, and its author; close others."""
    post = found.json()["items"][0]
    body = httpx.get(f"{address}{PATH}/{post['id']}").raise_for_status().json()["body"]
    closed = closed_posts(address, environment, body)
    profile = f"/api/v1/users/{post['author']['username']}"
    paths = f"{PATH}/{post['id']}", f"/posts/{post['slug']}", profile
    return Known(found.headers["ETag"], Account(address, "ann").token(), *paths, closed)


@contextmanager
def _compared(environment: Environment, found: bytes) -> Iterator[dict[str, Application]]:
    """Serve the yardsticks, which send what the blog was found to send."""
    with TemporaryDirectory() as folder, Redis.from_url(environment["REDIS_URL"]) as redis:
        kept = Path(folder) / "list.json"
        kept.write_bytes(found)
        redis.set(KEY, found)
        with yardsticks(environment | {LIST_FILE: str(kept)}) as applications:
            yield applications
