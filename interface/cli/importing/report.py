"""The output of an import: a progress bar, a line for each bad file, and a summary."""

from collections import Counter
from time import monotonic
from types import TracebackType
from typing import Self

from typer import echo

from application.importing.commands import Outcome
from domain.post import Status
from interface.cli.importing.bad_file import BadFile
from interface.cli.progress import progress

_LOST_SHOWN = 1_000
_IMPORTED_AS = (Status.PUBLISHED, Status.DRAFT, Status.ARCHIVED)


class Report:
    """Counts the outcomes of files; in a rehearsal, the ones that they would have."""

    def __init__(self, total: int, *, is_rehearsal: bool = False) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.bad = 0
        self.lost = 0  # links that lead nowhere
        self.pictures = self.pictures_left = 0
        self._imported: Counter[Status] = Counter()
        self._is_rehearsal = is_rehearsal
        self._began = monotonic()
        self._progress = progress()
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

    def add(self, name: str, status: Status, outcome: Outcome) -> None:
        """Count an imported post."""
        self.outcomes[outcome] += 1
        if outcome is Outcome.IMPORTED:
            self._imported[status] += 1
        if self._is_rehearsal:
            would = "would be " if outcome is Outcome.IMPORTED else ""
            echo(_printable(f"{would}{outcome}: {name}"))
        self._progress.advance(self._bar)

    def refuse(self, name: str, reason: BadFile) -> None:
        """Name a bad file and count it."""
        self.bad += 1
        self._progress.advance(self._bar)
        self.note(name, reason)

    def note(self, name: str, reason: BadFile) -> None:
        """Print a note on a file, with its line."""
        where = name if reason.line is None else f"{name}:{reason.line}"
        # neither wrapped nor coloured, and [extra] is not markup
        self._progress.console.print(
            _printable(f"{where}: {reason}"),
            soft_wrap=True,
            markup=False,
            highlight=False,
            emoji=False,
        )

    def lose(self, name: str, address: str) -> None:
        """Count a link of an imported post that leads nowhere, and print the first ones."""
        self.lost += 1
        if self.lost <= _LOST_SHOWN:
            self.note(name, BadFile(None, f"It links to {address}, which is not here."))

    def bring_picture(self) -> None:
        """Count a picture that comes along."""
        self.pictures += 1

    def leave_picture(self, name: str, reason: BadFile) -> None:
        """Count a picture that a post refers to and that does not come along, and say why."""
        self.pictures_left += 1
        self.note(name, reason)

    @property
    def summary(self) -> str:
        imported, here = self.outcomes[Outcome.IMPORTED], self.outcomes[Outcome.ALREADY_HERE]
        would = "would be " if self._is_rehearsal else ""
        return f"{would}imported {imported}, already here {here}, bad {self.bad}"

    @property
    def details(self) -> str:
        """Print the numbers by outcome, and the duration."""
        counts = ", ".join(f"{self._imported[status]} {status}" for status in _IMPORTED_AS)
        pictures = f"; {self.pictures} pictures" if self.pictures else ""
        left = f"; {self.pictures_left} pictures left out" if self.pictures_left else ""
        links = f"; {self.lost} links lead nowhere" if self.lost else ""
        return f"{counts}{pictures}{left}{links}; {monotonic() - self._began:.1f} seconds"


def _printable(line: str) -> str:
    # a name may contain control characters
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in line
    )
