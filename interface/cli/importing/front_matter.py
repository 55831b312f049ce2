"""Front matter: TOML between lines of +++ or YAML between lines of ---, before the body."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.toml_values import parsed_toml
from interface.cli.importing.yaml_values import parsed_yaml

_LIMIT_BYTES = 65_536  # bytes; YAML of this size takes up to half a second to parse


@dataclass(frozen=True, slots=True)
class _Format:
    fence: str
    opening: re.Pattern[str]
    closing: re.Pattern[str]
    parsed: Callable[[str], dict[str, Any]]


def _format(fence: str, closings: str, parsed: Callable[[str], dict[str, Any]]) -> _Format:
    opening = re.compile(rf"{re.escape(fence)}[ \t]*\r?\n")
    closing = re.compile(rf"^(?:{closings})[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
    return _Format(fence, opening, closing, parsed)


_FORMATS = (
    _format("+++", r"\+\+\+", parsed_toml),
    _format("---", r"---|\.\.\.", parsed_yaml),
)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a post, with line numbers."""

    text: str
    values: dict[str, Any]
    is_yaml: bool

    @property
    def last_line(self) -> int:
        """The line of the closing fence."""
        return self.text.count("\n") + 2

    def get(self, *keys: str) -> Any:
        """Return the value of the first of these keys that is set; None where none is."""
        return self.values.get(self.key_among(*keys))

    def key_among(self, *keys: str) -> str:
        """Return the first of these keys that is set; the first one where none is."""
        return next((key for key in keys if self.values.get(key) is not None), keys[0])

    def text_of(self, *keys: str) -> str | None:
        """Return the text of the first of these keys that is set; raises BadFile."""
        value = self.get(*keys)
        if value is None or isinstance(value, str):
            return value
        reason = "It must be text: put it between quotation marks."
        raise self.fault(self.key_among(*keys), reason)

    def table(self, key: str) -> dict[str, Any]:
        """Return a table, empty where there is none; raises BadFile."""
        table = self.values.get(key)
        if table is None:
            return {}
        if not isinstance(table, dict):
            raise self.fault(key, f"It must be a table: {self._as_table(key)}.")
        return table

    def fault(self, key: str, reason: str) -> BadFile:
        """Make the error for a wrong key."""
        line = self.last_line if key == "body" else self.line_of(key)
        return BadFile(line, f"{key}: {reason}")

    def line_of(self, key: str) -> int:
        """Return the line of a key; the first one where it is not found."""
        word = re.escape(key)
        # the message may begin with the key's table
        name = rf"""(?:[\w-]+\s*\.\s*)*["']?{word}["']?"""
        setting = re.compile(rf"^[ \t]*{name}\s*[=.:]|\[\[?{word}\]")
        for number, line in enumerate(self.text.split("\n"), start=2):
            if setting.match(line):
                return number
        return 1

    def _as_table(self, key: str) -> str:
        if self.is_yaml:
            return f"write its keys on lines under {key}:, indented"
        return f"write [{key}] on a line of its own"


def split(text: str) -> tuple[FrontMatter, str]:
    """Split a file into its front matter and its body, unchanged; raises BadFile."""
    if not text:
        raise BadFile(1, "The file is empty: write a post, or remove the file.")
    for form in _FORMATS:
        if opening := form.opening.match(text):
            return _parted(text, opening.end(), form)
    raise BadFile(
        1, "There is no front matter: let the first line be +++ and TOML follow, or --- and YAML."
    )


def _parted(text: str, start: int, form: _Format) -> tuple[FrontMatter, str]:
    closing = form.closing.search(text, start)
    if not closing:
        raise BadFile(1, f"The front matter has no end: put a line of {form.fence} under it.")
    between = text[start : closing.start()]
    if len(between.encode(errors="surrogatepass")) > _LIMIT_BYTES:
        raise BadFile(1, f"The front matter may have at most {_LIMIT_BYTES} bytes: shorten it.")
    front = FrontMatter(between, form.parsed(between), is_yaml=form.fence == "---")
    return front, text[closing.end() :]
