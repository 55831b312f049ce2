"""What a Markdown file says about its post, and where it says something wrong."""

import tracemalloc
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from time import process_time

import pytest

from application.importing.commands import ImportedPost
from domain.post import Status
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.place import Place
from interface.cli.importing.source import source_of

NOWHERE = Place(PurePosixPath("/ink.md"), PurePosixPath("/"))
NEEDED = 'path = "2020/01/31/ink"\ntitle = "Ink"\nauthors = ["Ada"]\n'


def file_of(front: str = NEEDED, body: str = "Body.\n") -> str:
    return f"+++\n{front}+++\n{body}"


def post_of(text: str) -> ImportedPost:
    return source_of(text, NOWHERE).post


def fault_of(text: str) -> tuple[int | None, str]:
    """Where a file is bad, and what is said of it."""
    with pytest.raises(BadFile) as raised:
        source_of(text, NOWHERE)
    return raised.value.line, str(raised.value)


def test_a_post_has_what_its_file_says() -> None:
    more = 'description = "Black."\naliases = ["old", "older"]\n[extra]\nrelease = true\n'
    post = post_of(file_of(NEEDED + more))
    assert (post.path, post.slug) == ("2020/01/31/ink", "ink")
    assert (post.title, post.summary, post.body) == ("Ink", "Black.", "Body.\n")
    assert (post.authors, post.aliases) == (("Ada",), ("old", "older"))
    assert post.tags == ("release",)
    assert post.published_at == datetime(2020, 1, 31, tzinfo=UTC)


def test_what_a_file_may_leave_out() -> None:
    post = post_of(file_of())
    assert (post.summary, post.aliases, post.tags) == (None, (), ())


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("inside/2020/01/31/ink", "ink"),
        ("a/2019/12/31/b/2020/01/31/ink", "ink"),
        ("/2020/01/31/ink/", "ink"),
        ("2020/01/31/Ink-1.0_final", "Ink-1.0_final"),
    ],
)
def test_a_path_ends_with_day_and_slug(path: str, slug: str) -> None:
    post = post_of(file_of(NEEDED.replace("2020/01/31/ink", path)))
    assert post.published_at
    assert (post.slug, post.published_at.date().isoformat()) == (slug, "2020-01-31")


@pytest.mark.parametrize("setting", ["extra.release = true", "extra = {release = true}"])
def test_a_release_in_any_spelling_of_toml(setting: str) -> None:
    assert post_of(file_of(f"{NEEDED}{setting}\n")).tags == ("release",)


@pytest.mark.parametrize(
    "setting", ['tags = ["Ink", "lead"]', '[taxonomies]\ntags = ["Ink", "lead"]']
)
def test_tags_stand_where_hugo_or_zola_put_them(setting: str) -> None:
    assert post_of(file_of(f"{NEEDED}{setting}\n")).tags == ("Ink", "lead")
    both = f"extra.release = true\n{setting}\n"
    assert post_of(file_of(NEEDED + both)).tags == ("Ink", "lead", "release")


@pytest.mark.parametrize(
    ("setting", "field", "value"),
    [
        ("title: >\n  Ink\n", "title", "Ink"),
        ("authors: ann", "authors", ("ann",)),
        ("aliases: /one/", "aliases", ("/one/",)),
        (f"tags: {[*map(str, range(20))] * 2}", "tags", tuple(map(str, range(20)))),
        ("tags: [Ink, ' ', lead, ink ]", "tags", ("Ink", "lead")),
        ("draft: no", "status", Status.PUBLISHED),
        ("draft: 'Yes'", "status", Status.DRAFT),
        ("published: 'false'", "status", Status.DRAFT),
        ("excerpt: false", "summary", None),
        ("slug: ''", "slug", "ink"),
        ("slug: My Slug Here", "slug", "my-slug-here"),
    ],
)
def test_what_people_write_is_understood(setting: str, field: str, value: object) -> None:
    needed = {"title": "Paper", "date": "2020-01-31", "author": "Ada"}
    needed.pop(setting.partition(":")[0], None)
    keys = "\n".join(f"{key}: {said}" for key, said in needed.items())
    assert getattr(post_of(f"---\n{keys}\n{setting}\n---\nBody."), field) == value


def test_a_title_that_is_a_number() -> None:
    assert post_of(file_of(NEEDED.replace('"Ink"', "2048"))).title == "2048"


def test_half_a_character_is_not_laid_to_the_name() -> None:
    said = fault_of(file_of().replace('"Ink"', '"a\udcff"'))
    assert said == (3, "title: It has half a character, a lone surrogate: remove it.")


def test_one_that_says_it_is_no_release() -> None:
    assert post_of(file_of(f"{NEEDED}extra.release = false\n")).tags == ()


