"""Links of imported posts that lead nowhere in this blog."""

from collections.abc import Awaitable, Callable, Collection
from urllib.parse import unquote, urlsplit

from application.importing.commands import ImportedPost, old_address
from application.rendering import TextRenderer

_POSTS = "/posts/"
# the site's own pages
_SITE = frozenset({"/", "/archive", "/feed.atom", "/feed.json", "/search", "/tags"})
_AT_ONCE = 500

# returns those of some addresses that the blog has
Known = Callable[[Collection[str]], Awaitable[set[str]]]


class Links:
    """The links of imported posts to addresses of their own site, by the names of the files."""

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self._files: dict[str, list[str]] = {}

    def note(self, file: str, post: ImportedPost, here: Collection[str]) -> None:
        """Note where the links and pictures of a post lead; some addresses are known to be here."""
        paths = (_path(found) for found in self._renderer.addresses(post.body, post.path))
        for path in dict.fromkeys(filter(None, paths)):
            if path not in _SITE and path not in here:
                self._files.setdefault(_stored(path), []).append(file)

    async def lost(self, known: Known) -> list[tuple[str, str]]:
        """Return the links that lead nowhere, each with the file that has it."""
        wanted, found = list(self._files), set[str]()
        for begin in range(0, len(wanted), _AT_ONCE):
            found |= await known(wanted[begin : begin + _AT_ONCE])
        nowhere = [address for address in wanted if address not in found]
        return sorted((file, address) for address in nowhere for file in self._files[address])


def _path(address: str) -> str | None:
    """Return the path of an address of this site; None for others."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_here = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return unquote(parts.path) if is_here else None


def _stored(path: str) -> str:
    """Return the form in which the blog stores an address: a slug, or where a post was."""
    return path.removeprefix(_POSTS) if path.startswith(_POSTS) else old_address(path)
