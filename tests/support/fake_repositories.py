"""In-memory repositories: they implement the ports in full, on dictionaries."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from application.idempotency.ports import Answer, RequestKey, StoredAnswer
from application.unit_of_work import ConcurrentChange
from application.user.ports import Follower
from domain.comment import Comment
from domain.errors import NotFound, Taken
from domain.job import Job
from domain.post import AddressKind, Post
from domain.tenant import Tenant
from domain.text import folded
from domain.token_family import TokenFamily
from domain.user import User

Aggregate = TypeVar("Aggregate", Post, Comment, User, TokenFamily)


@dataclass(frozen=True)
class StoredJob:
    """A job, and what was done of it."""

    job: Job
    total: int | None = None
    items: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    result: Any = None


@dataclass
class Blog:
    """What one tenant has stored."""

    posts: dict[UUID, Post] = field(default_factory=dict)
    users: dict[UUID, User] = field(default_factory=dict)
    families: dict[UUID, TokenFamily] = field(default_factory=dict)
    addresses: dict[str, UUID] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    comments: dict[tuple[UUID, int], Comment] = field(default_factory=dict)
    favorites: set[tuple[UUID, UUID]] = field(default_factory=set)
    follows: set[tuple[UUID, UUID]] = field(default_factory=set)
    answers: dict[tuple[UUID, bytes], StoredAnswer] = field(default_factory=dict)
    jobs: dict[UUID, StoredJob] = field(default_factory=dict)

    def copy(self) -> "Blog":
        return Blog(**{each.name: getattr(self, each.name).copy() for each in fields(self)})

    def comments_on(self, post_id: UUID) -> list[Comment]:
        """The comments on a post that are not deleted, in order."""
        found = (each for key, each in sorted(self.comments.items()) if key[0] == post_id)
        return [comment for comment in found if comment.deleted_at is None]


BlogSource = Callable[[], Blog]


def kept(aggregate: Aggregate) -> Aggregate:
    """Copy an aggregate as a database keeps it: nobody else holds it, its moments are in UTC."""
    values = ((each.name, getattr(aggregate, each.name)) for each in fields(aggregate))
    moments = {name: value.astimezone(UTC) for name, value in values if _is_moment(value)}
    return replace(aggregate, **moments)


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime)


class FakePostRepository:
    """Posts and their addresses."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, post_id: UUID) -> Post:
        post = self._blog().posts.get(post_id)
        if post is None:
            raise NotFound("post")
        return replace(post)

    async def get_locked(self, post_id: UUID) -> Post:
        return await self.get(post_id)

    async def add(self, post: Post) -> None:
        assert post.id not in self._blog().posts, "a primary key is there once"
        self._blog().posts[post.id] = kept(post)

    async def store(self, post: Post) -> None:
        stored = self._blog().posts.get(post.id)
        if stored is None or stored.version != post.version:
            raise ConcurrentChange
        post.version += 1
        self._blog().posts[post.id] = kept(post)

    async def claim(self, address: str, post_id: UUID, kind: AddressKind) -> bool:
        if kind is AddressKind.PATH and address not in self._blog().addresses:
            self._blog().paths.add(address)
        return self._blog().addresses.setdefault(address, post_id) == post_id

    async def free_slug(self, stem: str) -> str:
        addresses = self._blog().addresses
        slugs = (f"{stem}-{number}" for number in count(2))
        return next(slug for slug in slugs if slug not in addresses)

    async def claimed(self, wanted: Iterable[str]) -> set[str]:
        return self._blog().addresses.keys() & set(wanted)

    async def imported_from(self, paths: Iterable[str]) -> set[str]:
        return self._blog().paths & set(paths)

    async def written_at(self, slugs: Iterable[str]) -> dict[str, datetime]:
        blog = self._blog()
        found = {slug: blog.addresses.get(slug) for slug in slugs}
        posts = {slug: blog.posts.get(post_id) for slug, post_id in found.items() if post_id}
        return {slug: post.created_at for slug, post in posts.items() if post}


class FakeCommentRepository:
    """Comments, numbered within their posts."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, post_id: UUID, number: int) -> Comment:
        comment = self._blog().comments.get((post_id, number))
        if comment is None or comment.deleted_at:
            raise NotFound("comment")
        return replace(comment)

    async def add(self, comment: Comment) -> None:
        numbers = [
            number for post_id, number in self._blog().comments if post_id == comment.post_id
        ]
        comment.number = max(numbers, default=0) + 1
        self._blog().comments[comment.post_id, comment.number] = kept(comment)

    async def store(self, comment: Comment) -> None:
        key = comment.post_id, comment.number
        if self._blog().comments[key].version != comment.version:
            raise ConcurrentChange
        comment.version += 1
        self._blog().comments[key] = kept(comment)


class FakeFavoriteRepository:
    """Who favours which post."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def add(self, user_id: UUID, post: Post) -> None:
        self._blog().favorites.add((user_id, post.id))

    async def remove(self, user_id: UUID, post: Post) -> None:
        self._blog().favorites.discard((user_id, post.id))

    async def count(self, post_id: UUID) -> int:
        return sum(favored == post_id for _, favored in self._blog().favorites)


