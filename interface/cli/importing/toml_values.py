"""TOML front matter, and the lines of its errors."""

import re
import tomllib
from typing import Any

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.toml_depth import check_depth

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


def parsed_toml(text: str) -> dict[str, Any]:
    """Read front matter, from the file's second line on; raises BadFile."""
    check_depth(text)
    try:
        return tomllib.loads(text)
    # not only TOMLDecodeError: a number of thousands of digits raises a plain ValueError
    except ValueError as error:
        place = _PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else text.count("\n")
        reason = _PLACE.sub("", str(error))
        raise BadFile(line + 1, f"The front matter is not TOML: {reason}: correct it.") from error
