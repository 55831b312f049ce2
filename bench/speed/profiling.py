"""Flame graphs of a hit, of a miss and of a write: python -m bench.speed.profiling."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bench.command import RESULTS, run
from bench.speed.applications import Application, share_cores
from bench.speed.contestants import Contestant
from bench.speed.driving import Failed, drive
from bench.speed.stage import staged

PROFILED = ("front", "inside", "miss", "post")
_SECONDS, _RATE = 8, 400
_SPY = Path(sys.executable).with_name("py-spy")


def main(
    results: Annotated[Path, typer.Option(help="The folder to write to.")] = RESULTS,
) -> None:
    """Sample the worker under load, and draw where its time goes."""
    console = Console()
    share_cores()
    results.mkdir(parents=True, exist_ok=True)
    with console.status("…") as status, staged(status.update) as stage:
        for contestant in stage.contestants:
            if contestant.name in PROFILED:
                status.update(f"profiling: {contestant.label}")
                path = results / f"profile-{contestant.name}.svg"
                _profile(contestant, stage.applications[contestant.application], path)
                console.print(f"{contestant.label}: {path}", soft_wrap=True)


def _profile(contestant: Contestant, application: Application, path: Path) -> None:
    with ThreadPoolExecutor(1) as driver:
        driven = driver.submit(drive, application.address, contestant, _SECONDS + 2, "profiled")
        _sample(application, path)
        driven.result()


def _sample(application: Application, path: Path) -> None:
    """Sample while the load runs; py-spy says itself what it lacks."""
    options = ["--duration", str(_SECONDS), "--rate", str(_RATE), "--output", str(path)]
    command = [str(_SPY), "record", "--pid", str(application.pid), *options]
    sampled = subprocess.run(command, capture_output=True, text=True, check=False)
    if sampled.returncode:
        sys.stderr.write(sampled.stderr)
        raise typer.Exit(1)


if __name__ == "__main__":
    run(main, Failed)
