"""Posts as Jekyll, Hugo and Zola have them: where each was served, when, and as what."""

from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

from application.importing.commands import ImportedPost, old_address
from domain.post import Status
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.files import found_files
from interface.cli.importing.moments import moment
from interface.cli.importing.place import Place
from interface.cli.importing.source import source_of

SITES = Path(__file__).parents[1] / "sites"
DAY = datetime(2020, 1, 31, tzinfo=UTC)
YAML = "---\ntitle: T\nauthor: A\n{}\n---\nBody."
TOML = '+++\ntitle = "T"\nauthor = "A"\n{}\n+++\nBody.'


def post_at(path: str, text: str, site: str = "/") -> ImportedPost:
    return source_of(text, Place(PurePosixPath(path), PurePosixPath(site))).post


def posts_of(site: str) -> dict[str, ImportedPost]:
    """A site's posts by their titles."""
    with found_files([SITES / site]) as files:
        posts = [source_of(file.text, file.place).post for file in files]
    return {post.title: post for post in posts}


def test_a_site_of_jekyll() -> None:
    posts = posts_of("jekyll")
    assert {title: (post.path, post.slug, post.status) for title, post in posts.items()} == {
        "Lead type: what it weighs": (
            "/craft/lead/2021/03/04/Lead-type.html",
            "Lead-type",
            Status.PUBLISHED,
        ),
        "No": ("/2021/no-news/", "no-news", Status.PUBLISHED),
        "The vice": (
            "/workshop/tools and such/2021/04/01/the-vice.html",
            "the-vice",
            Status.PUBLISHED,
        ),
        "Unfinished": ("/2021/05/01/unfinished.html", "unfinished", Status.DRAFT),
        "Some day": ("/some-day.html", "some-day", Status.DRAFT),
    }
    lead, no, vice = (posts[title] for title in list(posts) if posts[title].published_at)
    assert (lead.tags, lead.summary) == (
        ("type", "metal", "Craft", "lead"),
        "A case of it, on a foot.",
    )
    assert (no.authors, no.tags, no.aliases) == (
        ("Béla Sorts",),
        ("news", "No"),
        ("/no-news-is-good-news",),
    )
    assert no.published_at == datetime(2021, 3, 6, 7, 30, tzinfo=UTC)
    assert (vice.authors, vice.tags) == (("Ada Quoin", "Béla Sorts"), ("Tools and such",))
    assert vice.updated_at == datetime(2021, 4, 2, tzinfo=UTC)
    assert [posts[title].created_at for title in ("Unfinished", "Some day")] == [
        datetime(2021, 5, 1, tzinfo=UTC),
        None,
    ]


def test_a_site_of_hugo() -> None:
    posts = posts_of("hugo")
    assert {title: (post.path, post.slug) for title, post in posts.items()} == {
        "The big wheel": ("posts/the-big-wheel", "the-big-wheel"),
        "Belts": ("posts/2022-05-06-belts", "Belts"),
        "Oil": ("/n/oil.html", "oil-and-water"),
    }
    wheel, belts = posts["The big wheel"], posts["Belts"]
    assert wheel.published_at == datetime(2022, 2, 3, 3, 5, 6, tzinfo=UTC)
    assert wheel.updated_at == datetime(2022, 2, 4, tzinfo=UTC)
    assert wheel.summary == "It turns.\nSo does the other one.\n"
    assert wheel.tags == ("wheels", "machines")
    assert wheel.aliases == ("/wheel", "/old/wheel.html")
    assert (belts.status, belts.published_at) == (Status.DRAFT, None)
    assert belts.created_at == datetime(2022, 5, 6, 7, 8, 9, 123456, UTC)


