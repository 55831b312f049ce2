"""Posts in *.zip archives: read in memory in bounded pieces, never unpacked to disk."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath
from stat import S_ISLNK
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.broken_archive import BROKEN, broken_archive
from interface.cli.importing.place import CONFIG_OF_SITE, Place
from interface.cli.importing.post_file import SIZE_LIMIT, PostFile, may_be_post
from interface.cli.importing.trees import ArchiveTree, FolderTree

_TOTAL_LIMIT = 1 << 30  # of all posts of an archive, in bytes
_IS_ENCRYPTED, _IS_UTF_8 = 0x1, 0x800
_DRIVE = re.compile("[A-Za-z]:")
_Members = dict[PurePosixPath, ZipInfo]


def archived_files(path: Path, archives: ExitStack) -> Iterator[PostFile]:
    """Return the posts of an archive; for a refused archive, one file with the reason."""
    try:
        archive = archives.enter_context(ZipFile(path))
        members = _checked(archive)
    except BadFile as reason:
        yield _refused(path, reason)
    except BROKEN as error:
        yield _refused(path, _broken(error))
    else:
        yield from _posts(path, archive, members)


def _posts(path: Path, archive: ZipFile, members: _Members) -> Iterator[PostFile]:
    whole = PurePosixPath(path.resolve())
    tree = ArchiveTree(whole, archive, members)
    sites = {member.parent for member in members if member.name == CONFIG_OF_SITE}
    for member, info in members.items():
        if may_be_post(member):
            site = next((parent for parent in member.parents if parent in sites), PurePosixPath())
            read = partial(_content, archive, info)
            place = Place(member, site)
            yield PostFile(f"{path}/{member}", whole / member, place, read, tree)


def _checked(archive: ZipFile) -> _Members:
    """Return the members by their names; raises BadFile for an unsafe archive."""
    members: _Members = {}
    for info in archive.infolist():
        if (name := _name_of(info)) in members:
            raise BadFile(None, f"It has {str(name)!r} twice: pack it anew.")
        members[name] = info
    for name, info in members.items():
        _check(name, info)
    posts = [info for name, info in members.items() if may_be_post(name)]
    if sum(info.file_size for info in posts) > _TOTAL_LIMIT:
        raise BadFile(None, f"Its posts have more than {_TOTAL_LIMIT} bytes: part it.")
    return members


def _check(name: PurePosixPath, info: ZipInfo) -> None:
    if name.is_absolute() or ".." in name.parts or _DRIVE.match(str(name)):
        raise BadFile(None, f"It leads out of its folder, by {str(name)!r}: pack it anew.")
    if S_ISLNK(info.external_attr >> 16):
        raise BadFile(None, f"It has a link, {str(name)!r}: pack it anew, with what that leads to.")
    if info.flag_bits & _IS_ENCRYPTED:
        raise BadFile(None, "It is encrypted: pack it anew, without a password.")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        # the size of members of other methods can't be bounded during reading
        raise BadFile(None, "It isn't packed as zip archives are: pack it anew, with deflate.")


def _name_of(info: ZipInfo) -> PurePosixPath:
    name = info.filename
    if not info.flag_bits & _IS_UTF_8:
        # many programs write UTF-8 without the flag, which zipfile then decodes as an old code page
        name = name.encode("cp437").decode()
    return PurePosixPath(name.replace("\\", "/"))


def _content(archive: ZipFile, info: ZipInfo) -> bytes:
    with broken_archive(), archive.open(info) as member:
        return member.read(SIZE_LIMIT + 1)


def _broken(error: Exception) -> BadFile:
    if isinstance(error, PermissionError):
        return BadFile(None, f"It can't be read: {error.strerror}.")
    if isinstance(error, UnicodeError):
        return BadFile(None, "A name in it isn't UTF-8: pack it anew.")
    return BadFile(None, "It is no zip archive, or a broken one: pack it anew.")


def _refused(path: Path, reason: BadFile) -> PostFile:
    def read() -> bytes:
        raise reason

    whole = PurePosixPath(path.resolve())
    return PostFile(str(path), whole, Place(whole, whole.parent), read, FolderTree(path))
