"""Which posts somebody may see, and which texts they may read, as conditions."""

from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, true

from application.post.ports import Listing
from domain.caller import Audience, Caller, Onlooker
from domain.post import Access
from infra.blog.licence.table import grants
from infra.blog.post.table import posts

IS_PUBLIC = posts.c.listing.in_((Listing.PUBLISHED.value, Listing.PAGE.value))
IS_OWN = posts.c.author_id == bindparam("caller")
GRANTS = and_(
    grants.c.tenant == posts.c.tenant,
    grants.c.user_id == bindparam("caller"),
    grants.c.post_id == posts.c.id,
)


class Sight(Enum):
    """What a caller may see besides public posts, of which all may not read each text."""

    PUBLIC = "nothing"
    AUDIENCE = "nothing, but texts for members, and those that they hold"
    OWN = "their own"
    ALL = "all"


def sight_of(onlooker: Onlooker) -> Sight:
    """Return which posts a caller may see."""
    if onlooker is None:
        return Sight.PUBLIC
    if not isinstance(onlooker, Caller):
        return Sight.AUDIENCE
    return Sight.ALL if onlooker.edits_all_posts else Sight.OWN


def values_of(onlooker: Onlooker) -> dict[str, Any]:
    """Return the values that say in these statements for whom they select."""
    values: dict[str, Any] = {"caller": onlooker.id if isinstance(onlooker, Caller) else None}
    return values | {"held": onlooker.held} if isinstance(onlooker, Audience) else values


def may_see(sight: Sight) -> ColumnElement[bool]:
    """Return the condition that `:caller` may see a post."""
    if sight is Sight.ALL:
        return true()
    return or_(IS_PUBLIC, IS_OWN) if sight is Sight.OWN else IS_PUBLIC


def may_read(sight: Sight) -> ColumnElement[bool]:
    """Return the condition that `:caller` may read the text of a post that is seen."""
    if sight is Sight.ALL:
        return true()
    open_to = [Access.PUBLIC] if sight is Sight.PUBLIC else [Access.PUBLIC, Access.MEMBERS]
    is_open = posts.c.access.in_([access.value for access in open_to])
    if sight is Sight.AUDIENCE:
        return or_(is_open, posts.c.id.in_(bindparam("held", expanding=True)))
    return or_(is_open, IS_OWN, grants.c.id.is_not(None)) if sight is Sight.OWN else is_open
