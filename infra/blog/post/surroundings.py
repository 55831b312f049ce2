"""The SELECTs of what is around a post: its neighbours by publication, and where it was before."""

from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from application.post.ports import Listing
from domain.post import AddressKind
from infra.blog.post.table import addresses, posts

_TENANT: BindParameter[Any] = bindparam("tenant")
_ID: BindParameter[Any] = bindparam("id", type_=posts.c.id.type)
_AT: BindParameter[Any] = bindparam("at", type_=posts.c.published_at.type)
_AT_PUBLICATION = "FORCE INDEX (post_listed_by_publication)"
_IS_PATH = and_(addresses.c.tenant == _TENANT, addresses.c.kind == AddressKind.PATH.value)
# the shortest of several is the first of them, as `.html` and the like come after it
_PATH = (
    select(func.min(addresses.c.address))
    .where(_IS_PATH, addresses.c.post_id == posts.c.id)
    .scalar_subquery()
)


def _neighbour(role: str, *, is_before: bool) -> Select[Any]:
    at, post_id = posts.c.published_at, posts.c.id
    if is_before:
        beyond = and_(at <= _AT, or_(at < _AT, post_id < _ID))
        order = at.desc(), post_id.desc()
    else:
        beyond = and_(at >= _AT, or_(at > _AT, post_id > _ID))
        order = at.asc(), post_id.asc()
    is_listed = posts.c.listing == Listing.PUBLISHED.value
    found = select(literal(role).label("role"), posts.c.slug, posts.c.title)
    found = found.with_hint(posts, _AT_PUBLICATION, "mysql")
    nearest = found.where(posts.c.tenant == _TENANT, is_listed, beyond).order_by(*order).limit(1)
    return select(nearest.subquery(role))


def _around() -> CompoundSelect[Any]:
    first = func.min(addresses.c.address)
    path = select(literal("path").label("role"), first.label("slug"), null().label("title"))
    return union_all(
        path.where(_IS_PATH, addresses.c.post_id == _ID),
        _neighbour("previous", is_before=True),
        _neighbour("next", is_before=False),
    )


# `:at` is when the post `:id` was published, or null if it is not public
AROUND_POST = _around()
TEXTS = select(posts.c.id, posts.c.body, _PATH.label("path")).where(
    posts.c.tenant == _TENANT, posts.c.id.in_(bindparam("ids", expanding=True))
)