def test_a_site_of_zola() -> None:
    posts = posts_of("zola")
    assert {title: (post.path, post.slug) for title, post in posts.items()} == {
        "Night work": ("press/night-work", "Night_work"),
        "Lamps": ("light/lamps", "lamps"),
    }
    night, lamps = posts["Night work"], posts["Lamps"]
    assert night.published_at == datetime(2023, 7, 8, tzinfo=UTC)
    assert (night.tags, night.summary) == (("night", "work"), "Why we print by day.")
    assert (lamps.aliases, lamps.updated_at) == (
        ("lamps.html",),
        datetime(2023, 9, 11, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("path", "site", "text", "address"),
    [
        # what lies above the site is no category, and not below content either
        ("/a/site/_posts/2020-01-31-x.md", "/a/site", YAML, "/2020/01/31/x.html"),
        ("/a/site/b/_posts/sub/2020-01-31-x.md", "/a/site", YAML, "/b/2020/01/31/x.html"),
        ("2020-01-31-x.md", ".", YAML, "/2020/01/31/x.html"),
        ("/content/a/content/b/2020-01-31-x.md", "/", TOML, "b/x"),
        ("/content/2020-01-31-x.md", "/", YAML, "x"),
        ("/blog/B C/2020-01-31-x.md", "/blog", TOML, "b-c/x"),
        ("/blog/2020-01-31-X Y/index.md", "/blog", TOML, "x-y"),
        ("/blog/a/2020-01-31-x/index.fr.md", "/blog", TOML, "fr/a/x"),
    ],
)
def test_an_address_comes_of_the_file(path: str, site: str, text: str, address: str) -> None:
    post = post_at(path, text.format(""), site)
    assert (post.path, post.published_at) == (address, DAY)


@pytest.mark.parametrize(
    ("keys", "address"),
    [
        ("slug: y", "/2020/01/31/y.html"),
        ("date: 2021-02-03", "/2021/02/03/x.html"),
        ("categories: [B, a, b]", "/b/a/2020/01/31/x.html"),
        ("permalink: /:categories/:title", "/x"),
        ("permalink: /:categories/:day-:month:output_ext", "/31-01.html"),
        ("url: /y.html\npermalink: /no", "/y.html"),
        ("path: /:year", "/:year"),
        ("permalink: /:short_year/:i_month/:y_day/p:output_ext", "/20/1/031/p.html"),
        ("permalink: /User:ann/:8000", "/User:ann/:8000"),
        ("permalink: https://old.example/a/x.html#top", "/a/x.html"),
        ("permalink: /caf%C3%A9//./b/../x/", "/caf\u00e9/x/"),
        ("category: Foo Bar\npermalink: /:slugified_categories/:slug", "/foo-bar/x"),
    ],
)
def test_what_front_matter_says_comes_first(keys: str, address: str) -> None:
    assert post_at("/_posts/2020-01-31-x.md", YAML.format(keys)).path == address


@pytest.mark.parametrize(
    ("path", "text", "address"),
    [
        ("/_posts/2020-01-31-Plain one, 1.0.md", YAML, "/2020/01/31/Plain-one,-1.0.html"),
        ("/content/blog/Caf\u00e9 & Cr\u00e8me.md", YAML, "blog/cafe-creme"),
        ("/content/My_Under score.md", YAML, "my-under-score"),
        ("/content/posts/C#&F# \u00e9.md", TOML, "posts/c#f#-\u00e9"),
    ],
)
def test_names_that_are_no_addresses_become_ones(path: str, text: str, address: str) -> None:
    assert (
        post_at(path, text.format("date = 2020-01-31" if text is TOML else "draft: true")).path
        == address
    )


@pytest.mark.parametrize(
    ("url", "address"),
    [("/:section/:year/:title/", "/a/2020/t/"), ("/:sections/:filename", "/a/b-c/x-y")],
)
def test_placeholders_of_hugo(url: str, address: str) -> None:
    text = TOML.format(f'date = 2020-01-31\nurl = "{url}"')
    assert post_at("/content/a/B C/X Y.md", text).path == address


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("url: /:year/:monthname", "url: There is no placeholder :monthname here"),
        ("permalink: /q.php?id=3", "permalink: What follows a"),
        ("redirect_from: [/a, '/q.php?id=3']", "redirect_from: What follows a"),
        ("path: /q.php?id=3", "path: What follows a"),
    ],
)
def test_an_address_that_would_never_match(keys: str, reason: str) -> None:
    with pytest.raises(BadFile, match=reason) as raised:
        post_at("/_posts/2020-01-31-x.md", YAML.format(keys))
    assert raised.value.line == 4


@pytest.mark.parametrize(
    ("alias", "of_hugo", "of_zola"),
    [
        ("old", "/posts/old", "old"),
        ("../up/", "/up/", "up/"),
        ("/a/../../b", "/b", "/b"),
        ("https://x.example/%C3%A9", "/\u00e9", "/\u00e9"),
    ],
)
def test_other_addresses(alias: str, of_hugo: str, of_zola: str) -> None:
    keys = f'date = 2020-01-31\naliases = ["{alias}"]'
    for more, expected in (("", of_hugo), ("\n[extra]", of_zola)):
        post = post_at("/content/posts/x.md", TOML.format(keys + more))
        assert old_address(post.aliases[0]) == old_address(expected)


