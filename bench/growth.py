"""What an uncached read costs at 10,000, 100,000 and 1,000,000 posts: python -m bench.growth."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench.blog_rows import ROWS_OF_A_POST
from bench.command import RESULTS, run
from bench.growth_plot import plot
from bench.growth_reads import Blog, Times, WrongAnswer, measure
from bench.growth_report import TARGET, Growth, growths, write_json, write_table
from bench.growth_servers import served

SIZES = [10_000, 100_000, 1_000_000]


def main(
    size: Annotated[list[int], typer.Option(help="How many posts a blog has.")] = SIZES,
    rounds: Annotated[int, typer.Option(help="Rounds of five reads of each kind.")] = 80,
    results: Annotated[Path, typer.Option(help="The folder to write to.")] = RESULTS,
    targets: Annotated[bool, typer.Option(help="Whether to fail where one is missed.")] = True,
) -> None:
    """Load blogs of several sizes, measure how reads grow, and fail where they grow too much."""
    console = Console()
    found = growths(_measured(sorted(size), rounds, console))
    _write(found, results)
    console.print((results / "growth.md").read_text(), soft_wrap=True)
    if not targets:
        return
    for growth in found:
        if growth.target:
            console.print(_verdict(growth))
    raise typer.Exit(not all(growth.holds for growth in found))


def _measured(sizes: Sequence[int], rounds: int, console: Console) -> Times:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        loading = progress.add_task("rows", total=round(sum(sizes) * ROWS_OF_A_POST))
        reading = progress.add_task("rounds of reads", total=rounds, start=False)
        with served(sizes, lambda rows: progress.advance(loading, rows)) as addresses:
            progress.start_task(reading)
            blogs = [Blog(size, address) for size, address in addresses.items()]
            return measure(blogs, rounds, lambda: progress.advance(reading))


def _write(found: Sequence[Growth], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    write_json(found, folder / "growth.json")
    write_table(found, folder / "growth.md")
    plot(found, folder)


def _verdict(growth: Growth) -> str:
    held = "[green]holds[/]" if growth.holds else "[red]misses[/]"
    return f"{held} the target {TARGET}: {growth.kind}, {growth.ratio:.2f}"


if __name__ == "__main__":
    run(main, WrongAnswer)
