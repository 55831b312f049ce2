"""What keeps a file from being imported."""


class BadFile(Exception):
    """The message is one line that says what to do; `line` is where, counted from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
