"""What an import says: a bar while it runs, a line for each bad file, and a sum."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import Progress

from application.importing.commands import Outcome
from interface.cli.importing.bad_file import BadFile


class Report:
    """Counts what became of the files. The bar is shown on a terminal only."""

    def __init__(self, total: int) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.bad = 0
        # stderr: the sum alone is worth keeping
        console = Console(stderr=True)
        self._progress = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._bar = self._progress.add_task("Importing", total=total)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Count posts that are in."""
        for outcome in outcomes:
            self.outcomes[outcome] += 1
            self._progress.advance(self._bar)

    def refuse(self, file: Path, reason: BadFile) -> None:
        """Name a bad file and count it."""
        self.bad += 1
        self._progress.advance(self._bar)
        line = f"{file}:{reason.line}: {reason}"
        # as it is: neither wrapped nor coloured, and [extra] is no markup
        self._progress.console.print(
            line, soft_wrap=True, markup=False, highlight=False, emoji=False
        )

    @property
    def summary(self) -> str:
        imported, here = self.outcomes[Outcome.IMPORTED], self.outcomes[Outcome.ALREADY_HERE]
        return f"imported {imported}, already here {here}, bad {self.bad}"