@pytest.mark.parametrize(
    ("name", "keys", "slug"),
    [
        ("2020-01-31-Ünder the bridge", "", "ünder-the-bridge"),
        ("2020-01-31-Ink_1.0", "", "Ink_1.0"),
        ("2020-01-31-x", "slug: Y z", "y-z"),
        ("x", "path: 2020/01/31/y/", "y"),
    ],
)
def test_a_slug_comes_of_the_name(name: str, keys: str, slug: str) -> None:
    assert post_at(f"/{name}.md", YAML.format(keys)).slug == slug


def test_files_that_are_no_posts(tmp_path: Path) -> None:
    posts = {"content/themes/a.md", "content/b/index.md", "content/b/index.fr.md", "c/index.md"}
    posts |= {"c/d.md", "content/index.md", "content/e.md"}
    others = {"content/_index.fr.md", "content/b/note.md", "content/b/images/readme.md"}
    others |= {f"{name}/content/x.md" for name in ("themes", "vendor", "node_modules/y")}
    others |= {"archetypes/default.md", "_site/x.md"}
    for name in posts | others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with found_files([tmp_path]) as files:
        assert {str(Path(file.name).relative_to(tmp_path)) for file in files} == posts
    with found_files([tmp_path / "content" / "b" / "note.md"]) as files:
        assert len(files) == 1, "it was asked for"


def test_a_name_with_a_day_that_never_was() -> None:
    with pytest.raises(BadFile, match="The file's name: There is no day 0000-00-00") as raised:
        post_at("/_posts/0000-00-00-x.md", YAML.format(""))
    assert raised.value.line == 1


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("tags: a b  c", ("a", "b", "c")),
        ("tags: a b, c,", ("a b", " c")),
        ("tag: a b", ("a b",)),
        ("tags: []\ncategory: c d", ("c d",)),
        ("categories:\n-\n- b\n- ' '", ("b",)),
    ],
)
def test_tags_in_words(tags: str, expected: tuple[str, ...]) -> None:
    assert post_at("/2020-01-31-x.md", YAML.format(tags)).tags == expected


@pytest.mark.parametrize("words", ["[true, b]", "[[a]]", "[{a: b}]"])
def test_categories_that_are_no_words(words: str) -> None:
    with pytest.raises(BadFile, match="categories: It must be a list of words") as raised:
        post_at("/_posts/2020-01-31-x.md", YAML.format(f"categories: {words}"))
    assert raised.value.line == 4


@pytest.mark.parametrize("published", ["published: 2020-01-31", "published: true", "draft: false"])
def test_what_is_no_draft(published: str) -> None:
    assert post_at("/2020-01-31-x.md", YAML.format(published)).status is Status.PUBLISHED


def test_the_author_of_those_that_name_none() -> None:
    text = "+++\ntitle = 'T'\ndate = 2020-01-31\n{}\n+++\nBody."
    place = Place(PurePosixPath("/x.md"), PurePosixPath("/"))
    assert source_of(text.format(""), place, "Ada").post.authors == ("Ada",)
    assert source_of(text.format("author = 'B'"), place, "Ada").post.authors == ("B",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-01-31", DAY),
        ("2020-01-31 12:30", DAY.replace(hour=12, minute=30)),
        ("2020-01-31 12:30:15 +0200", DAY.replace(hour=10, minute=30, second=15)),
        ("2020-01-31T00:00:00.123456789Z", DAY.replace(microsecond=123456)),
        ("2020-02-01t01:00:00+25:00", None),
        ("2020-01-30 23:00:00 -01", DAY),
        ("2020-01-31 12:30 UTC", DAY.replace(hour=12, minute=30)),
        ("2020-1-31 9:30:00", DAY.replace(hour=9, minute=30)),
        ("2020-01-31 21:30:00 +0900 JST", DAY.replace(hour=12, minute=30)),
        ("2020-01-31 25:00", None),
        ("31.1.2020", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("٢٠٢٠-01-31", None),
    ],
)
def test_dates_in_text(text: str, expected: datetime | None) -> None:
    if expected:
        assert moment(text) == expected
    else:
        with pytest.raises(ValueError, match=r"There is no day|It must be a date"):
            moment(text)
