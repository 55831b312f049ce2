"""What keeps a file from being imported."""


class BadFile(Exception):
    """The message is one line that says what to do; `line` is where, from 1, if it is in a line."""

    def __init__(self, line: int | None, reason: str) -> None:
        super().__init__(reason)
        self.line = line
