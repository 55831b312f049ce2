"""What a Markdown file says about its post, and where it says something wrong."""

from datetime import UTC, datetime

import pytest

from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.source import source_of

NEEDED = 'path = "2020/01/31/ink"\ntitle = "Ink"\nauthors = ["Ada"]\n'


def file_of(front: str = NEEDED, body: str = "Body.\n") -> str:
    return f"+++\n{front}+++\n{body}"


def fault_of(text: str) -> tuple[int, str]:
    """Where a file is bad, and what is said of it."""
    with pytest.raises(BadFile) as raised:
        source_of(text)
    return raised.value.line, str(raised.value)


def test_a_post_has_what_its_file_says() -> None:
    more = 'description = "Black."\naliases = ["old", "older"]\n[extra]\nrelease = true\n'
    post = source_of(file_of(NEEDED + more)).post
    assert (post.path, post.slug) == ("2020/01/31/ink", "ink")
    assert (post.title, post.summary, post.body) == ("Ink", "Black.", "Body.\n")
    assert (post.authors, post.aliases) == (("Ada",), ("old", "older"))
    assert post.tags == ("release",)
    assert post.published_at == datetime(2020, 1, 31, tzinfo=UTC)


def test_what_a_file_may_leave_out() -> None:
    post = source_of(file_of()).post
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
    post = source_of(file_of(NEEDED.replace("2020/01/31/ink", path))).post
    assert (post.slug, post.published_at.date().isoformat()) == (slug, "2020-01-31")


@pytest.mark.parametrize("setting", ["extra.release = true", "extra = {release = true}"])
def test_a_release_in_any_spelling_of_toml(setting: str) -> None:
    assert source_of(file_of(f"{NEEDED}{setting}\n")).post.tags == ("release",)


@pytest.mark.parametrize(
    "setting", ['tags = ["Ink", "lead"]', '[taxonomies]\ntags = ["Ink", "lead"]']
)
def test_tags_stand_where_hugo_or_zola_put_them(setting: str) -> None:
    assert source_of(file_of(f"{NEEDED}{setting}\n")).post.tags == ("Ink", "lead")
    both = f"extra.release = true\n{setting}\n"
    assert source_of(file_of(NEEDED + both)).post.tags == ("Ink", "lead", "release")


def test_one_that_says_it_is_no_release() -> None:
    assert source_of(file_of(f"{NEEDED}extra.release = false\n")).post.tags == ()


@pytest.mark.parametrize(
    "body",
    ["\n\nBody", "Body", " \tBody\r\n\r\n", "+++ no fence\n", "a\n+++\nb", "a\rb\x0c\u2028c"],
)
def test_a_body_is_kept_as_it_stands(body: str) -> None:
    assert source_of(file_of(body=body)).post.body == body
    of_windows = f"+++\r\n{NEEDED}+++ \r\n".replace("\n", "\r\n").replace("\r\r", "\r")
    assert source_of(of_windows + body).post.body == body


def test_a_byte_order_mark_is_no_part_of_the_post() -> None:
    assert source_of("\ufeff" + file_of()).post.title == "Ink"


@pytest.mark.parametrize("key", ["path", "title", "authors"])
def test_what_is_missing_is_named_at_the_first_line(key: str) -> None:
    front = "".join(line for line in NEEDED.splitlines(True) if not line.startswith(key))
    line, reason = fault_of(file_of(front))
    assert line == 1
    assert reason == f"{key}: It is missing: add it to the front matter."


@pytest.mark.parametrize(
    ("line_of_front", "line", "said"),
    [
        ("title == 1", 5, "not TOML"),
        ("title = 1", 5, "overwrite"),
        ("tags = [1,\n2", 6, "not TOML"),
        ("number = " + "9" * 5000, 5, "not TOML"),
        ("day = 2023-02-30", 5, "not TOML"),
        ("deep = " + "[" * 9999, 2, "nested too deeply"),
        ('description = ["x"]', 5, "description: It must be text"),
        ('\n"description" = 1', 6, "description: It must be text"),
        ("aliases = [1]", 5, "aliases: It must be a list"),
        ('aliases = ["x", ""]', 5, "aliases: It is blank"),
        (f'aliases = ["{"x" * 255}"]', 5, "aliases: It may have at most 254 characters"),
        ("extra = 1", 5, "extra: It must be a table"),
        ("[[extra]]", 5, "extra: It must be a table"),
        ('tags = "Ink"', 5, "tags: It must be a list of words"),
        ("tags = [5]", 5, "tags: It must be a list of words"),
        ("taxonomies = 5", 5, "taxonomies: It must be a table"),
        ('[extra]\nteam = "release = 1"\nrelease = 1', 7, "release: It must be true or false"),
        ("draft = true", 5, "draft: A draft is not imported"),
    ],
)
def test_a_fault_is_named_on_its_line(line_of_front: str, line: int, said: str) -> None:
    found, reason = fault_of(file_of(f"{NEEDED}{line_of_front}\n"))
    assert (found, said in reason) == (line, True), reason
    assert "\n" not in reason


@pytest.mark.parametrize(
    "path",
    ["ink", "2020/01/ink", "20/1/31/ink", "2020/01/31/", "2020/01/31/a/b", "٢٠٢٠/01/31/ink"],
)
def test_a_path_without_a_date(path: str) -> None:
    line, reason = fault_of(file_of(NEEDED.replace("2020/01/31/ink", path)))
    assert line == 2
    assert reason == "path: It has no date: write it as YYYY/MM/DD/slug."


@pytest.mark.parametrize("day", ["0000/00/00", "2023/02/30", "2023/13/01"])
def test_a_path_with_a_day_that_never_was(day: str) -> None:
    found = fault_of(file_of(NEEDED.replace("2020/01/31", day)))
    assert found == (2, f"path: There is no day {day}: correct it.")


@pytest.mark.parametrize("body", ["", " \n\t\n"])
def test_a_blank_body_is_named_where_it_begins(body: str) -> None:
    line, reason = fault_of(file_of(body=body))
    assert (line, reason.partition(":")[0]) == (5, "body")


@pytest.mark.parametrize("text", ["# A page", "---\ntitle: Ink\n---\n", "\n" + file_of(), "+++x\n"])
def test_a_file_without_front_matter(text: str) -> None:
    assert fault_of(text)[1].startswith("There is no front matter")


@pytest.mark.parametrize("text", ["+++\n", f"+++\n{NEEDED}", f"+++\n{NEEDED} +++\nBody"])
def test_front_matter_without_an_end(text: str) -> None:
    assert fault_of(text)[1].startswith("The front matter has no end")
