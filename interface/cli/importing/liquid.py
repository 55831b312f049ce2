"""Jekyll's expressions in addresses, such as `{{ site.baseurl }}/a.png`: a site's root, or a path
from there on. Markdown takes none of them as an address, because of their spaces."""

import re

_ROOT = r"\{\{-?\s*site\.(?:baseurl|url)\s*-?\}\}"
_PATH = r"""\{\{-?\s*["']([^"'{}\n]*)["']\s*\|\s*(?:relative|absolute)_url\s*-?\}\}"""
_EXPRESSION = re.compile(f"{_ROOT}|{_PATH}")
_IN_ITS_WAY = re.compile(r"""[\s"'|]""")


def readable(body: str) -> str:
    """Return a text of the same length, in which such expressions are parts of addresses."""
    if "{{" not in body:
        return body
    return _EXPRESSION.sub(lambda found: _IN_ITS_WAY.sub("_", found[0]), body)


def evaluated(address: str) -> str:
    """Return an address as Jekyll makes it, for a site that is at the root of its server."""
    return _EXPRESSION.sub(lambda found: found[1] or "", address)
