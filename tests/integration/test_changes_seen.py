"""What every command makes old in the cache: all that is cached shows a change at once."""

import re
from typing import Any

import pytest

from tests.support.aggregates import READS, TRIALS
from tests.support.api import Api
from tests.support.routes import Blog, Route, Samples, Trial, people, told

PAST = {"Cache-Control": "no-cache"}
# in lists they may be as old as the entry (docs/decisions.md)
COUNTS = re.compile('"(favorites_count|comments_count|favoritesCount)":[0-9]+,')


@pytest.mark.one_database
@pytest.mark.parametrize("trial", [trial for trial in TRIALS if trial.changes], ids=str)
async def test_every_cached_answer_shows_a_change(api: Api, trial: Trial) -> None:
    callers = await people(api)
    samples = await trial.samples(Blog.of(api, callers))
    cached = [read for read in READS if await is_cached(api, read, samples)]
    assert cached
    done = [
        (await trial.route.call(api, callers[name], samples)).status_code
        for name, status in trial.answers.items()
        if status < 400
    ]
    assert done[0] < 400
    fresh = [await shown(api, read, samples, headers=PAST) for read in cached]
    # as somebody who has seen nothing of it
    api.tokens.clear()
    assert [await shown(api, read, samples) for read in cached] == fresh


async def is_cached(api: Api, read: Route, samples: Samples) -> bool:
    """Ask for it, if it can be, so that it is cached if it may be."""
    if not read.names <= samples.keys():
        return False
    return (await read.call(api, None, samples)).headers.get("X-Cache") in ("HIT", "MISS")


async def shown(api: Api, read: Route, samples: Samples, **options: Any) -> str:
    answer = told(await read.call(api, None, samples, **options))
    return str(answer) if read.names else COUNTS.sub("", str(answer))
