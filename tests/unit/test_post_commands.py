"""Commands and queries on posts: who may do what, and what comes of it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from application.caching import Uncached
from application.post.commands import PostCommand, PostCommandService, PostPatch
from application.post.ports import PostsQuery
from application.post.queries import PostQueryService
from application.post.views import DeletedPostView, PostView
from core.blog.rendering import RENDERER
from domain.caller import Caller, Role
from domain.errors import (
    Forbidden,
    ForbiddenTransition,
    Invalid,
    NotFound,
    StaleVersion,
    Taken,
    Unauthenticated,
)
from domain.ids import new_id
from domain.post import Status
from tests.support.fake_security import FakeClock
from tests.support.samples import NOW, a_user, caller
from tests.support.stores import Store, given

ANN, BOB = "ann", "bob"
HOUR = timedelta(hours=1)


class Desk:
    """Two users, and the services of whoever sits down at it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.users = {name: a_user(name) for name in (ANN, BOB)}
        self.clock = FakeClock()

    def commands(self, by: str | None = ANN, role: Role = Role.AUTHOR) -> PostCommandService:
        who = caller(self.users[by], role) if by else None
        return PostCommandService(self.store.writing(who), who, self.clock)

    def queries(self, by: str | None = None) -> PostQueryService:
        who = caller(self.users[by]) if by else None
        return PostQueryService(self.store.reading(), Uncached(), who, RENDERER)

    async def write(self, **fields: Any) -> PostView:
        command: dict[str, Any] = {"title": "A title", "body": "A body", "status": "published"}
        return await self.commands().create_post(PostCommand(**(command | fields)))

    async def seen(self, key: UUID | str, by: str | None = ANN) -> PostView:
        """Return what commands answer with; its text as HTML is tested elsewhere."""
        read = await self.queries(by).get_post(key)
        fields = {name: getattr(read, name) for name in PostView.model_fields}
        return PostView(**fields | {"author_id": self.users[ANN].id})  # which no JSON has


@pytest.fixture
async def desk(store: Store) -> Desk:
    desk = Desk(store)
    await given(store, *desk.users.values())
    return desk


# Writing


async def test_a_post_is_a_draft_unless_told(desk: Desk) -> None:
    post = await desk.commands().create_post(PostCommand(title="On ink", body="Black."))
    assert not isinstance(post, DeletedPostView)
    assert (post.status, post.published_at, post.version) == (Status.DRAFT, None, 1)
    assert (post.slug, post.title, post.body) == ("on-ink", "On ink", "Black.")
    assert (post.summary, post.tags, post.byline) == (None, (), None)
    assert (post.author.username, post.created_at, post.updated_at) == ("ann", NOW, NOW)
    assert await desk.seen(post.id) == post


async def test_a_post_has_what_it_was_given(desk: Desk) -> None:
    post = await desk.write(summary="", tags=(" b", "A", "a"), slug="Asked-For")
    assert (post.summary, post.tags, post.slug) == ("", ("b", "A"), "Asked-For")
    assert (post.status, post.published_at) == (Status.PUBLISHED, NOW)


async def test_a_taken_slug_gets_a_number(desk: Desk) -> None:
    slugs = [(await desk.write(title="Again")).slug for _ in range(12)]
    assert slugs == ["again", *(f"again-{number}" for number in range(2, 13))]