@pytest.mark.parametrize(
    "body",
    ["\n\nBody", "Body", " \tBody\r\n\r\n", "+++ no fence\n", "a\n+++\nb", "a\rb\x0c\u2028c"],
)
def test_a_body_is_kept_as_it_stands(body: str) -> None:
    assert post_of(file_of(body=body)).body == body
    of_windows = f"+++\r\n{NEEDED}+++ \r\n".replace("\n", "\r\n").replace("\r\r", "\r")
    assert post_of(of_windows + body).body == body
    of_yaml = f"---\ntitle: Ink\ndate: 2020-01-31\nauthor: Ada\n---\n{body}"
    assert post_of(of_yaml).body == body


def test_a_byte_order_mark_is_no_part_of_the_post() -> None:
    assert post_of("\ufeff" + file_of()).title == "Ink"


@pytest.mark.parametrize(
    ("key", "named", "more"),
    [
        ("path", "date", ""),
        ("title", "title", ""),
        ("authors", "authors", ", or say --author NAME"),
    ],
)
def test_what_is_missing_is_named_at_the_first_line(key: str, named: str, more: str) -> None:
    front = "".join(line for line in NEEDED.splitlines(True) if not line.startswith(key))
    line, reason = fault_of(file_of(front))
    assert line == 1
    assert reason == f"{named}: It is missing: add it to the front matter{more}."


@pytest.mark.parametrize(
    ("line_of_front", "line", "said"),
    [
        ("title == 1", 5, "not TOML"),
        ("title = 1", 5, "overwrite"),
        ("tags = [1,\n2", 6, "not TOML"),
        ("number = " + "9" * 5000, 5, "not TOML"),
        ("day = 2023-02-30", 5, "not TOML"),
        ("deep = " + "[" * 9999, 5, "nested too deeply"),
        ("a = '''\n'''\ndeep = " + "[" * 33 + "]" * 33, 7, "nested too deeply"),
        ("deep = " + "{a = " * 33 + "1" + "}" * 33, 5, "nested too deeply"),
        (".".join("a" * 33) + " = 1", 5, "nested too deeply"),
        ("[" + " . ".join(["'a.b'"] * 33) + "]", 5, "nested too deeply"),
        ("x = {" + ".".join(['"]#"', "b"] * 17) + " = 1}", 5, "nested too deeply"),
        ('description = ["x"]', 5, "description: It must be text"),
        ('\n"description" = 1', 6, "description: It must be text"),
        ("aliases = [1]", 5, "aliases: It must be a list"),
        ('aliases = ["x", ""]', 5, "aliases: It is blank"),
        (f'aliases = ["{"x" * 255}"]', 5, "aliases: It may have at most 254 characters"),
        ("extra = 1", 5, "extra: It must be a table"),
        ("[[extra]]", 5, "extra: It must be a table"),
        ("tags = 5", 5, "tags: It must be a list of words"),
        ("tags = [5]", 5, "tags: It must be a list of words"),
        (f"tags = {[*map(str, range(21))]}", 5, "tags: There may be at most 20"),
        ("taxonomies = 5", 5, "taxonomies: It must be a table"),
        ('[extra]\nteam = "release = 1"\nrelease = 1', 7, "release: It must be true or false"),
        ("taxonomies.categories = 5", 5, "categories: It must be a list of words"),
        ('draft = "maybe"', 5, "draft: It must be true or false"),
        ("date = 0000-00-00", 5, "not TOML"),
        ("date = 0999-01-01", 5, "date: There is no day 0999-01-01"),
        ('date = "0000-00-00"', 5, "date: There is no day 0000-00-00"),
        ("date = 12:30:00", 5, "date: It must be a date"),
        ("slug = 5", 5, "slug: It must be text"),
        ("lastmod = 5", 5, "lastmod: It must be a date"),
        ("redirect_from = 5", 5, "redirect_from: "),
        (
            '[extra.broadsheet]\nusername = "a"\ncreated_at = 2020-01-31T00:00:00Z\n"a(" = 1',
            8,
            "a(: ",
        ),
    ],
)
def test_a_fault_is_named_on_its_line(line_of_front: str, line: int, said: str) -> None:
    found, reason = fault_of(file_of(f"{NEEDED}{line_of_front}\n"))
    assert (found, said in reason) == (line, True), reason
    assert "\n" not in reason


DOTS = ".".join("a" * 40)


@pytest.mark.parametrize(
    "front",
    [
        ".".join("a" * 32) + " = 1",
        "deep = " + "[" * 32 + "]" * 32,
        "lists = [" + "[1.5], " * 99 + "]",
        f'text = "{DOTS}"  # {DOTS}',
        f'text = "\\"{DOTS}"',
        f"text = '''{DOTS}\n'[[[[{DOTS}'''",
        f'text = """\n"" {DOTS} \\""" ""{DOTS}"""""',
        f"text = '\\'  # {DOTS}",
    ],
)
def test_what_toml_has_in_texts_and_comments_is_no_depth(front: str) -> None:
    assert post_of(file_of(f"{NEEDED}{front}\n")).title == "Ink"


