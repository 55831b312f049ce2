"""Jobs as tables on a terminal."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from application.job.views import JobCountView, JobView
from domain.job import State

_WIDTH_OF_A_FILE = 200


def console() -> Console:
    """Make the console for standard output, which may be a file."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH_OF_A_FILE)


def table_of_jobs(shown: Iterable[JobView]) -> Table:
    """Make a table with one row for each job; long errors are cut."""
    table = Table(box=None)
    for name in ("id", "kind", "state", "attempts", "done", "runs at"):
        table.add_column(name, no_wrap=True)
    table.add_column("error", no_wrap=True, overflow="ellipsis")
    for job in shown:
        first_line = (job.error or "").partition("\n")[0]
        table.add_row(
            *(str(job.id), job.kind, job.state, str(job.attempts), _done(job), _time(job.run_at)),
            # an error may contain what looks like markup
            escape(first_line),
        )
    return table


def table_of_counts(counts: Sequence[JobCountView]) -> Table:
    """Make a table with one row for each kind, and one column for each state."""
    table = Table(box=None)
    for name in ("kind", *State):
        table.add_column(name, no_wrap=True)
    found = {(count.kind, count.state): count.count for count in counts}
    for kind in sorted({count.kind for count in counts}):
        table.add_row(kind, *(str(found.get((kind, state), 0)) for state in State))
    return table


def _done(job: JobView) -> str:
    progress = job.progress
    return "" if progress.total is None else f"{progress.done}/{progress.total}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
