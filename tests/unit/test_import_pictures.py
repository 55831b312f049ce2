"""Which files the addresses of pictures mean to an import, and which cover front matter names."""

from pathlib import Path, PurePosixPath

import pytest

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.covers import NamedCover, named_cover
from interface.cli.importing.front_matter import split
from interface.cli.importing.liquid import evaluated, readable
from interface.cli.importing.picture_places import local_path, places_of
from interface.cli.importing.place import Place
from interface.cli.importing.trees import FolderTree

IN_HUGO = Place(PurePosixPath("/site/content/blog/a/index.md"), PurePosixPath("/site"))
IN_JEKYLL = Place(PurePosixPath("docs/_posts/2020-01-31-a.md"), PurePosixPath("docs"))


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("a%20b.png?x=1#y", "a b.png"),
        ("/%C3%A9.png", "/é.png"),
        ("https://far.test/a.png", None),
        ("//far.test/a.png", None),
        ("data:image/png;base64,xyz", None),
        ("a%00.png", None),
        ("http://[bad/a.png", None),
        ("?x", None),
        ("#x", None),
    ],
)
def test_only_paths_of_the_site_are_looked_for(address: str, path: str | None) -> None:
    assert local_path(address) == path


@pytest.mark.parametrize(
    ("place", "path", "first"),
    [
        (IN_HUGO, "a.png", ["/site/content/blog/a/a.png", "/site/blog/a/a.png"]),
        (IN_HUGO, "../b/./a.png", ["/site/content/blog/b/a.png", "/site/blog/b/a.png"]),
        (IN_HUGO, "/a.png", ["/site/a.png", "/site/static/a.png"]),
        (IN_HUGO, "/../../a.png", ["/site/a.png", "/site/static/a.png"]),
        (IN_JEKYLL, "/assets/a.png", ["docs/assets/a.png", "docs/static/assets/a.png"]),
        (IN_JEKYLL, "../../../a.png", ["../a.png", "docs/a.png"]),
    ],
)
def test_a_picture_is_looked_for_in_the_site(place: Place, path: str, first: list[str]) -> None:
    found = [str(each) for each in places_of(path, place, "blog/a")]
    assert found[: len(first)] == first


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("{{ site.baseurl }}/a.png", "/a.png"),
        ("{{site.url}}{{ site.baseurl }}/a.png", "/a.png"),
        ('{{ "/a.png" | relative_url }}', "/a.png"),
        ("{{- 'a.png'|absolute_url -}}", "a.png"),
        ("{{ page.cover }}", "{{ page.cover }}"),
        ("a.png", "a.png"),
    ],
)
def test_addresses_of_jekyll_are_read(said: str, meant: str) -> None:
    assert evaluated(said) == meant
    assert len(readable(f"![]({said})")) == len(f"![]({said})")
    assert (" " in readable(said)) == ("page" in said)


@pytest.mark.parametrize(
    ("front", "cover"),
    [
        ("cover: a.png", NamedCover("cover", "a.png")),
        ("image: {path: a.png, alt: A}\ncover: ''", NamedCover("image", "a.png", "A")),
        ("cover: {image: a.png, alt: [5]}", NamedCover("cover", "a.png")),
        ("extra: {featured_image: a.png}", NamedCover("featured_image", "a.png")),
        ("images: [a.png, b.png]", NamedCover("images", "a.png")),
        ("cover: true\nimage: [5]\nimages: a.png\nextra: [cover]", None),
        ("title: A", None),
    ],
)
def test_covers_are_named_in_several_ways(front: str, cover: NamedCover | None) -> None:
    found, _ = split(f"---\n{front}\n---\nBody.")
    assert named_cover(found) == cover


def test_a_folder_gives_no_file_of_another(tmp_path: Path) -> None:
    tree = FolderTree(tmp_path / "site")
    tree.root.mkdir()
    for name in ("out.png", "site/in.png", "site/folder/x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    links = {"in-link": "in.png", "out-link": "../out.png", "loop": "loop", "gone": "none"}
    for name, target in links.items():
        (tree.root / name).symlink_to(target)
    found = {name: tree.find(PurePosixPath(tree.root, name)) for name in ("in.png", "in-link")}
    assert {file and file.whole_path.name for file in found.values()} == {"in.png"}
    for name in ("loop", "gone", "folder", "x" * 300):
        assert tree.find(PurePosixPath(tree.root, name)) is None
    assert tree.find(PurePosixPath(tmp_path, "out.png")) is None
    with pytest.raises(BadFile):
        tree.find(PurePosixPath(tree.root, "out-link"))
