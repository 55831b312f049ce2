"""Cached against uncached reads, and both against yardsticks: python -m bench.speed."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from bench.command import RESULTS, run
from bench.speed.applications import share_cores
from bench.speed.driving import Failed, drive
from bench.speed.machine import this_machine
from bench.speed.plots import plot
from bench.speed.ratios import ratios
from bench.speed.report import Memory, Run, write_json, write_markdown
from bench.speed.rounds import Figure, measured
from bench.speed.stage import Stage, staged

ROUNDS, SECONDS = 7, 2
SHORT_ROUNDS, SHORT_SECONDS, SHORT_POSTS = 3, 1, 2_000
REQUESTS = 1_000_000
_COLUMNS = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())


def main(
    short: Annotated[bool, typer.Option(help="See in a minute that no ratio has halved.")] = False,
    results: Annotated[Path, typer.Option(help="The folder to write to.")] = RESULTS,
) -> None:
    """Measure how fast the blog is, and fail where a ratio is below its target."""
    console = Console()
    if not share_cores():
        console.print("This machine keeps no process to a core: ratios will be noisier.")
    is_well = _short(console) if short else _whole(console, results)
    raise typer.Exit(not is_well)


def _short(console: Console) -> bool:
    progress = Progress(*_COLUMNS, console=console)
    with progress, staged(_steps(progress), SHORT_POSTS) as stage:
        figures = _figures(stage, SHORT_ROUNDS, SHORT_SECONDS, progress)
    found = ratios(figures)
    for ratio in found:
        verdict = "as usual" if ratio.is_whole else "[red]too slow[/]"
        least = f"at least {ratio.target.floor:.2f}"
        said = f"{ratio.first} / {ratio.second}: {ratio.value:.2f}, {least}: {verdict}"
        console.print(said, soft_wrap=True)
    return all(ratio.is_whole for ratio in found)


def _whole(console: Console, results: Path) -> bool:
    with Progress(*_COLUMNS, console=console) as progress, staged(_steps(progress)) as stage:
        figures = _figures(stage, ROUNDS, SECONDS, progress)
        memory = _memory(stage, progress)
    run = Run(this_machine(ROUNDS, SECONDS), figures, ratios(figures), memory)
    results.mkdir(parents=True, exist_ok=True)
    write_json(run, results / "latest.json")
    write_markdown(run, results / "latest.md")
    plot(figures, results)
    console.print((results / "latest.md").read_text(), soft_wrap=True)
    return run.holds


def _steps(progress: Progress) -> Callable[[str], None]:
    task = progress.add_task("", total=None)
    return lambda what: progress.update(task, description=what)


def _figures(stage: Stage, rounds: int, seconds: int, progress: Progress) -> list[Figure]:
    task = progress.add_task("", total=rounds * len(stage.contestants))

    def on_turn(what: str) -> None:
        progress.update(task, description=what, advance=1)

    return measured(stage.contestants, stage.applications, rounds, seconds, on_turn)


def _memory(stage: Stage, progress: Progress) -> Memory:
    """See whether a worker grows over a million hits, after those of the rounds."""
    [front] = [contestant for contestant in stage.contestants if contestant.name == "front"]
    application = stage.applications[front.application]
    task = progress.add_task("a million hits", total=REQUESTS)
    before, done = application.memory_mib, 0
    while done < REQUESTS:
        done += drive(application.address, front, 5, "").requests
        progress.update(task, completed=done)
    return Memory(before, application.memory_mib, done)


if __name__ == "__main__":
    run(main, Failed)
