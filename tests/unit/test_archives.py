"""Posts in archives, good ones and those that mean harm."""

import struct
from collections.abc import Callable
from pathlib import Path
from stat import S_IFLNK
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile, ZipInfo

import pytest

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.files import found_files
from interface.cli.importing.post_file import SIZE_LIMIT
from interface.cli.importing.source import source_of

POST = '+++\ntitle = "T"\nauthor = "A"\ndate = 2020-01-31\n+++\nBody.\n'
ANEW = "pack it anew"
E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"
Change = Callable[[bytes], bytes]


def packed(path: Path, *names: str | ZipInfo, text: str = POST) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, text)
    return path


def member(name: str = "x.md", **others: int) -> ZipInfo:
    info = ZipInfo(name)
    for key, value in others.items():
        setattr(info, key, value)
    return info


def texts(*paths: Path) -> dict[str, str]:
    """What each file says, or why it can't be read."""
    with found_files(paths) as files:
        return {file.name: said(file.read) for file in files}


def said(read: Callable[[], bytes]) -> str:
    try:
        return read().decode()
    except BadFile as reason:
        return str(reason)


def test_posts_are_read_where_they_lie(tmp_path: Path) -> None:
    names = ("top.md", "a/b.markdown", "a/_index.md", "a/c.txt", "__MACOSX/a/b.md", ".x/d.md")
    path = packed(tmp_path / "blog.ZIP", *names, "a/")
    assert texts(path) == {f"{path}/top.md": POST, f"{path}/a/b.markdown": POST}
    assert list(tmp_path.iterdir()) == [path], "it unpacked to the disk"


def test_archives_folders_and_files_are_mixed_and_each_is_read_once(tmp_path: Path) -> None:
    one, two = packed(tmp_path / "1.zip", "x.md"), packed(tmp_path / "2.zip", "x.md")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "x.md").write_text(POST)
    found = texts(one, folder, two, tmp_path / "folder" / ".." / "1.zip", folder / "x.md")
    assert list(found) == [f"{one}/x.md", f"{two}/x.md", f"{folder}/x.md"]


def test_the_site_is_where_its_configuration_is(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    names = ("blog-main/_config.yml", "blog-main/news/_posts/2020-01-31-x.md", "b/y.md")
    path = packed(content / "blog.zip", *names)
    with found_files([path]) as files:
        paths = [source_of(file.text, file.place).post.path for file in files]
    assert paths == ["b/y", "/news/2020/01/31/x.html"]


def test_names_in_utf_8_that_do_not_say_so(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", "ee.md")
    path.write_bytes(path.read_bytes().replace(b"ee.md", f"{E_ACUTE}.md".encode()))
    assert list(texts(path)) == [f"{path}/{E_ACUTE}.md"]


@pytest.mark.parametrize(
    "name", ["../x.md", "a/../../x.md", "/x.md", "..\\x.md", "C:\\x.md", "a/../x.txt"]
)
def test_one_that_leads_out_is_refused_as_a_whole(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "a.zip", "good.md", name)
    assert [text.split(",")[0] for text in texts(path).values()] == ["It leads out of its folder"]


@pytest.mark.parametrize(
    ("info", "reason"),
    [
        (member("link", external_attr=S_IFLNK << 16), "It has a link, 'link'"),
        (member(compress_type=ZIP_BZIP2), "It isn't packed as zip archives are"),
    ],
)
def test_what_a_member_may_not_be(tmp_path: Path, info: ZipInfo, reason: str) -> None:
    with ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("good.md", POST)
        archive.writestr(info, POST, info.compress_type)
    [text] = texts(tmp_path / "a.zip").values()
    assert text.startswith(reason)


def test_two_of_one_name_are_told_apart_by_nobody(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", "good.md", "./x.md", "x.md")
    assert list(texts(path).values()) == [f"It has 'x.md' twice: {ANEW}."]


def changed_directory(offset: int, form: str, value: int) -> Change:
    """Change a field of the first entry of the archive's directory."""

    def change(content: bytes) -> bytes:
        found = bytearray(content)
        struct.pack_into(form, found, content.index(b"PK\x01\x02") + offset, value)
        return bytes(found)

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda _: b"no archive", "It is no zip archive"),
        (lambda _: b"", "It is no zip archive"),
        (lambda content: content[: len(content) // 2], "It is no zip archive"),
        (lambda content: content.replace(b"x.md", b"\xffx.m"), "A name in it isn't UTF-8"),
        (changed_directory(8, "<H", 1), "It is encrypted"),
        (changed_directory(24, "<I", 1 << 31), "Its posts have more than 1073741824 bytes"),
        (changed_directory(24, "<I", 10), "The archive is broken here"),
        (changed_directory(16, "<I", 7), "The archive is broken here"),
    ],
)
def test_an_archive_that_is_not_what_it_should_be(
    tmp_path: Path, change: Change, reason: str
) -> None:
    path = packed(tmp_path / "a.zip", "x.md")
    path.write_bytes(change(path.read_bytes()))
    [text] = texts(path, packed(tmp_path / "good.zip", "_index.md")).values()
    assert text.startswith(reason)


def test_names_that_say_utf_8_and_are_not(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", f"{E_ACUTE}.md")
    path.write_bytes(path.read_bytes().replace(E_ACUTE.encode(), b"\xff\xff"))
    assert list(texts(path).values()) == [f"A name in it isn't UTF-8: {ANEW}."]


def test_a_bomb_is_read_no_further_than_a_post_goes(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.zip", "x.md", text="0" * (100 << 20))
    assert path.stat().st_size < 1 << 20
    with found_files([path]) as [bomb]:
        assert len(bomb.read()) == SIZE_LIMIT + 1
        with pytest.raises(BadFile, match=f"more than {SIZE_LIMIT} bytes"):
            bomb.text  # noqa: B018


def test_a_large_file_on_the_disk_is_bad_too(tmp_path: Path) -> None:
    (tmp_path / "x.md").write_bytes(b"0" * (SIZE_LIMIT + 1))
    with found_files([tmp_path]) as [file], pytest.raises(BadFile, match="a post is shorter"):
        file.text  # noqa: B018


def test_an_archive_is_closed_at_the_end(tmp_path: Path) -> None:
    with found_files([packed(tmp_path / "a.zip", "x.md")]) as [file]:
        assert file.read() == POST.encode()
    with pytest.raises(BadFile):
        file.read()
