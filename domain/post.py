"""The post: its text, its status, and who may change it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.caller import Caller
from domain.errors import (
    Forbidden,
    ForbiddenTransition,
    Invalid,
    NotFound,
    NotPublished,
    StaleVersion,
)
from domain.ids import new_id
from domain.picture import pictures_in
from domain.text import checked_document, checked_line, checked_name, checked_note, folded

TITLE_LIMIT = 200
SUMMARY_LIMIT = 500
BYLINE_LIMIT = 500
BODY_LIMIT_BYTES = 1_048_576
TAGS_LIMIT = 20
TAG_LIMIT = 50
RESTORABLE_FOR = timedelta(days=30)
SCHEDULED_FOR = timedelta(days=3653)


class Status(StrEnum):
    """The status of a post."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # is published at its published_at
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Kind(StrEnum):
    """What a text is: a post, or a page such as "About", which is on no list and in no feed."""

    POST = "post"
    PAGE = "page"


class Access(StrEnum):
    """Who may read the text of a public post."""

    PUBLIC = "public"
    MEMBERS = "members"  # whoever is authenticated
    OFFER = "offer"  # whoever holds an offer on it


class AddressKind(StrEnum):
    """Why an address leads to a post."""

    SLUG = "slug"  # its slug, or a former one
    PATH = "path"  # where it was before its import; a repeated import recognises it by this
    ALIAS = "alias"  # an earlier one


@dataclass(slots=True)
class Post:
    """A post. `version` is the one that was loaded; storing a change increments it."""

    id: UUID
    author_id: UUID
    slug: str
    title: str
    summary: str | None
    body: str
    tags: tuple[str, ...]
    byline: str | None
    status: Status
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    deleted_at: datetime | None
    kind: Kind = Kind.POST
    cover_id: UUID | None = None
    access: Access = Access.PUBLIC

    @classmethod
    def written(cls, author_id: UUID, slug: str, title: str, body: str, now: datetime) -> "Post":
        """Make a draft."""
        return cls(
            id=new_id(),
            author_id=author_id,
            slug=slug,
            title=checked_line("title", title, TITLE_LIMIT),
            summary=None,
            body=checked_document("body", body, BODY_LIMIT_BYTES),
            tags=(),
            byline=None,
            status=Status.DRAFT,
            version=1,
            created_at=now,
            updated_at=now,
            published_at=None,
            deleted_at=None,
        )

    @property
    def shown_since(self) -> datetime | None:
        """When it was published; None while no list shows it."""
        return self.published_at if self.is_listed else None

    @property
    def is_public(self) -> bool:
        return self.status is Status.PUBLISHED and self.deleted_at is None

    @property
    def is_or_will_be_public(self) -> bool:
        return self.status in (Status.PUBLISHED, Status.SCHEDULED) and self.deleted_at is None

    @property
    def is_listed(self) -> bool:
        return self.is_public and self.kind is Kind.POST

    @property
    def pictures(self) -> frozenset[UUID]:
        """The pictures that it shows."""
        of_body = pictures_in(self.body)
        return of_body | {self.cover_id} if self.cover_id else of_body

    def retitle(self, title: str) -> None:
        self.title = checked_line("title", title, TITLE_LIMIT)

    def summarise(self, summary: str | None) -> None:
        self.summary = None if summary is None else checked_note("summary", summary, SUMMARY_LIMIT)

    def rewrite(self, body: str) -> None:
        self.body = checked_document("body", body, BODY_LIMIT_BYTES)

    def tag(self, tags: tuple[str, ...]) -> None:
        self.tags = checked_tags(tags)

    def sign(self, byline: str | None) -> None:
        self.byline = None if byline is None else checked_line("byline", byline, BYLINE_LIMIT)

    def publish(self, now: datetime) -> None:
        """Publish it; one from the archive keeps its date."""
        self._leave("published", Status.DRAFT, Status.SCHEDULED, Status.ARCHIVED)
        is_dated = self.status is Status.ARCHIVED and self.published_at
        self.status = Status.PUBLISHED
        self.published_at = self.published_at if is_dated else now

    def schedule(self, publish_at: datetime, now: datetime) -> None:
        """Schedule it; a time in the past publishes it at once."""
        if publish_at <= now:
            self.publish(now)
            return
        self._leave("scheduled", Status.DRAFT, Status.SCHEDULED)
        if publish_at - now > SCHEDULED_FOR:
            raise Invalid("publish_at", "It lies more than ten years ahead.", "too_late")
        self.status, self.published_at = Status.SCHEDULED, publish_at

    def appears_after(self, status: Status) -> bool:
        """Return whether the change from `status` published it for the first time."""
        return self.is_listed and status in (Status.DRAFT, Status.SCHEDULED)

    def is_scheduled_for(self, moment: datetime) -> bool:
        is_waiting = self.status is Status.SCHEDULED and self.deleted_at is None
        return is_waiting and self.published_at == moment

    def unpublish(self) -> None:
        """Make it a draft again, without a date of publication."""
        self._leave("unpublished", Status.PUBLISHED, Status.SCHEDULED)
        self.status, self.published_at = Status.DRAFT, None

    def archive(self) -> None:
        self._leave("archived", Status.PUBLISHED)
        self.status = Status.ARCHIVED

    def delete(self, now: datetime) -> None:
        self.deleted_at = now

    def restore(self, now: datetime) -> None:
        """Undo a deletion while it can be undone; the post has its former status."""
        if self.deleted_at is None or now - self.deleted_at > RESTORABLE_FOR:
            raise NotFound("deleted post")
        self.deleted_at = None

    def check_change_by(self, caller: Caller) -> None:
        """Raise Forbidden for callers who may not change it, NotFound for those who may not see
        it."""
        check_change(self.author_id, caller, is_public=self.is_public)

    def check_sight_of(self, caller: Caller) -> None:
        """Raise NotFound for callers who may not see it."""
        check_sight(self.author_id, caller, is_public=self.is_public)

    def check_open_to(self, caller: Caller) -> None:
        """Raise NotPublished where it is not public."""
        self.check_sight_of(caller)
        self.check_not_deleted()
        if not self.is_public:
            raise NotPublished

    def check_not_deleted(self) -> None:
        if self.deleted_at is not None:
            raise NotFound("post")

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raise StaleVersion where the present version is not one of these; None allows any."""
        if expected is not None and self.version not in expected:
            raise StaleVersion(self.version)

    def _leave(self, step: str, *allowed: Status) -> None:
        if self.status not in allowed:
            raise ForbiddenTransition("post", step, self.status)


def check_change(author_id: UUID, caller: Caller, *, is_public: bool) -> None:
    """Raise Forbidden for callers who may not change a post, NotFound for those who may not see
    it."""
    check_sight(author_id, caller, is_public=is_public)
    owns = caller.id == author_id
    if not (caller.edits_all_posts or (owns and caller.writes_posts)):
        raise Forbidden("Only its author and editors may change this post.")


def check_sight(author_id: UUID, caller: Caller, *, is_public: bool) -> None:
    """Raise NotFound for callers who may not see a post."""
    owns = caller.id == author_id
    if not (owns or caller.edits_all_posts or is_public):
        raise NotFound("post")


def checked_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Trim and check tags; order and case are kept, duplicates are compared without case."""
    kept: dict[str, str] = {}
    for tag in tags:
        name = checked_name("tags", tag.strip(), TAG_LIMIT)
        kept.setdefault(folded(name), name)
    if len(kept) > TAGS_LIMIT:
        raise Invalid("tags", f"A post has at most {TAGS_LIMIT} tags.", "too_many")
    return tuple(kept.values())
