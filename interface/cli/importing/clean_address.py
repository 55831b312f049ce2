"""Former addresses, in the form that a request for them has."""

import re
from urllib.parse import unquote

_ORIGIN = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]*", re.IGNORECASE)


def clean_address(said: str, folder: str = "") -> str:
    """Remove the host, decode the path, and resolve a relative one from a folder.

    Raises ValueError, whose message says what to do.
    """
    local, _, _ = _ORIGIN.sub("", said).partition("#")
    if "?" in local:
        raise ValueError("What follows a ? is never looked at: leave it out.")
    local = unquote(local)
    if folder and local and not local.startswith("/"):
        local = f"{folder}/{local}"
    parts: list[str] = []
    for part in local.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    path = "/".join(parts)
    before, behind = local.startswith("/"), bool(path) and local.endswith("/")
    return f"{'/' * before}{path}{'/' * behind}"
