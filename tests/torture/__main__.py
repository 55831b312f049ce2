"""python -m tests.torture --seconds 3600 [--seed N]: see docs/torture.md."""

import asyncio
import shutil
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from random import Random, SystemRandom
from time import monotonic

from tests.torture.calls import Desk
from tests.torture.checks import Checker
from tests.torture.cluster import Cluster, running
from tests.torture.disturbances import Disturbances
from tests.torture.ending import check_database, check_jobs
from tests.torture.faults import all_faults
from tests.torture.history import History
from tests.torture.nemesis import Nemesis
from tests.torture.people import People, invite
from tests.torture.report import Report
from tests.torture.tally import Tally

_FOLDER = Path("data/torture")
_SETTLING_SECONDS = 120  # for clients whose last call has no answer yet


def main() -> int:
    """Run; 1 where a promise was not kept."""
    parser = ArgumentParser("python -m tests.torture")
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else SystemRandom().randrange(10**6)
    folder = (_FOLDER / f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}").absolute()
    folder.mkdir(parents=True)
    (folder / "seed").write_text(f"{seed}\n")
    print(f"seed {seed}", flush=True)
    violations = asyncio.run(torture(folder, options.seconds, seed))
    if not violations:
        shutil.rmtree(folder)
        return 0
    print(f"\nseed {seed}; history and logs are in {folder}")
    return 1


async def torture(folder: Path, seconds: float, seed: int) -> int:
    """Run with faults, heal, and check; returns the number of violations."""
    checker, disturbances, tally = Checker(), Disturbances(), Tally()
    history = History(folder / "history.jsonl", tally)
    async with running(folder) as cluster:
        addresses = [server.address for server in cluster.servers]
        desk = Desk(addresses, history, checker, disturbances, monotonic())
        # each has a source of its own: how fast calls are must not change which faults come
        people, of_faults = invite(desk, Random(seed)), Random(seed)
        faults = all_faults(cluster, of_faults)
        nemesis = Nemesis(faults, of_faults, disturbances, history, checker)
        report = Report(tally, nemesis.done, checker)
        await _play(people, nemesis, report, seconds)
        await _end(cluster, people, checker)
    history.close()
    print(report.summary())
    return len(checker.violations)


async def _play(people: People, nemesis: Nemesis, report: Report, seconds: float) -> None:
    await people.register()
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        progress = group.create_task(report.go_on())
        clients = group.create_task(people.run(stop))
        await nemesis.run(seconds)
        stop.set()
        await asyncio.wait([clients], timeout=_SETTLING_SECONDS)
        if not clients.done():
            report.checker.add("not settled", "a write is still refused")
            clients.cancel()
        progress.cancel()


async def _end(cluster: Cluster, people: People, checker: Checker) -> None:
    await check_jobs(people.agency, checker)
    done = people.created(), people.said()
    await asyncio.to_thread(check_database, cluster.pair.primary, *done, checker)
    await people.close()


if __name__ == "__main__":
    sys.exit(main())
