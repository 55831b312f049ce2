"""Posts: their text, the steps of their status, and who may change them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.caller import Caller, Role
from domain.errors import Forbidden, ForbiddenTransition, Invalid, NotFound, StaleVersion
from domain.ids import new_id
from domain.post import RESTORABLE_FOR, Post, Status
from tests.support.samples import NOW, a_post, a_published_post, a_user, caller

LATER = NOW + timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
ANN = a_user("ann")
STRASSE = "Stra\N{LATIN SMALL LETTER SHARP S}e"
DECOMPOSED = "e\N{COMBINING ACUTE ACCENT}"
STATES: dict[str, dict[str, Any]] = {
    "draft": {},
    "published": {"status": Status.PUBLISHED, "published_at": NOW},
    "archived": {"status": Status.ARCHIVED, "published_at": NOW},
}


def test_a_post_begins_as_a_draft() -> None:
    post = Post.written(ANN.id, "slug", "A title", "A body", NOW)
    assert (post.author_id, post.slug, post.title, post.body) == (
        ANN.id,
        "slug",
        "A title",
        "A body",
    )
    assert (post.status, post.version, post.tags) == (Status.DRAFT, 1, ())
    assert (post.created_at, post.updated_at) == (NOW, NOW)
    assert [post.summary, post.byline, post.published_at, post.deleted_at] == [None] * 4
    assert post.id.version == 7


BAD_TEXT: list[tuple[str, str, str]] = [
    ("title", "", "blank"),
    ("title", " ", "blank"),
    ("title", "t" * 201, "too_long"),
    ("title", "a\nb", "bad_characters"),
    ("title", "\ud800", "bad_characters"),
    ("body", "", "blank"),
    ("body", " \n", "blank"),
    ("body", "a\0b", "bad_characters"),
    ("body", "\ud800", "bad_characters"),
    ("body", "b" * 1_048_577, "too_long"),
    ("body", "\N{PILE OF POO}" * 262_144 + "b", "too_long"),
]


@pytest.mark.parametrize(("field", "text", "code"), BAD_TEXT)
def test_a_post_is_not_written_with_bad_text(field: str, text: str, code: str) -> None:
    texts = {"title": "A title", "body": "A body"} | {field: text}
    with pytest.raises(Invalid) as raised:
        Post.written(ANN.id, "slug", now=NOW, **texts)
    assert (raised.value.field, raised.value.code) == (field, code)


CHANGES = {
    "title": Post.retitle,
    "body": Post.rewrite,
    "summary": Post.summarise,
    "byline": Post.sign,
}


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        *BAD_TEXT,
        ("summary", "s" * 501, "too_long"),
        ("summary", "a\x07b", "bad_characters"),
        ("byline", "b" * 501, "too_long"),
        ("byline", "", "blank"),
        ("byline", "a\nb", "bad_characters"),
    ],
)
def test_bad_text_leaves_a_post_as_it_was(field: str, text: str, code: str) -> None:
    post = a_post(ANN)
    before = replace(post)
    with pytest.raises(Invalid) as raised:
        CHANGES[field](post, text)
    assert (raised.value.field, raised.value.code) == (field, code)
    assert post == before


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("title", "t" * 200),
        ("body", "b" * 1_048_576),
        ("body", "\N{PILE OF POO}" * 262_144),
        ("summary", "s" * 500),
        ("summary", ""),
        ("summary", "two\nlines"),
        ("summary", None),
        ("byline", "b" * 500),
        ("byline", None),
    ],
)
def test_good_text_is_kept_as_it_is(field: str, text: str) -> None:
    post = a_post(ANN, summary="before", byline="before")
    CHANGES[field](post, text)
    assert getattr(post, field) == text


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((), ()),
        (("b", "a"), ("b", "a")),
        ((" b ", "\ta"), ("b", "a")),
        (("Ink", "INK", "ink"), ("Ink",)),
        (("a", "\N{FULLWIDTH LATIN SMALL LETTER A}", "b", "A "), ("a", "b")),
        (
            (STRASSE, "STRASSE"),
            ("Stra\N{LATIN SMALL LETTER SHARP S}e",),
        ),
        (
            ("e\N{COMBINING ACUTE ACCENT}", "\N{LATIN SMALL LETTER E WITH ACUTE}"),
            ("e\N{COMBINING ACUTE ACCENT}",),
        ),
        (("a b", "a-b", "ab"), ("a b", "a-b", "ab")),
        (("t" * 50, "\N{ROCKET}" * 50), ("t" * 50, "\N{ROCKET}" * 50)),
        (tuple("abcdefghijklmnopqrst" * 2), tuple("abcdefghijklmnopqrst")),
    ],
)
def test_tags_are_trimmed_and_kept_once(given: tuple[str, ...], kept: tuple[str, ...]) -> None:
    post = a_post(ANN)
    post.tag(given)
    assert post.tags == kept


@pytest.mark.parametrize(
    ("tags", "code"),
    [
        (("",), "blank"),
        (("a", "  "), "blank"),
        (("t" * 51,), "too_long"),
        (("\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 15,), "too_long"),
        (("a\nb",), "bad_characters"),
        (("\ud800",), "bad_characters"),
        (("ink", "INK\0"), "bad_characters"),
        (tuple("abcdefghijklmnopqrstu"), "too_many"),
    ],
)
def test_bad_tags_are_refused(tags: tuple[str, ...], code: str) -> None:
    post = a_post(ANN, tags=("before",))
    with pytest.raises(Invalid) as raised:
        post.tag(tags)
    assert (raised.value.field, raised.value.code, post.tags) == ("tags", code, ("before",))


@pytest.mark.parametrize(
    ("step", "state", "becomes", "published_at"),
    [
        ("publish", "draft", Status.PUBLISHED, LATER),
        ("publish", "archived", Status.PUBLISHED, NOW),
        ("unpublish", "published", Status.DRAFT, None),
        ("archive", "published", Status.ARCHIVED, NOW),
    ],
)
def test_steps_that_a_status_allows(
    step: str, state: str, becomes: Status, published_at: object
) -> None:
    post = a_post(ANN, **STATES[state])
    go(post, step)
    assert (post.status, post.published_at) == (becomes, published_at)


@pytest.mark.parametrize(
    ("step", "state", "said"),
    [
        ("publish", "published", "published cannot be published"),
        ("unpublish", "draft", "draft cannot be unpublished"),
        ("unpublish", "archived", "archived cannot be unpublished"),
        ("archive", "draft", "draft cannot be archived"),
        ("archive", "archived", "archived cannot be archived"),
    ],
)
def test_steps_that_a_status_forbids(step: str, state: str, said: str) -> None:
    post = a_post(ANN, **STATES[state])
    before = replace(post)
    with pytest.raises(ForbiddenTransition, match=said):
        go(post, step)
    assert post == before


def go(post: Post, step: str) -> None:
    if step == "publish":
        post.publish(LATER)
    else:
        getattr(post, step)()


def test_a_post_that_was_a_draft_again_gets_a_new_date() -> None:
    post = a_published_post(ANN)
    post.unpublish()
    post.publish(LATER)
    assert post.published_at == LATER


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("deleted", [False, True])
def test_only_a_published_post_that_is_not_deleted_is_public(state: str, deleted: bool) -> None:
    post = a_post(ANN, deleted_at=NOW if deleted else None, **STATES[state])
    assert post.is_public is (state == "published" and not deleted)


@pytest.mark.parametrize("state", STATES)
def test_a_deleted_post_is_restored_with_its_status(state: str) -> None:
    post = a_post(ANN, **STATES[state])
    before = replace(post)
    post.delete(NOW)
    assert post == replace(before, deleted_at=NOW)
    with pytest.raises(NotFound):
        post.check_not_deleted()
    post.restore(LATER)
    assert post == before
    post.check_not_deleted()


@pytest.mark.parametrize("after", [timedelta(0), RESTORABLE_FOR])
def test_a_deletion_can_be_undone_for_30_days(after: timedelta) -> None:
    assert timedelta(days=30) == RESTORABLE_FOR
    post = a_post(ANN, deleted_at=NOW)
    post.restore(NOW + after)
    assert post.deleted_at is None


def test_a_deletion_is_for_good_after_30_days() -> None:
    post = a_post(ANN, deleted_at=NOW)
    with pytest.raises(NotFound, match="deleted post"):
        post.restore(NOW + RESTORABLE_FOR + MICROSECOND)
    assert post.deleted_at == NOW


def test_what_is_not_deleted_cannot_be_restored() -> None:
    with pytest.raises(NotFound, match="deleted post"):
        a_post(ANN).restore(NOW)


@pytest.mark.parametrize("versions", [None, {3}, {2, 3}])
def test_a_decision_on_the_present_version_holds(versions: set[int] | None) -> None:
    a_post(ANN, version=3).check_version(None if versions is None else frozenset(versions))


@pytest.mark.parametrize("versions", [set(), {2}, {4}, {1, 2}])
def test_a_decision_on_another_version_does_not(versions: set[int]) -> None:
    with pytest.raises(StaleVersion, match="at version 3"):
        a_post(ANN, version=3).check_version(frozenset(versions))


HIDDEN = [STATES["draft"], STATES["archived"], STATES["published"] | {"deleted_at": NOW}]
PUBLIC = STATES["published"]
STRANGER = a_user("stranger")


def check(by: Caller, state: dict[str, Any]) -> type[Exception] | None:
    """Return what the change of a post by somebody is refused with."""
    try:
        a_post(ANN, **state).check_change_by(by)
    except (Forbidden, NotFound) as refused:
        return type(refused)
    return None


@pytest.mark.parametrize("state", [*HIDDEN, PUBLIC])
@pytest.mark.parametrize("role", [Role.AUTHOR, Role.EDITOR, Role.ADMIN])
def test_an_author_changes_their_own_posts(state: dict[str, Any], role: Role) -> None:
    assert check(caller(ANN, role), state) is None


@pytest.mark.parametrize("state", [*HIDDEN, PUBLIC])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
def test_editors_change_all_posts(state: dict[str, Any], role: Role) -> None:
    assert check(caller(STRANGER, role), state) is None


@pytest.mark.parametrize("role", [Role.READER, Role.AUTHOR])
def test_others_change_none_and_see_what_is_public(role: Role) -> None:
    assert check(caller(STRANGER, role), PUBLIC) is Forbidden
    assert [check(caller(STRANGER, role), state) for state in HIDDEN] == [NotFound] * 3


@pytest.mark.parametrize("state", [*HIDDEN, PUBLIC])
def test_an_author_who_was_made_a_reader_changes_nothing(state: dict[str, Any]) -> None:
    assert check(caller(ANN, Role.READER), state) is Forbidden


def test_another_of_the_same_name_is_a_stranger() -> None:
    assert check(Caller(new_id(), Role.AUTHOR), PUBLIC) is Forbidden
