"""Pictures that lie beside posts come along, and go out again, with the posts."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from domain.ids import new_id
from domain.picture import BYTES_LIMIT
from infra.blog.media.table import pictures
from infra.blog.post.table import posts
from tests.integration.imported import Blog
from tests.support.api import Api
from tests.support.picture_desk import files_of, resources_of, states
from tests.support.pictures import picture

pytestmark = pytest.mark.one_database
FRONT = 'title = "{}"\ndate = 2020-01-01\nauthors = ["Ann"]\n'
ZOLA = """![A press](press.png "Old"), ![again](./press.png), <img src='small.png' alt=Small> and
[the whole](press.png)

![By name][ink] `![code](press.png)` ![far](https://far.test/a.png)

    ![code](press.png)

[ink]: <my ink.png>
"""
HUGO = "![Static](/images/static.png) ![Static](../../static/images/static.png)\n"
JEKYLL = """---
title: Old
author: Ann
image: {path: /assets/cover.jpg, alt: A cover}
---
![Asset]({{ site.baseurl }}/assets/a.png) <img src="{{ '/assets/a.png' | relative_url }}">
"""
BAD = """![none](missing.png) ![text](text.png) ![large](large.png) ![out](../../outside.png)
![link](link.png) ![]({{ site.baseurl }}/gone.png)
"""
URL = re.compile(r"/media/[0-9a-f-]{36}/")


def colour(number: int) -> bytes:
    """A picture of its own."""
    return picture(8 + number, 6)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with the habits of three generators, and pictures that can't come along."""
    site = tmp_path / "site"
    texts = {
        "content/blog/zola/index.md": f"+++\n{FRONT.format('Zola')}+++\n{ZOLA}",
        "content/blog/hugo.md": f'+++\n{FRONT.format("Hugo")}cover = "no.png"\n+++\n{HUGO}',
        "_posts/2020-01-02-old.md": JEKYLL,
        "bad/bad.md": f"+++\n{FRONT.format('Bad')}+++\n{BAD}",
    }
    files = {
        "content/blog/zola/press.png": colour(0),
        "content/blog/zola/small.png": colour(1),
        "content/blog/zola/my ink.png": colour(2),
        "static/images/static.png": colour(3),
        "assets/a.png": colour(4),
        "assets/cover.jpg": picture(kind="JPEG"),
        "bad/text.png": b"No picture.",
        "bad/large.png": colour(6) + bytes(BYTES_LIMIT),
        "../outside.png": colour(7),
        "_config.yml": b"",
    }
    files |= {name: text.encode() for name, text in texts.items()}
    for name, content in files.items():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(content)
    return site


async def bodies(blog: Blog) -> dict[str, str]:
    """Bodies by slugs, in which the pictures have no ids."""
    rows = await blog.contents()
    return {slug: URL.sub("/media/", row["body"]) for slug, row in rows.items()}


async def rows_of_pictures(blog: Blog) -> set[tuple[str, str, str]]:
    own = select(pictures.c.name, pictures.c.alt, pictures.c.state)
    rows = await blog._rows(own.where(pictures.c.tenant == blog.tenant))
    return {(row.name, row.alt, row.state) for row in rows}


async def covers(blog: Blog) -> dict[str, str]:
    """The names of covers by the slugs of posts."""
    rows = await blog._rows(select(pictures).where(pictures.c.tenant == blog.tenant))
    names = {row.id: row.name for row in rows}
    contents = await blog.contents()
    return {slug: names[row["cover_id"]] for slug, row in contents.items() if row["cover_id"]}


async def all_ready(api: Api) -> None:
    """Wait for the worker of the container."""
    async with asyncio.timeout(60):
        while True:
            if {*await states(api)} == {"ready"}:
                return
            await asyncio.sleep(0.02)


CAME = {
    ("press.png", "A press", "ready"),
    ("small.png", "Small", "ready"),
    ("my-ink.png", "By name", "ready"),
    ("static.png", "Static", "ready"),
    ("a.png", "Asset", "ready"),
    ("cover.jpg", "A cover", "ready"),
}


def said_of_bad(where: str) -> Iterator[str]:
    yield f"{where}:6: text.png: "
    yield f"{where}:6: large.png: It has more than 10 MiB: make it smaller."
    yield f"{where}: It links to /bad/bad/missing.png, which is not here."
    yield f"{where}: It links to /outside.png, which is not here."


@pytest.mark.parametrize("kind", ["folder", "zip"])
async def test_pictures_come_along(
    api: Api, site: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = site
    if kind == "zip":
        source = Path(shutil.make_archive(str(site), "zip", site))
    else:
        (site / "bad" / "link.png").symlink_to(site.parent / "outside.png")
    blog = Blog(api.container, api.tenant)
    rehearsed = await blog.import_files(source, is_rehearsal=True)
    assert (rehearsed.pictures, await states(api), files_of(api)) == (6, [], [])
    foreseen = capsys.readouterr().err
    report = await blog.import_files(source)
    assert "6 pictures" in report.details
    assert (report.pictures, report.bad) == (6, 0)
    await all_ready(api)
    assert await rows_of_pictures(blog) == CAME
    shown = await bodies(blog)
    assert shown["zola"] == (
        ZOLA.replace("](./press", "](press")
        .replace("](press.png", "](/media/press.png")
        .replace("`![code](/media/press.png)`", "`![code](press.png)`")
        .replace("    ![code](/media/press.png)", "    ![code](press.png)")
        .replace("'small.png'", "'/media/small.png'")
        .replace("<my ink.png>", "</media/my-ink.png>")
    )
    assert shown["hugo"] == "![Static](/media/static.png) ![Static](/media/static.png)\n"
    assert shown["old"] == '![Asset](/media/a.png) <img src="/media/a.png">\n'
    assert shown["bad"] == BAD
    assert await covers(blog) == {"old": "cover.jpg"}
    said = capsys.readouterr().err
    assert said == foreseen
    for line in said_of_bad(f"{source}/bad/bad.md"):
        assert line in said
    link = f"{source}/bad/bad.md:7: link.png: It is a link that leads out of its folder"
    assert (link in said) == (kind == "folder")
    assert f"{source}/content/blog/hugo.md:5: cover: no.png is not here" in said
    before = await blog.dump()
    assert (await blog.import_files(source)).pictures == 0
    assert await blog.dump() == before


async def test_nothing_comes_along_with_a_refused_post(api: Api, tmp_path: Path) -> None:
    for name, author in (("a", "Ann"), ("b", "Bob")):
        front = f'title = "{name}"\ndate = 2020-01-01\nauthors = ["{author}"]\naliases = ["/old"]'
        (tmp_path / f"{name}.md").write_text(f"+++\n{front}\n+++\n![A press](press.png)\n")
    (tmp_path / "press.png").write_bytes(picture())
    blog = Blog(api.container, api.tenant)
    for file, bad in (("a.md", 0), ("b.md", 1)):
        report = await blog.import_files(tmp_path / file)
        assert (report.bad, report.pictures) == (bad, 1 - bad)
    assert len(await states(api)) == 1
    assert {row.display_name for row in await blog.authors()} == {"Ann"}


async def test_what_goes_out_comes_in_again(api: Api, site: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "out", tmp_path / "again"
    blog = Blog(api.container, api.tenant)
    await blog.import_files(site)
    await all_ready(api)
    out.mkdir()
    exported = await blog.export_to(out)
    assert (exported.summary, exported.notes) == ("exported 4, 6 pictures", ())
    found = list(out.glob("media/*/*"))
    assert {each.name for each in found} == {name for name, _, _ in CAME}
    other = Api(api.container, Blog(api.container).tenant)
    copy = Blog(api.container, other.tenant)
    report = await copy.import_files(out)
    assert (report.pictures, report.bad, report.pictures_left) == (6, 0, 0)
    await all_ready(other)
    assert await rows_of_pictures(copy) == await rows_of_pictures(blog)
    assert await covers(copy) == await covers(blog)
    again.mkdir()
    await copy.export_to(again)
    assert contents(again) == contents(out)
    third = Blog(api.container)
    await third.import_files(Path(shutil.make_archive(str(out), "zip", out.parent, "out")))
    assert await bodies(third) == await bodies(copy) == await bodies(blog)


def contents(folder: Path) -> dict[str, bytes]:
    files = (each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): each.read_bytes() for each in files}


async def test_sizes_go_out_and_what_is_not_ready_stays(api: Api, tmp_path: Path) -> None:
    elsewhere = new_id()
    more = f" `/media/{elsewhere}/code.png` ![](/media/{elsewhere}/x.png)\n"
    front = f'+++\n{FRONT.format("A")}image = "two.png"\n+++\n'
    (tmp_path / "a.md").write_text(f"{front}![One](one.png) [one](one.png){more}")
    for number, name in enumerate(("one", "two")):
        (tmp_path / f"{name}.png").write_bytes(picture(400 + number, 6))
    blog = Blog(api.container, api.tenant)
    await blog.import_files(tmp_path)
    await all_ready(api)
    async with resources_of(api).primary.engine.begin() as connection:
        two = pictures.c.tenant == api.tenant, pictures.c.name == "two.png"
        await connection.execute(update(pictures).where(*two).values(state="failed"))
        body = func.replace(posts.c.body, "one.png) [", "one-320.webp) [")
        await connection.execute(
            update(posts).where(posts.c.tenant == api.tenant).values(body=body)
        )
    assert (await api.get("/posts/a")).json()["cover"] is None
    (out := tmp_path / "out").mkdir()
    exported = await blog.export_to(out)
    assert (exported.pictures, len(exported.notes)) == (2, 2)
    assert f"a: It shows {elsewhere}, which is not ready." in exported.notes
    [document] = (text.decode() for name, text in contents(out).items() if name.endswith(".md"))
    shown = re.sub(r"media/[0-9a-f]{16}/", "media/", document)
    assert shown.endswith(f"\n![One](media/one-320.webp) [one](media/one.png){more}")
    assert "cover" not in document
    with Image.open(next(out.glob("media/*/one-320.webp"))) as small:
        assert small.width == 320