class FakeFollowRepository:
    """Who follows whom."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def add(self, follower_id: UUID, followed: User, now: datetime) -> None:
        self._blog().follows.add((follower_id, followed.id))

    async def remove(self, follower_id: UUID, followed: User) -> None:
        self._blog().follows.discard((follower_id, followed.id))

    async def has_mailed(self, followed_id: UUID) -> bool:
        return await self.count_mailed(followed_id) > 0

    async def count_mailed(self, followed_id: UUID) -> int:
        return len(self._mailed(followed_id))

    async def mailed(self, followed_id: UUID, after: UUID, limit: int) -> list[Follower]:
        return [each for each in self._mailed(followed_id) if each.id > after][:limit]

    def _mailed(self, followed_id: UUID) -> list[Follower]:
        ids = sorted(follower for follower, other in self._blog().follows if other == followed_id)
        found = [self._blog().users[follower] for follower in ids]
        return [
            Follower(user.id, user.email)
            for user in found
            if user.mails and user.is_active and user.email
        ]


class FakeAnswerRepository:
    """Answers to requests, by who sent them and where to."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog
        self._claimed_at = datetime.min.replace(tzinfo=UTC)

    async def claim(self, key: RequestKey, now: datetime) -> bool:
        if (key.user_id, key.address) in self._blog().answers:
            return False
        self._claimed_at = now
        return True

    async def get(self, key: RequestKey) -> StoredAnswer:
        return self._blog().answers[key.user_id, key.address]

    async def store(self, key: RequestKey, answer: Answer) -> None:
        stored = StoredAnswer(answer, key.body, self._claimed_at)
        self._blog().answers[key.user_id, key.address] = stored

    async def forget(self, key: RequestKey) -> None:
        del self._blog().answers[key.user_id, key.address]


class FakeUserRepository:
    """Users, whose names and emails are unique without case."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, user_id: UUID) -> User:
        user = self._blog().users.get(user_id)
        if user is None:
            raise NotFound("user")
        return replace(user)

    async def get_locked(self, user_id: UUID) -> User:
        return await self.get(user_id)

    async def called(self, username: str) -> User | None:
        return self._first(lambda user: folded(user.username) == folded(username))

    async def known_as(self, login: str) -> User | None:
        by_email = self._first(lambda user: _folded_email(user) == folded(login))
        return by_email or await self.called(login)

    async def add(self, user: User) -> None:
        self._refuse_taken(user)
        self._blog().users[user.id] = kept(user)

    async def store(self, user: User) -> None:
        stored = self._blog().users.get(user.id)
        if stored is None or stored.version != user.version:
            raise ConcurrentChange
        self._refuse_taken(user)
        user.version += 1
        self._blog().users[user.id] = kept(user)

    def _first(self, wanted: Callable[[User], bool]) -> User | None:
        found = next(filter(wanted, self._blog().users.values()), None)
        return replace(found) if found else None

    def _refuse_taken(self, user: User) -> None:
        others = [other for other in self._blog().users.values() if other.id != user.id]
        if any(folded(other.username) == folded(user.username) for other in others):
            raise Taken("username")
        if user.email and any(_folded_email(other) == folded(user.email) for other in others):
            raise Taken("email")


class FakeFamilyRepository:
    """Families of refresh tokens."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def get(self, family_id: UUID) -> TokenFamily | None:
        family = self._blog().families.get(family_id)
        return replace(family) if family else None

    async def add(self, family: TokenFamily) -> None:
        self._blog().families[family.id] = kept(family)

    async def store(self, family: TokenFamily, generation: int) -> None:
        stored = self._blog().families.get(family.id)
        if stored is None or stored.generation != generation:
            raise ConcurrentChange
        self._blog().families[family.id] = kept(family)

    async def revoke_all_but(self, user_id: UUID, family_id: UUID | None, now: datetime) -> None:
        families = self._blog().families
        for family in list(families.values()):
            is_other = family.user_id == user_id and family.id != family_id
            if is_other and family.revoked_at is None:
                families[family.id] = kept(replace(family, revoked_at=now))


class FakeTenantRepository:
    """Tenants, by their names."""

    def __init__(self, tenants: Callable[[], dict[str, Tenant]]) -> None:
        self._tenants = tenants

    async def add(self, tenant: Tenant) -> None:
        if tenant.name in self._tenants():
            raise Taken("name")
        self._tenants()[tenant.name] = tenant

    async def called(self, name: str) -> Tenant | None:
        return self._tenants().get(name)


def _folded_email(user: User) -> str | None:
    return folded(user.email) if user.email else None
