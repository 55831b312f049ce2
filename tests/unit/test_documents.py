"""Posts as documents: what is written is read again as the same, whatever it holds."""

from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from application.exporting.views import ExportedPost
from application.importing.commands import ImportedPost
from domain.ids import new_id
from domain.post import Access, Kind, Status
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.place import Place
from interface.cli.importing.post_file import may_be_post
from interface.cli.importing.source import source_of
from interface.exporting.document import Illustrated, document_of
from interface.exporting.file_names import file_name
from tests.support.samples import NOW

LATER = datetime(2031, 12, 31, 23, 59, 59, 999999, UTC)
TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def exported(**others: Any) -> ExportedPost:
    fields: dict[str, Any] = {
        "id": new_id(),
        "slug": "ink",
        "former_slugs": (),
        "path": None,
        "aliases": (),
        "title": "Ink",
        "summary": None,
        "body": "Black.",
        "tags": (),
        "username": "ada",
        "display_name": "Ada",
        "byline": None,
        "status": Status.PUBLISHED,
        "kind": Kind.POST,
        "access": Access.PUBLIC,
        "created_at": NOW,
        "updated_at": LATER,
        "published_at": NOW,
    }
    return ExportedPost(**fields | others)


def written(post: ExportedPost) -> bytes:
    return document_of(Illustrated(post, None, {}))


def read_again(post: ExportedPost) -> ImportedPost:
    path = PurePosixPath("/somewhere", file_name(post))
    return source_of(written(post).decode(), Place(path, path.parent)).post


def expected(post: ExportedPost) -> dict[str, Any]:
    same = {name: value for name, value in post.model_dump().items() if name != "id"}
    same["path"] = post.path[1:] if post.path else None
    same["aliases"] = tuple(alias[1:] for alias in post.aliases)
    return same | {"authors": (same.pop("display_name"),), "cover": same.pop("cover_id")}


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"status": Status.DRAFT, "published_at": None},
        {"status": Status.ARCHIVED, "published_at": LATER},
        {"kind": Kind.PAGE},
        {"access": Access.MEMBERS},
        {"path": "/2020/01/31/other", "aliases": ("/a/b", "/:year/:title"), "former_slugs": ("x",)},
        {"summary": "", "byline": "Ada, Bob", "tags": ("a, b", "c d")},
        {"summary": 'Two "lines":\r\n\\ \ttab'},
        {"slug": "2020", "title": "+++", "username": "true", "tags": ("release",)},
    ],
)
def test_every_field_comes_back(others: dict[str, Any]) -> None:
    post = exported(**others)
    assert read_again(post).model_dump() == expected(post)


@settings(deadline=None)
@given(title=TEXT, summary=TEXT, name=TEXT, body=TEXT)
def test_any_text_comes_back(title: str, summary: str, name: str, body: str) -> None:
    assume(body.strip() and name.strip())
    post = exported(title=title, summary=summary, display_name=name, body=body, tags=(name,))
    assert read_again(post).model_dump() == expected(post)


@pytest.mark.parametrize(
    "body", ["+++\nx", "\n\nx\n\n", "x\r\ny\r", "\ufeffx", " x\x0c\u2028", "x"]
)
def test_a_body_comes_back_byte_for_byte(body: str) -> None:
    assert read_again(exported(body=body)).body == body


@pytest.mark.parametrize("status", [Status.DRAFT, Status.ARCHIVED])
def test_other_generators_do_not_show_what_the_blog_does_not(status: Status) -> None:
    assert b"\ndraft = true\n" in written(exported(status=status))


def test_a_plain_slug_is_the_name() -> None:
    assert file_name(exported(slug="1.0-is-out")) == "2024-05-17-1.0-is-out.md"


SLUGS = [
    "ink",
    "Ink",
    "ink-f089d6229593",  # what Ink gets
    "INK",
    "é",
    "e\u0301",
    "李墨",
    "nul",
    "con.",
    "a" * 200,
    "a" * 199,
    "i:k",
    "*",
]


def test_names_are_good_on_every_system() -> None:
    names = [
        file_name(exported(slug=slug)) for slug in [*SLUGS, ".hidden", "index", "a|b", "a\u202eb"]
    ]
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert name.isascii()
        assert len(name) < 128
        assert not set('<>:"/\\|?*') & set(name)
        assert may_be_post(PurePosixPath(name))


def test_a_draft_is_dated_when_it_was_written() -> None:
    draft = exported(status=Status.DRAFT, published_at=None)
    assert b"\ndate = 2024-05-17 12:30:15.123456+00:00\n" in written(draft)


@pytest.mark.parametrize(
    ("exact", "changed", "line", "said"),
    [
        (
            "created_at = 2024-05-17 12:30:15.123456+00:00",
            "created_at = 2024-05-17T12:30:15",
            12,
            "created_at: ",
        ),
        ('username = "ada"', "username = 5", 11, "username: "),
        ('username = "ada"', 'user = "ada"', 1, "username: Field required: leave it as"),
        ('username = "ada"', 'username = "ada"\nname = "x"', 12, "name: Extra inputs"),
        ("[extra.broadsheet]", "[extra]\nbroadsheet = 5\n[other]", 11, "broadsheet: "),
    ],
)
def test_what_is_exact_is_left_as_it_is(exact: str, changed: str, line: int, said: str) -> None:
    text = written(exported()).decode()
    assert exact in text
    with pytest.raises(BadFile) as raised:
        source_of(text.replace(exact, changed), Place(PurePosixPath("/x.md"), PurePosixPath("/")))
    assert (raised.value.line, str(raised.value)[: len(said)]) == (line, said)
