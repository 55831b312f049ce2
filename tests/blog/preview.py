"""Previews."""

from tests.blog.post import published, withdrawn
from tests.support.routes import Blog, Route, Routes, Samples, everyone, owners


async def linked(blog: Blog) -> Samples:
    """A post, and the token of a link to it."""
    return await _with_token(blog, await published(blog))


async def linked_draft(blog: Blog) -> Samples:
    """The same as a draft."""
    return await _with_token(blog, await withdrawn(blog))


async def _with_token(blog: Blog, samples: Samples) -> Samples:
    link = await blog.post(f"/posts/{samples['post_id']}/preview")
    return samples | {"token": link["url"].partition("token=")[2]}


ROUTES = Routes(
    (
        Route("POST", "/posts/{post_id}/preview", owners(200, 403), owners(200, 404)),
        Route("GET", "/previews?token={token}", everyone(200), everyone(200)),
        Route("GET", "/previews?token=x", everyone(422)),
    ),
    linked,
    linked_draft,
)
