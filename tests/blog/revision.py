"""Revisions."""

from tests.blog.post import published
from tests.support.routes import Answers, Blog, Route, Routes, Samples, owners

REVISIONS = "/posts/{post_id}/revisions"
ONE = f"{REVISIONS}/{{version}}"
HIDDEN: Answers = owners(200, 404)


async def changed(blog: Blog) -> Samples:
    """A post that was changed once, and its first version."""
    samples = await published(blog)
    path = f"/posts/{samples['post_id']}"
    answer = await blog.call("PATCH", path, blog.owner, json={"title": "Another", "body": "b"})
    answer.raise_for_status()
    return samples | {"version": 1, "other": 2}


async def withdrawn(blog: Blog) -> Samples:
    """The same as a draft."""
    samples = await changed(blog)
    await blog.post(f"/posts/{samples['post_id']}/unpublish")
    return samples


ROUTES = Routes(
    (
        Route("GET", REVISIONS, owners(200, 403), HIDDEN),
        Route("GET", ONE, owners(200, 403), HIDDEN),
        Route("GET", f"{ONE}/diff", owners(200, 403), HIDDEN),
        Route("GET", f"{ONE}/diff?to={{other}}", owners(200, 403), HIDDEN),
        Route("POST", f"{ONE}/restore", owners(200, 403), HIDDEN),
    ),
    changed,
    withdrawn,
)
