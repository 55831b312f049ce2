"""Exports: a blog that goes out and comes in again is the same, on each kind of database."""

from pathlib import Path

from application.positions import NOWHERE
from core.dependencies.container import Container
from domain.caller import Role
from tests.integration.imported import REAL, Blog, originals
from tests.integration.test_import import OWN, ROOT
from tests.support.api import Api, Person

SITES = ROOT / "tests" / "sites"


async def came_again(container: Container, folder: Path) -> Blog:
    """Another tenant, with what a folder holds."""
    blog = Blog(container)
    assert (await blog.import_files(folder)).bad == 0
    return blog


async def assert_here_already(blog: Blog, folder: Path, posts: int) -> None:
    before = await blog.dump()
    report = await blog.import_files(folder)
    assert report.summary == f"imported 0, already here {posts}, bad 0"
    assert await blog.dump() == before


async def test_what_was_imported_goes_round(container: Container, tmp_path: Path) -> None:
    blog = Blog(container)
    await blog.import_files(OWN, SITES)
    contents = await blog.contents()
    assert (await blog.export_to(tmp_path)).posts == len(contents) == 24
    other = await came_again(container, tmp_path)
    assert await other.contents() == contents
    await assert_here_already(other, tmp_path, 24)
    await assert_here_already(blog, tmp_path, 24)


async def written(api: Api, by: Person) -> None:
    """Posts in every state, with all that the API can give them."""
    odd = {"body": "+++\r\n\r\nOdd.\n\n ", "summary": "", "tags": ["Ünder", "a, b"]}
    post = await api.write(by, title="Odd", **odd)
    for slug in ("Odd-2.0", "奇"):
        await api.patch(f"/posts/{post['id']}", by, json={"slug": slug})
    await api.write(by, title="A draft", status="draft", summary="Two\nlines")
    archived = await api.write(by, title="Archived")
    await api.post(f"/posts/{archived['id']}/archive", by)
    for slug in ("Con", "con"):
        await api.write(by, title="Same but for case", slug=slug)
    deleted = await api.write(by, title="Deleted")
    await api.delete(f"/posts/{deleted['id']}", by)


async def test_what_was_written_goes_round(api: Api, tmp_path: Path) -> None:
    blog = Blog(api.container, api.tenant)
    await written(api, await api.person(name="Ann"))
    contents = await blog.contents()
    assert contents.pop("deleted")["deleted_at"]
    position = NOWHERE
    for token in api.tokens:
        position = position.joined(api.container.position_of(token))
    assert (await blog.export_to(tmp_path, position)).posts == len(contents) == 5
    other = await came_again(api.container, tmp_path)
    assert await other.contents() == contents
    await assert_here_already(blog, tmp_path, 5)
    await assert_here_already(other, tmp_path, 5)


async def test_posts_come_to_those_who_have_accounts(api: Api, tmp_path: Path) -> None:
    blog = Blog(api.container)
    await blog.import_files(OWN / "stop-press.md")
    await blog.export_to(tmp_path)
    renée = await api.person(Role.AUTHOR, "renée-zürn")
    here = Blog(api.container, api.tenant)
    await here.import_files(tmp_path)
    assert {row.username for row in await here.authors()} == {"renée-zürn", "renée-zürn-2"}
    there = Blog(api.container)
    await there.import_files(tmp_path)
    assert renée.id not in {row.id for row in await there.authors()}


async def test_real_posts_go_round(real_blog: Blog, tmp_path: Path) -> None:
    contents = await real_blog.contents()
    assert (await real_blog.export_to(tmp_path)).posts == len(contents) == 750
    # 623 posts have a list of aliases, and 4 of these lists are empty
    assert sum(map(has_alias, contents.values())) == 619
    assert sum(bool(each.front.get("aliases")) for each in originals(REAL)) == 619
    other = await came_again(real_blog.container, tmp_path)
    assert await other.contents() == contents
    await assert_here_already(real_blog, tmp_path, 750)


def has_alias(post: dict[str, set[tuple[str, str]]]) -> bool:
    return any(kind == "alias" for _, kind in post["addresses"])
