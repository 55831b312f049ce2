"""Front matter: TOML between two lines of +++, before the body."""

import re
import tomllib
from dataclasses import dataclass
from typing import Any

from interface.cli.importing.bad_file import BadFile

_FENCE = r"\+\+\+[ \t]*"
_OPENING = re.compile(rf"{_FENCE}\r?\n")
_CLOSING = re.compile(rf"^{_FENCE}(?:\r?\n|\Z)", re.MULTILINE)
_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a post says about itself, and where it says so."""

    text: str
    values: dict[str, Any]

    @property
    def last_line(self) -> int:
        """The line of the closing +++."""
        return self.text.count("\n") + 2

    def line_of(self, key: str) -> int:
        """Give the line of the file that sets a key; the first one where none does."""
        # a key of the table `extra` may carry its name
        setting = re.compile(rf"""^[ \t]*(?:extra\s*\.\s*)?["']?{key}["']?\s*[=.]|\[\[?{key}\]""")
        for number, line in enumerate(self.text.split("\n"), start=2):
            if setting.match(line):
                return number
        return 1


def split(text: str) -> tuple[FrontMatter, str]:
    """Part a file into its front matter and its body, as it stands; raises BadFile."""
    if not text:
        raise BadFile(1, "The file is empty: write a post, or remove the file.")
    opening = _OPENING.match(text)
    if not opening:
        raise BadFile(1, "There is no front matter: let the first line be +++, TOML follow.")
    closing = _CLOSING.search(text, opening.end())
    if not closing:
        raise BadFile(1, "The front matter has no end: put a line of +++ under it.")
    between = text[opening.end() : closing.start()]
    return FrontMatter(between, _parsed(between)), text[closing.end() :]


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise BadFile(2, "The front matter is nested too deeply: flatten it.") from error
    # not only TOMLDecodeError: a number of thousands of digits is a plain ValueError
    except ValueError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n")
        reason = _PLACE.sub("", str(error))
        raise BadFile(line + 1, f"The front matter is not TOML: {reason}: correct it.") from error
