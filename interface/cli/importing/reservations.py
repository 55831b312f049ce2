"""The addresses of files: no two posts of an import may have the same."""

from collections.abc import Collection

from application.importing.commands import ImportedPost, old_address
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.source import Source


class Reservations:
    """The addresses of the files that are stored, or about to be."""

    def __init__(self) -> None:
        self._files: dict[str, PostFile] = {}

    def clash(self, source: Source) -> BadFile | None:
        """Name one of its addresses that another file has; None where all are free."""
        # the blog would recognise the post as another one, whose alias this path is
        for field, said, address in _addresses(source.post):
            if other := self._files.get(address):
                return source.fault(field, f"{said!r} is taken by {other.name}: choose another.")
        return None

    def reserve(self, file: PostFile, source: Source) -> None:
        for address in _held(source.post):
            self._files.setdefault(address, file)

    def among(self, addresses: Collection[str]) -> set[str]:
        """Return those of the addresses that files have."""
        return {address for address in addresses if address in self._files}

    def give_back(self, file: PostFile, source: Source) -> None:
        """Release the addresses of a refused file."""
        for address in _held(source.post):
            if self._files[address] is file:
                del self._files[address]


def _addresses(post: ImportedPost) -> list[tuple[str, str, str]]:
    """Return its unique values: the field, the text, and the blog's form of it."""
    old = [("path", post.path)] if post.path else []
    slugs = [("former_slugs", slug) for slug in post.former_slugs]
    if not post.path:
        slugs.append(("slug", post.slug))
    return [
        *((field, said, old_address(said)) for field, said in old),
        *(("aliases", said, old_address(said)) for said in post.aliases),
        *((field, said, said) for field, said in slugs),
    ]


def _held(post: ImportedPost) -> set[str]:
    own = {address for _, _, address in _addresses(post)}
    # for posts that are stored first, also a slug that could get a number
    return own | {post.slug} if post.insists_on_slugs else own
