"""Links among the files that are imported: those that lead out of their folder are bad."""

from pathlib import Path

import pytest

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.files import found_files
from interface.cli.importing.post_file import PostFile

SECRET = "of another"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of one post, beside a folder that is not imported."""
    for name, text in (("blog/content/a.md", "A"), ("blog-2/secret.md", SECRET)):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text(text)
    return tmp_path / "blog"


def linked(folder: Path, name: str, target: str) -> Path:
    link = folder / name
    link.symlink_to(target)
    return link


def read(*paths: Path) -> dict[str, str]:
    with found_files(paths) as files:
        return {Path(file.name).name: said(file) for file in files}


def said(file: PostFile) -> str:
    try:
        return file.text
    except BadFile as reason:
        return str(reason)


@pytest.mark.parametrize("target", ["../blog-2/secret.md", "content/../../blog-2/secret.md"])
def test_a_link_out_of_the_folder_is_bad_and_the_rest_goes_in(folder: Path, target: str) -> None:
    linked(folder, "x.md", target)
    found = read(folder)
    assert found.pop("x.md").startswith("It is a link that leads out of its folder: ")
    assert found == {"a.md": "A"}


def test_a_link_by_way_of_another_is_bad_too(folder: Path) -> None:
    linked(folder, "way", "../blog-2")
    linked(folder, "x.md", "way/secret.md")
    linked(folder, "y.md", "x.md")
    assert SECRET not in read(folder).values()


def test_a_link_that_is_named_by_itself_is_bad(folder: Path) -> None:
    link = linked(folder, "x.md", "../blog-2/secret.md")
    assert "leads out of its folder" in read(link)["x.md"]


def test_a_link_does_not_hide_the_file_that_it_leads_to(folder: Path) -> None:
    linked(folder, "x.md", "../blog-2/secret.md")
    found = read(folder, folder.parent / "blog-2")
    assert found.keys() == {"a.md", "x.md", "secret.md"}
    assert found["secret.md"] == SECRET


def test_a_link_inside_stands_for_its_file(folder: Path) -> None:
    linked(folder, "x.md", "content/a.md")
    linked(folder / "content", "y.md", str(folder / "content" / "a.md"))
    assert list(read(folder).values()) == ["A"]


def test_the_folder_may_be_a_link_itself(folder: Path) -> None:
    assert read(linked(folder.parent, "here", "blog")) == {"a.md": "A"}


def test_a_linked_folder_is_not_followed(folder: Path) -> None:
    linked(folder, "others", "../blog-2")
    assert read(folder) == {"a.md": "A"}


def test_a_link_that_is_set_after_the_files_were_found(folder: Path) -> None:
    with found_files([folder]) as [file]:
        (folder / "content" / "a.md").unlink()
        linked(folder / "content", "a.md", "../../blog-2/secret.md")
        assert "leads out of its folder" in said(file)
