"""The rows of a blog of many posts, the same ones each time."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from domain.ids import first_id
from domain.post import AddressKind
from infra.blog.comment.table import comments
from infra.blog.post.table import addresses, favorites, post_search, post_tags, posts
from infra.blog.tag.table import tags
from infra.blog.user.table import follows, users

POSTS_OF_AN_AUTHOR = 100
FOLLOWED = 50
FAVORITES = RARE = 200  # of the first author; posts with the rare tag and word
COMMENTS = 20  # of every 20th post, from the second on
ROWS_OF_A_POST = 5.11  # of all tables, nearly
_TOPICS = 97
_START = datetime(2020, 1, 1, tzinfo=UTC)
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)

Row = dict[str, Any]


class BlogRows:
    """All rows of a blog with so many posts, a hundred of each author.

    Every tenth is `popular`, every 50th says `common`, every hundredth is deleted, and some are
    `rare`, at any size of the blog.
    """

    def __init__(self, count: int, body: Callable[[int], str]) -> None:
        random = Random(1)
        self._count = count
        self._body = body
        self._author_ids = [_id(number, random) for number in range(count // POSTS_OF_AN_AUTHOR)]
        self._post_ids = [_id(number, random) for number in range(count)]
        self._rare = set(random.sample(range(count), min(RARE, count)))

    def by_table(self) -> dict[Table, Iterator[Row]]:
        """Make them, in the order in which they were written."""
        return {
            users: map(_user, self._author_ids, range(len(self._author_ids))),
            posts: map(self._post, range(self._count)),
            addresses: map(self._address, range(self._count)),
            post_tags: (row for number in range(self._count) for row in self._tagged(number)),
            post_search: map(self._words, range(self._count)),
            comments: (row for number in range(self._count) for row in self._said(number)),
            tags: self._used_tags(),
            favorites: map(self._favorite, self._favored()),
            follows: map(self._follow, self._author_ids[1 : FOLLOWED + 1]),
        }

    def _post(self, number: int) -> Row:
        is_deleted = _is_deleted(number)
        return {
            "id": self._post_ids[number],
            "author_id": self._author_ids[number % len(self._author_ids)],
            "slug": _slug(number),
            "title": f"Title {number * 7919 % 1_000_003}",
            "body": self._body(number),
            "tags": self._tags(number),
            "status": "published",
            "listing": "deleted" if is_deleted else "published",
            "version": 1,
            "created_at": _at(number),
            "updated_at": _at(number * 7919 % 1_000_003),
            "published_at": _at(number),
            "deleted_at": _at(number) if is_deleted else None,
            "comments_count": COMMENTS if _has_comments(number) else 0,
        }

    def _address(self, number: int) -> Row:
        kind = AddressKind.SLUG.value
        return {"address": _slug(number), "post_id": self._post_ids[number], "kind": kind}

    def _tags(self, number: int) -> list[str]:
        popular = ["popular"] if number % 10 == 0 else []
        rare = ["rare"] if number in self._rare else []
        return [f"topic{number % _TOPICS}", *popular, *rare]

    def _tagged(self, number: int) -> Iterator[Row]:
        return (self._of_post(number) | {"tag": tag} for tag in self._tags(number))

    def _used_tags(self) -> Iterator[Row]:
        shown = (number for number in range(self._count) if not _is_deleted(number))
        used = Counter(tag for number in shown for tag in self._tags(number))
        return ({"tag": tag, "name": tag, "posts_count": count} for tag, count in used.items())

    def _words(self, number: int) -> Row:
        said = [f"word{number % 997}", f"other{number % 101}", "body"]
        said += ["common"] if number % 50 == 0 else []
        said += ["rare"] if number in self._rare else []
        return self._of_post(number) | {"words": " ".join(said)}

    def _said(self, number: int) -> Iterator[Row]:
        said: Row = {"post_id": self._post_ids[number], "author_id": self._author_ids[0]}
        said |= {"body": "Well said.", "version": 1, "created_at": _START, "updated_at": _START}
        last = COMMENTS if _has_comments(number) else 0
        return (said | {"number": place} for place in range(1, last + 1))

    def _favored(self) -> range:
        return range(1, self._count, max(1, self._count // FAVORITES))

    def _favorite(self, number: int) -> Row:
        return self._of_post(number) | {"user_id": self._author_ids[0]}

    def _follow(self, followed_id: UUID) -> Row:
        follower_id = self._author_ids[0]
        return {"follower_id": follower_id, "followed_id": followed_id, "created_at": _START}

    def _of_post(self, number: int) -> Row:
        shown_since = None if _is_deleted(number) else _at(number)
        return {"post_id": self._post_ids[number], "published_at": shown_since}


def _id(number: int, random: Random) -> UUID:
    return UUID(int=first_id(_at(number)).int | _VERSION_AND_VARIANT | random.getrandbits(62))


def _user(user_id: UUID, number: int) -> Row:
    name = f"author{number}"
    known = {"username": name, "username_folded": name, "display_name": name, "role": "author"}
    return known | {"id": user_id, "version": 1, "created_at": _START, "updated_at": _START}


def _slug(number: int) -> str:
    return f"post-{number}"


def _at(number: int) -> datetime:
    return _START + timedelta(seconds=number)


def _is_deleted(number: int) -> bool:
    return number % 100 == 99


def _has_comments(number: int) -> bool:
    return number % 20 == 1
