"""Cached against uncached reads of any Broadsheet that runs: python -m bench.compare."""

from pathlib import Path
from typing import Annotated

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from typer import Option

from bench.command import RESULTS, run
from bench.compare.kinds import check_distance, checked_kinds
from bench.compare.report import plot, table_of
from bench.compare.rounds import driver, measured
from bench.speed.driving import Failed

_COLUMNS = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())


def main(
    host: Annotated[str, Option(help="The server's address.")] = "http://127.0.0.1:8000",
    path: Annotated[str, Option(help="What is read.")] = "/api/v1/posts?limit=20",
    token: Annotated[str, Option(help="An access token, for authenticated reads.")] = "",
    rounds: Annotated[int, Option(help="How often each kind is measured.", min=1)] = 5,
    seconds: Annotated[int, Option(help="How long each time.", min=1)] = 2,
    results: Annotated[Path, Option(help="The folder of the plots.")] = RESULTS / "compare",
) -> None:
    """Measure cached and uncached reads of a running server in turn."""
    console, address = Console(), host.rstrip("/")
    check_distance(address)
    kinds = checked_kinds(address, path, token)
    drive, name = driver()
    with Progress(*_COLUMNS, console=console) as progress:
        task = progress.add_task("", total=rounds * len(kinds))
        figures = measured(
            address,
            kinds,
            drive,
            rounds,
            seconds,
            lambda label: progress.update(task, description=label, advance=1),
        )
    console.print(table_of(figures, f"{address}{path}: {rounds} rounds of {seconds} s, by {name}"))
    results.mkdir(parents=True, exist_ok=True)
    plot(figures, results)
    console.print(f"Plots: {results}/throughput.png, latency.png, and both as .svg")


if __name__ == "__main__":
    run(main, Failed)