async def test_a_slug_that_was_asked_for_is_not_numbered(desk: Desk) -> None:
    await desk.write(slug="asked")
    with pytest.raises(Taken) as refused:
        await desk.write(slug="asked")
    assert refused.value.field == "slug"
    assert (await desk.queries().get_posts(PostsQuery())).total == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": "a\0"}, "body"),
        ({"summary": "\x07"}, "summary"),
        ({"tags": ("",)}, "tags"),
        ({"slug": "a b"}, "slug"),
        ({"slug": str(new_id())}, "slug"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    desk: Desk, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.write(**fields)
    assert refused.value.field == field
    assert (await desk.store.dump()).keys() == {"user"}


async def test_readers_and_strangers_write_nothing(desk: Desk) -> None:
    command = PostCommand(title="t", body="b")
    with pytest.raises(Forbidden):
        await desk.commands(ANN, Role.READER).create_post(command)
    with pytest.raises(Unauthenticated):
        await desk.commands(None).create_post(command)


# Changing


async def test_a_patch_changes_what_it_names(desk: Desk) -> None:
    post = await desk.write(summary="s", tags=("a",))
    desk.clock.advance(HOUR)
    changed = await desk.commands().update_post(post.id, PostPatch(title="New", summary=None))
    expected: dict[str, Any] = {"title": "New", "summary": None, "excerpt": "A body"}
    expected |= {"version": 2, "updated_at": NOW + HOUR}
    assert changed == post.model_copy(update=expected)
    assert await desk.seen(post.id) == changed


async def test_tags_are_cleared_by_naming_none(desk: Desk) -> None:
    post = await desk.write(tags=("a",))
    changed = await desk.commands().update_post(post.id, PostPatch(tags=()))
    assert (changed.tags, changed.version) == ((), 2)
    assert (await desk.queries().get_posts(PostsQuery(tag=("a",)))).total == 0


@pytest.mark.parametrize("fields", [{}, {"title": "A title", "tags": ("x",)}, {"summary": None}])
async def test_where_nothing_differs_the_version_stays(desk: Desk, fields: dict[str, Any]) -> None:
    post = await desk.write(tags=("x",))
    desk.clock.advance(HOUR)
    assert await desk.commands().update_post(post.id, PostPatch(**fields)) == post


async def test_a_former_slug_stays_with_its_post(desk: Desk) -> None:
    post = await desk.write(slug="before")
    changed = await desk.commands().update_post(post.id, PostPatch(slug="after"))
    assert (changed.slug, await desk.seen("before")) == ("after", changed)
    with pytest.raises(Taken):
        await desk.write(slug="before")
    back = await desk.commands().update_post(post.id, PostPatch(slug="before"))
    assert (back.slug, back.version) == ("before", 3)


async def test_a_new_title_leaves_the_slug(desk: Desk) -> None:
    post = await desk.write(title="Before")
    assert (await desk.commands().update_post(post.id, PostPatch(title="After"))).slug == "before"


async def test_anothers_slug_is_taken(desk: Desk) -> None:
    await desk.write(slug="theirs")
    post = await desk.write(slug="mine")
    with pytest.raises(Taken):
        await desk.commands().update_post(post.id, PostPatch(slug="theirs", title="New"))
    assert await desk.seen(post.id) == post


async def test_a_whole_command_may_change_a_post_too(desk: Desk) -> None:
    post = await desk.write(summary="kept", status="draft")
    changed = await desk.commands().update_post(post.id, PostCommand(title="New", body="Body"))
    assert (changed.title, changed.body, changed.summary) == ("New", "Body", "kept")
    assert (changed.status, changed.version) == (Status.DRAFT, 2)


@pytest.mark.parametrize("field", ["title", "body", "tags", "slug"])
def test_what_a_post_must_have_cannot_be_null(field: str) -> None:
    with pytest.raises(ValidationError):
        PostPatch(**{field: None})
    with pytest.raises(ValidationError):
        PostPatch(**{field: "" if field != "tags" else [""] * 21})


# Steps, deletion and restoration, by whom and on which version

Step = Callable[[PostCommandService, UUID, frozenset[int] | None], Awaitable[object]]
STEPS: dict[str, Step] = {
    "update": lambda s, post_id, v: s.update_post(post_id, PostPatch(title="New"), v),
    "publish": lambda s, post_id, v: s.publish_post(post_id, v),
    "unpublish": lambda s, post_id, v: s.unpublish_post(post_id, v),
    "archive": lambda s, post_id, v: s.archive_post(post_id, v),
    "delete": lambda s, post_id, v: s.delete_post(post_id, v),
    "restore": lambda s, post_id, v: s.restore_post(post_id, v),
}


async def test_a_post_goes_through_its_steps(desk: Desk) -> None:
    post = await desk.write(status="draft")
    commands = desk.commands()
    seen = []
    for step in ("publish", "archive", "publish", "unpublish", "publish"):
        desk.clock.advance(HOUR)
        await STEPS[step](commands, post.id, None)
        now = await desk.seen(post.id)
        seen.append((now.status, now.published_at, now.version))
        assert now.updated_at == desk.clock()
    first, second = NOW + HOUR, NOW + 5 * HOUR
    assert seen == [
        (Status.PUBLISHED, first, 2),
        (Status.ARCHIVED, first, 3),
        (Status.PUBLISHED, first, 4),
        (Status.DRAFT, None, 5),
        (Status.PUBLISHED, second, 6),
    ]


async def test_a_forbidden_step_changes_nothing(desk: Desk) -> None:
    post = await desk.write(status="draft")
    with pytest.raises(ForbiddenTransition):
        await desk.commands().archive_post(post.id)
    assert await desk.seen(post.id) == post


async def test_a_deleted_post_is_restored_with_its_status(desk: Desk) -> None:
    post = await desk.write()
    await desk.commands().delete_post(post.id)
    with pytest.raises(NotFound):
        await desk.seen(post.id, by=None)
    await desk.commands().restore_post(post.id)
    assert (await desk.seen(post.id, by=None)).status is Status.PUBLISHED
    assert (await desk.seen(post.id)).version == 3


@pytest.mark.parametrize("step", [step for step in STEPS if step != "restore"])
async def test_a_deleted_post_can_only_be_restored(desk: Desk, step: str) -> None:
    post = await desk.write()
    await desk.commands().delete_post(post.id)
    # also for one who decided on an older version: it is gone, whatever they knew
    for versions in (None, frozenset({1}), frozenset({2})):
        with pytest.raises(NotFound):
            await STEPS[step](desk.commands(), post.id, versions)


async def test_a_deletion_is_for_good_after_30_days(desk: Desk) -> None:
    post = await desk.write()
    await desk.commands().delete_post(post.id)
    desk.clock.advance(timedelta(days=30, microseconds=1))
    with pytest.raises(NotFound):
        await desk.commands().restore_post(post.id)
    with pytest.raises(Taken):
        await desk.write(slug=post.slug)


READY = {"publish": "draft", "restore": "deleted"}


async def ready_for(desk: Desk, step: str) -> PostView:
    """A post whose state allows the step."""
    post = await desk.write(status="draft" if READY.get(step) == "draft" else "published")
    if READY.get(step) == "deleted":
        await desk.commands().delete_post(post.id)
    return await desk.seen(post.id)


@pytest.mark.parametrize("step", STEPS)
async def test_a_step_is_taken_on_the_version_that_was_decided_on(desk: Desk, step: str) -> None:
    post = await ready_for(desk, step)
    for versions in (frozenset[int](), frozenset({post.version - 1, post.version + 1})):
        with pytest.raises(StaleVersion):
            await STEPS[step](desk.commands(), post.id, versions)
    assert await desk.seen(post.id) == post
    await STEPS[step](desk.commands(), post.id, frozenset({post.version, 99}))
    assert (await desk.seen(post.id)).version == post.version + 1


@pytest.mark.parametrize("step", STEPS)
async def test_who_may_take_a_step(desk: Desk, step: str) -> None:
    post = await ready_for(desk, step)
    is_public = step not in READY
    refused = Forbidden if is_public else NotFound
    for by, role, error in (
        (None, Role.AUTHOR, Unauthenticated),
        (BOB, Role.AUTHOR, refused),
        (BOB, Role.READER, refused),
        (ANN, Role.READER, Forbidden),
    ):
        with pytest.raises(error):
            await STEPS[step](desk.commands(by, role), post.id, None)
    assert await desk.seen(post.id) == post
    await STEPS[step](desk.commands(BOB, Role.EDITOR), post.id, None)
    assert (await desk.seen(post.id)).version == post.version + 1


@pytest.mark.parametrize("step", STEPS)
async def test_an_unknown_post_is_not_found(desk: Desk, step: str) -> None:
    with pytest.raises(NotFound):
        await STEPS[step](desk.commands(), new_id(), None)


async def test_a_stale_version_is_told_to_those_alone_who_may_change_it(desk: Desk) -> None:
    post = await desk.write()
    with pytest.raises(Forbidden):
        await desk.commands(BOB).archive_post(post.id, frozenset({99}))


async def test_an_editor_changes_a_post_of_another_who_stays_its_author(desk: Desk) -> None:
    post = await desk.write()
    changed = await desk.commands(BOB, Role.EDITOR).update_post(post.id, PostPatch(title="New"))
    assert (changed.title, changed.author.username) == ("New", "ann")


# Reading


async def test_a_query_says_not_found_of_what_may_not_be_seen(desk: Desk) -> None:
    post = await desk.write(status="draft")
    for key in (post.id, post.slug, new_id(), "nothing"):
        with pytest.raises(NotFound):
            await desk.seen(key, by=BOB)


async def test_a_list_shows_what_its_caller_may_see(desk: Desk) -> None:
    draft = await desk.write(status="draft")
    query = PostsQuery(status="draft")
    assert (await desk.queries(ANN).get_posts(query)).items[0].id == draft.id
    assert (await desk.queries(BOB).get_posts(query)).items == ()
    with pytest.raises(Unauthenticated):
        await desk.queries().get_posts(query)


def test_a_cursor_and_an_offset_exclude_each_other() -> None:
    with pytest.raises(ValidationError, match="exclude each other"):
        PostsQuery(cursor="c", offset=0)


async def test_a_caller_is_whom_their_token_names(desk: Desk) -> None:
    post = await desk.write(status="draft")
    unknown = Caller(new_id(), Role.AUTHOR)
    queries = PostQueryService(desk.store.reading(), Uncached(), unknown, RENDERER)
    with pytest.raises(NotFound):
        await queries.get_post(post.id)


# Slugs that follow titles


@pytest.mark.parametrize(
    ("title", "slug"), [("Another", "another"), ("A title!", "a-title"), ("Taken", "taken-2")]
)
async def test_another_title_is_another_slug_where_that_is_asked_for(
    desk: Desk, title: str, slug: str
) -> None:
    await desk.write(title="Taken")
    post = await desk.write()
    patch = PostPatch(title=title)
    changed = await desk.commands().update_post(post.id, patch, slug_follows_title=True)
    assert (changed.slug, changed.title) == (slug, title)
    back = await desk.commands().update_post(
        post.id, PostPatch(title="A title"), slug_follows_title=True
    )
    assert back.slug == "a-title"
    assert (await desk.seen(slug)).id == post.id


async def test_a_slug_stays_otherwise(desk: Desk) -> None:
    post = await desk.write()
    changed = await desk.commands().update_post(post.id, PostPatch(title="Another"))
    assert changed.slug == post.slug
    patch = PostPatch(body="New")
    changed = await desk.commands().update_post(post.id, patch, slug_follows_title=True)
    assert changed.slug == post.slug
