"""Imports of whole blogs: nothing lost, nothing twice, on each kind of database."""

from collections import Counter
from pathlib import Path

import pytest

from application.importing.commands import Outcome
from application.post.ports import Sort
from core.dependencies.container import Container
from tests.integration.imported import REAL, Blog, assert_kept, authors_of, originals

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests" / "corpus"
RELEASE = ["release"]


@pytest.fixture
def blog(container: Container) -> Blog:
    return Blog(container)


async def test_the_own_corpus_is_kept(blog: Blog) -> None:
    report = await blog.import_files(OWN)
    assert (report.outcomes[Outcome.IMPORTED], report.bad) == (len(originals(OWN)), 0)
    await assert_kept(blog, OWN)


async def test_a_second_run_changes_nothing(blog: Blog) -> None:
    await blog.import_files(OWN)
    before = await blog.dump()
    report = await blog.import_files(OWN)
    assert report.outcomes == {Outcome.ALREADY_HERE: len(originals(OWN))}
    assert await blog.dump() == before


async def test_the_same_slug_on_other_days_gets_a_number(blog: Blog) -> None:
    await blog.import_files(OWN)
    posts = (await blog.posts_by_address()).values()
    slugs = {row.slug for row in posts if row.slug.startswith("misprint")}
    assert slugs == {f"misprint-of-the-week{number}" for number in ("", "-2", "-3")}
    assert {"Morning-Edition", "morning-edition"} <= {row.slug for row in posts}


async def test_authors_are_users_who_cannot_log_in(blog: Blog) -> None:
    await blog.import_files(OWN / "press-1.0.md")
    await blog.import_files(OWN)
    authors = await blog.authors()
    assert sorted(row.display_name for row in authors) == sorted(authors_of(OWN))
    assert {row.password_hash for row in authors} == {None}


async def test_only_the_bad_post_of_a_batch_is_left_out(
    blog: Blog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await blog.import_files(OWN)
    for slug, alias in (("a", "a/old"), ("b", "editions/morning"), ("c", "c/old")):
        front = f'path = "2024/01/01/{slug}"\ntitle = "T"\nauthors = ["Me"]\naliases = ["{alias}"]'
        (tmp_path / f"{slug}.md").write_text(f"+++\n{front}\n+++\nBody.\n")
    report = await blog.import_files(tmp_path)
    assert report.summary == "imported 2, already here 0, bad 1"
    assert {"/a/old", "/c/old"} <= (await blog.posts_by_address()).keys()
    said = capsys.readouterr().err.splitlines()
    assert said == [f"{tmp_path}/b.md:5: aliases: Another post has it: choose another."]


async def test_a_path_in_two_files_is_imported_once(blog: Blog, tmp_path: Path) -> None:
    for name in ("one", "two"):
        front = f'path = "2024/01/01/twin"\ntitle = "{name}"\nauthors = ["Ada"]'
        (tmp_path / f"{name}.md").write_text(f"+++\n{front}\n+++\nBody.\n")
    assert (await blog.import_files(tmp_path)).summary == "imported 1, already here 0, bad 1"
    assert (await blog.import_files(tmp_path)).summary == "imported 0, already here 1, bad 1"
    assert [post.title for post in await blog.pages(Sort.NEWEST)] == ["one"]


async def test_real_posts_are_kept(real_blog: Blog) -> None:
    await assert_kept(real_blog, REAL)


async def test_real_posts_have_slugs_of_their_own(real_blog: Blog) -> None:
    slugs = Counter(post.slug for post in await real_blog.pages(Sort.NEWEST))
    assert (len(slugs), slugs.total()) == (750, 750)
    assert len([slug for slug in slugs if slug.startswith("project-director-update")]) == 13
    wanted = {original.slug for original in originals(REAL)}
    assert wanted <= slugs.keys(), "a slug that was free was not given"
    assert len({slug.lower() for slug in wanted}) < len(wanted), "none differ only in case"


async def test_real_authors_and_releases(real_blog: Blog) -> None:
    authors = [row.display_name for row in await real_blog.authors()]
    assert (len(authors), set(authors)) == (167, authors_of(REAL))
    by_id = {row.id: row for row in (await real_blog.posts_by_address()).values()}
    assert sum(row.tags == RELEASE for row in by_id.values()) == 138


async def test_real_posts_can_be_paged_to_the_end(real_blog: Blog) -> None:
    newest = await real_blog.pages(Sort.NEWEST)
    oldest = await real_blog.pages(Sort.OLDEST)
    days = [post.published_at for post in oldest if post.published_at]
    assert len({post.id for post in newest}) == len(newest) == 750
    assert [post.id for post in newest] == [post.id for post in reversed(oldest)]
    assert days == sorted(days)


async def test_a_second_run_on_real_posts_changes_nothing(real_blog: Blog) -> None:
    before = await real_blog.dump()
    report = await real_blog.import_files(REAL)
    assert report.summary == "imported 0, already here 750, bad 0"
    assert await real_blog.dump() == before
