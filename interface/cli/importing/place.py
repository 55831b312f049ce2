"""Where a post's file lies: generators make its date, its slug and its address of that."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

CONFIG_OF_SITE = "_config.yml"  # stands in the folder of a whole site, of Jekyll's
_DATED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-(.+)", re.DOTALL)
_OF_POSTS, _OF_DRAFTS, _CONTENT = "_posts", "_drafts", "content"
_BUNDLE = "index"  # a file of this name is called after its folder


@dataclass(frozen=True, slots=True)
class Place:
    """A file's path, from the root of the disk or of an archive, and the folder of its site."""

    path: PurePosixPath
    site: PurePosixPath

    @property
    def day(self) -> str | None:
        """The date that the name begins with, as it stands."""
        dated = _DATED.fullmatch(self.whole_name)
        return dated[1] if dated else None

    @property
    def name(self) -> str:
        """The name without its date."""
        dated = _DATED.fullmatch(self.whole_name)
        return dated[2] if dated else self.whole_name

    @property
    def whole_name(self) -> str:
        """The file's name without its ending, or its folder's where they are one."""
        return self.path.parent.name if self._is_bundle else self.path.stem

    @property
    def is_for_posts(self) -> bool:
        """Whether it lies where Jekyll has its posts and drafts."""
        return self.is_for_drafts or _OF_POSTS in self.path.parts[:-1]

    @property
    def is_for_drafts(self) -> bool:
        return _OF_DRAFTS in self.path.parts[:-1]

    @property
    def is_content(self) -> bool:
        """Whether it lies where Hugo and Zola have theirs."""
        return _CONTENT in self.path.parts[:-1]

    @property
    def categories(self) -> tuple[str, ...]:
        """The folders above `_posts`: to Jekyll they are categories."""
        folders = self._below_site
        marks = [number for number, part in enumerate(folders) if part in (_OF_POSTS, _OF_DRAFTS)]
        return folders[: marks[0]] if marks else ()

    @property
    def sections(self) -> tuple[str, ...]:
        """The folders below `content`, or else below the site's."""
        folders = self.path.parts[:-1]
        if self.is_content:
            last = len(folders) - folders[::-1].index(_CONTENT)
            folders = folders[last:]
        else:
            folders = self._below_site
        return folders[:-1] if self._is_bundle else folders

    @property
    def _below_site(self) -> tuple[str, ...]:
        return self.path.relative_to(self.site).parts[:-1]

    @property
    def _is_bundle(self) -> bool:
        return self.path.stem == _BUNDLE and bool(self.path.parent.name)
