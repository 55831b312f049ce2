"""Nesting: nested handlers share a unit of work, and the outermost one ends it."""

import asyncio

from application.unit_of_work import WrongTask


class Nesting:
    """Counts the handlers that are nested, all of them in one task."""

    def __init__(self) -> None:
        self.depth = 0
        self._task: asyncio.Task[object] | None = None

    def enter(self) -> None:
        """Enter a handler; raises WrongTask in another task than the outermost one's."""
        task = asyncio.current_task()
        if self.depth and task is not self._task:
            raise WrongTask("This unit of work is open in another task: open a scope of its own.")
        self._task = task
        self.depth += 1

    def leave(self) -> bool:
        """Leave a handler; True for the outermost one."""
        self.depth -= 1
        return self.depth == 0

    def check_open(self) -> None:
        """Refuse a statement outside of handlers, whose connection would never be closed."""
        if self.depth == 0:
            raise RuntimeError("This unit of work is not open: use it inside a handler.")
