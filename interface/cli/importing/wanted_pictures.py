"""The pictures that a post refers to and that lie beside it."""

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from application.rendering import PlacedAddress, TextRenderer
from domain.picture import EXTENSIONS
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.covers import NamedCover, named_cover
from interface.cli.importing.liquid import evaluated, readable
from interface.cli.importing.picture_places import local_path, places_of
from interface.cli.importing.post_file import PostFile
from interface.cli.importing.source import Source
from interface.cli.importing.trees import FoundFile

# most posts show none, and parsing takes longer than this
_MAY_SHOW = re.compile(r"!\[|<img\b|\.(?:png|jpe?g|webp|avif|gif)", re.IGNORECASE)
_LINE_END = re.compile(rb"\n")
_ENDINGS = frozenset({*(f".{ending}" for ending in EXTENSIONS.values()), ".jpeg"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A file that a post refers to as `address`; `place` is None for a cover."""

    file: FoundFile
    address: str
    alt: str | None
    line: int
    place: PlacedAddress | None = None


@dataclass(slots=True)
class Wanted:
    """The pictures of one post, and what is wrong with others."""

    references: list[Reference] = field(default_factory=list)
    faults: list[BadFile] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.references or self.faults)


def wanted_pictures(file: PostFile, source: Source, renderer: TextRenderer) -> Wanted:
    """Look for the pictures of a post in the folder or archive that it is in."""
    body, wanted = source.post.body, Wanted()
    content = body.encode()
    ends = [found.start() for found in _LINE_END.finditer(content)]
    search = _Search(file, source, content, ends)
    for place in renderer.placed(readable(body)) if _MAY_SHOW.search(body) else ():
        try:
            wanted.references += search.in_body(place)
        except BadFile as reason:
            wanted.faults.append(reason)
    if cover := named_cover(source.front):
        try:
            wanted.references.append(search.cover(cover))
        except BadFile as reason:
            wanted.faults.append(reason)
    return wanted


@dataclass(frozen=True, slots=True)
class _Search:
    file: PostFile
    source: Source
    content: bytes
    line_ends: Sequence[int]

    def in_body(self, place: PlacedAddress) -> Iterator[Reference]:
        """Return the file of an address, or nothing; raises BadFile."""
        address = place.address
        if "{{" in address:
            address = evaluated(self.content[place.start : place.end].decode())
        path = local_path(address)
        is_picture = place.alt is not None
        if path is None or not (is_picture or PurePosixPath(path).suffix.lower() in _ENDINGS):
            return
        line = self._line_of(place)
        if found := self._found(path, address, line):
            yield Reference(found, address, self._alt(address, place.alt), line, place)
        elif is_picture and self.source.post.path is None and not path.startswith("/"):
            # nobody resolves it, and so nobody will name it as a link that leads nowhere
            raise BadFile(line, f"It shows {address}, which is not here.")

    def cover(self, named: NamedCover) -> Reference:
        """Return the file of a cover; raises BadFile."""
        address = evaluated(named.address)
        path, line = local_path(address), self.source.front.line_of(named.key)
        found = self._found(path, address, line) if path else None
        if found is None:
            raise self.source.front.fault(named.key, f"{address} is not here: the post has none.")
        return Reference(found, address, self._alt(address, named.alt), line)

    def _found(self, path: str, address: str, line: int) -> FoundFile | None:
        try:
            places = places_of(path, self.file.place, self.source.post.path)
            return next(filter(None, map(self.file.tree.find, places)), None)
        except BadFile as reason:
            raise BadFile(line, f"{address}: {reason}") from reason

    def _alt(self, address: str, said: str | None) -> str | None:
        if exact := self.source.exact:
            return exact.alts.get(address)
        return " ".join(said.split()) or None if said else None

    def _line_of(self, place: PlacedAddress) -> int:
        return self.source.front.last_line + 1 + bisect(self.line_ends, place.start)
