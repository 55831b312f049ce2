"""How deeply front matter may be nested."""

from interface.cli.importing.bad_file import BadFile

DEPTH_LIMIT = 32  # nested tables and lists, and parts of a dotted key


def too_deep(line: int) -> BadFile:
    """Make the error for deeper nesting; `line` is the file's."""
    reason = f"The front matter is nested too deeply, more than {DEPTH_LIMIT} levels: flatten it."
    return BadFile(line, reason)