@pytest.mark.parametrize("start", ["'''", '"""', '"', "'", '"""\\', '"\\'])
def test_toml_without_an_end_is_refused_quickly(start: str) -> None:
    front = f"a = {start}" + f"{start}x\\" * 9_000
    began = process_time()
    fault_of(file_of(f"{NEEDED}{front[:60_000]}\n"))
    assert process_time() - began < 1


def test_a_key_of_thousands_of_parts_takes_little_memory() -> None:
    front = ".".join("a" * 30_000) + " = 1\n"
    tracemalloc.start()
    fault_of(file_of(front))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


@pytest.mark.parametrize(
    "path",
    ["ink", "2020/01/ink", "20/1/31/ink", "2020/01/31/", "2020/01/31/a/b", "٢٠٢٠/01/31/ink"],
)
def test_a_path_without_a_date(path: str) -> None:
    line, reason = fault_of(file_of(NEEDED.replace("2020/01/31/ink", path)))
    assert line == 2
    assert reason == "path: It has no date: write it as YYYY/MM/DD/slug, or add a date."


@pytest.mark.parametrize("day", ["0000/00/00", "2023/02/30", "2023/13/01"])
def test_a_path_with_a_day_that_never_was(day: str) -> None:
    found = fault_of(file_of(NEEDED.replace("2020/01/31", day)))
    assert found == (2, f"path: There is no day {day}: correct it.")


@pytest.mark.parametrize("body", ["", " \n\t\n"])
def test_a_blank_body_is_named_where_it_begins(body: str) -> None:
    line, reason = fault_of(file_of(body=body))
    assert (line, reason.partition(":")[0]) == (5, "body")


@pytest.mark.parametrize("text", ["# A page", "----\ntitle: Ink\n", "\n" + file_of(), "+++x\n"])
def test_a_file_without_front_matter(text: str) -> None:
    assert fault_of(text)[1].startswith("There is no front matter")


@pytest.mark.parametrize("text", ["+++\n", f"+++\n{NEEDED}", f"+++\n{NEEDED} +++\nBody"])
def test_front_matter_without_an_end(text: str) -> None:
    assert fault_of(text)[1].startswith("The front matter has no end")


@pytest.mark.parametrize(
    ("front", "line", "said"),
    [
        ("title: [Ink", 3, "not YAML: "),
        ("title: Ink\ntitle: Paper", 3, "not YAML: 'title' is there twice"),
        ("extra:\n  team: a\n  team: b", 4, "'team' is there twice"),
        ("a: &a [x]\ntags: *a", 3, "an alias"),
        ("title: Ink\x07", 2, "a character that can't be in it"),
        ("[a, b]: c", 2, "a key that is no word"),
        ("just words", 2, "no keys and values"),
        ("deep: " + "[" * 9999, 2, "nested too deeply"),
        ("title: Ink\ndeep: " + "[" * 33 + "]" * 33, 3, "nested too deeply"),
        ("title: Ink\n" + "".join(" " * n + "a:\n" for n in range(40)), 35, "nested too deeply"),
        ("title: Ink\ntags: " + "x" * 65_536, 1, "may have at most 65536 bytes"),
        ("title: Ink\ntags: " + "\N{EURO SIGN}" * 22_000, 1, "may have at most 65536 bytes"),
        ("", 1, "title: It is missing"),
        ("title: ~", 2, "title: It is missing"),
        ("title: [Ink]", 2, "title: It must be text"),
        ("title: Ink\ndate: 0000-00-00", 3, "date: There is no day 0000-00-00: correct it."),
        ("title: Ink\ndate: 2023-02-30 12:00", 3, "date: There is no day 2023-02-30 12:00"),
        ("title: Ink\ndate: yesterday", 3, "date: It must be a date"),
        ("title: Ink\ndraft: 5", 3, "draft: It must be true or false"),
        ("title: Ink\ndate: 2020-01-31\nauthor: {nick: A}", 4, "author: It must be a name"),
        ("title: Ink\ndate: 2020-01-31\nextra: words", 4, "extra: It must be a table: write its"),
    ],
)
def test_a_fault_of_yaml_is_named_on_its_line(front: str, line: int, said: str) -> None:
    found, reason = fault_of(f"---\n{front}\n---\nBody.\n")
    assert (found, said in reason) == (line, True), reason
    assert "\n" not in reason


def test_yaml_makes_no_objects_and_takes_words_for_words(tmp_path: Path) -> None:
    made = tmp_path / "made"
    front = f"title: No\ndate: 2020-01-31\nauthor: 007\nx: !!python/object/apply:os.mkdir [{made}]"
    post = post_of(f"---\n{front}\ntags: [on, 1.10]\n...\nBody.\n")
    assert (post.title, post.authors, post.tags) == ("No", ("007",), ("on", "1.10"))
    assert not made.exists()
