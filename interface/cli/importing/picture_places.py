"""Where an import looks for a picture, by its address in a post."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from interface.cli.importing.place import CONTENT, Place

_STATIC = "static"  # whose files Hugo and Zola serve from the root
_PAGES = (".html", ".htm")


def local_path(address: str) -> str | None:
    """Return the path of an address of the post's own site; None for others."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path = unquote(parts.path)
    is_own = not parts.scheme and not parts.netloc and path and "\0" not in path
    return path if is_own else None


def places_of(path: str, place: Place, served: str | None) -> Iterator[PurePosixPath]:
    """Return the places of the file of a path, the first one to look in first; `served` is the
    post's old address. Some may be outside of what is imported."""
    if not path.startswith("/"):
        yield _plain(place.path.parent / path)
        if served is not None:
            yield from _in_site(f"{_folder_of(served)}/{path}", place)
    yield from _in_site(path, place)


def _in_site(path: str, place: Place) -> Iterator[PurePosixPath]:
    # an address can't lead above the root of its server
    below = normpath(f"/{path}").lstrip("/")
    for site in dict.fromkeys(_sites(place)):
        yield _plain(site / below)
        yield _plain(site / _STATIC / below)


def _sites(place: Place) -> Iterator[PurePosixPath]:
    for parent in place.path.parents:
        if parent.name == CONTENT:
            yield parent.parent
            break
    yield place.site


def _folder_of(served: str) -> str:
    return served.rpartition("/")[0] if served.endswith(_PAGES) else served


def _plain(path: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(normpath(path))
