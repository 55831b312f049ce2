"""Which file has which address: no two posts of an import may have the same."""

from application.importing.commands import ImportedPost, old_address
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.source import Source


class Reservations:
    """The addresses of the files that are in, or about to be."""

    def __init__(self) -> None:
        self._files: dict[str, PostFile] = {}

    def clash(self, source: Source) -> BadFile | None:
        """Say which of its addresses another file has; None where they are free."""
        # the blog would take a path that is another's alias for a post that is here already
        for field, said, address in _addresses(source.post):
            if other := self._files.get(address):
                return source.fault(field, f"{said!r} is taken by {other.name}: choose another.")
        return None

    def reserve(self, file: PostFile, source: Source) -> None:
        for address in _held(source.post):
            self._files.setdefault(address, file)

    def give_back(self, file: PostFile, source: Source) -> None:
        """Let others have the addresses of a file that was refused."""
        for address in _held(source.post):
            if self._files[address] is file:
                del self._files[address]


def _addresses(post: ImportedPost) -> list[tuple[str, str, str]]:
    """Give what no other post may have: the field, what it says, and how the blog keeps it."""
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
    # among those that go first, also a slug that could have got a number
    return own | {post.slug} if post.insists_on_slugs else own
