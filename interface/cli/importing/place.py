"""The place of a post's file, from which generators derive its date, slug and address."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

CONFIG_OF_SITE = "_config.yml"  # marks the folder of a Jekyll site
_DATED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-(.+)", re.DOTALL)
CONTENT = "content"
_OF_POSTS, _OF_DRAFTS = "_posts", "_drafts"
# a file of this name, in any language, takes the name of its folder
_BUNDLE = re.compile(r"index(?:\.([a-z]{2,3}(?:-[A-Za-z]+)?))?")


@dataclass(frozen=True, slots=True)
class Place:
    """A file's path, from the root of the disk or of an archive, and the folder of its site."""

    path: PurePosixPath
    site: PurePosixPath

    @property
    def day(self) -> str | None:
        """The date at the beginning of the name, as text."""
        dated = _DATED.fullmatch(self.whole_name)
        return dated[1] if dated else None

    @property
    def name(self) -> str:
        """The name without its date."""
        dated = _DATED.fullmatch(self.whole_name)
        return dated[2] if dated else self.whole_name

    @property
    def whole_name(self) -> str:
        """The file's name without its ending, or its folder's for a page bundle."""
        return self.path.parent.name if self.is_bundle else self.path.stem

    @property
    def is_bundle(self) -> bool:
        return bool(_BUNDLE.fullmatch(self.path.stem) and self.path.parent.name)

    @property
    def is_page_with_resources(self) -> bool:
        """Whether the other files of its folder are parts of it for Hugo and Zola."""
        return self.is_bundle and self.is_content and self.path.parent.name != CONTENT

    @property
    def is_for_posts(self) -> bool:
        """Whether it is in Jekyll's folder of posts or drafts."""
        return self.is_for_drafts or _OF_POSTS in self.path.parts[:-1]

    @property
    def is_for_drafts(self) -> bool:
        return _OF_DRAFTS in self.path.parts[:-1]

    @property
    def is_content(self) -> bool:
        """Whether it is in the content folder of Hugo and Zola."""
        return CONTENT in self.path.parts[:-1]

    @property
    def categories(self) -> tuple[str, ...]:
        """The folders above `_posts`, which are categories for Jekyll."""
        folders = self._below_site
        marks = [number for number, part in enumerate(folders) if part in (_OF_POSTS, _OF_DRAFTS)]
        return folders[: marks[0]] if marks else ()

    @property
    def sections(self) -> tuple[str, ...]:
        """The folders below `content`, or else below the site's."""
        folders = self.path.parts[:-1]
        if self.is_content:
            last = len(folders) - folders[::-1].index(CONTENT)
            folders = folders[last:]
        else:
            folders = self._below_site
        return (*self._language, *folders[:-1]) if self.is_bundle else folders

    @property
    def _language(self) -> tuple[str, ...]:
        named = _BUNDLE.fullmatch(self.path.stem)
        return (named[1],) if named and named[1] else ()

    @property
    def _below_site(self) -> tuple[str, ...]:
        return self.path.relative_to(self.site).parts[:-1]
