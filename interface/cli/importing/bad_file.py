"""The error of a file that can't be imported."""


class BadFile(Exception):
    """The message is one line that says what to do; `line` counts from 1, where there is one."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
