"""Working copies."""

from tests.blog.post import published
from tests.support.routes import Answers, Blog, Route, Routes, Samples, owners

COPY = "/posts/{post_id}/working-copy"
BODY = {"title": "Begun", "body": "Begun"}
BAD = ({"body": " "}, {"body": "a\0b"}, {"title": "a\nb"}, {"slug": "a"}, {"tags": ["x" * 51]})
OF_ONE: Answers = (401, 403, 403, 200, 404, 404)  # an editor has another one, or none


async def begun(blog: Blog) -> Samples:
    """A post, and its owner's working copy."""
    return await _with_copy(blog, await published(blog))


async def withdrawn(blog: Blog) -> Samples:
    """The same of a draft."""
    samples = await published(blog)
    await blog.post(f"/posts/{samples['post_id']}/unpublish")
    return await _with_copy(blog, samples)


async def _with_copy(blog: Blog, samples: Samples) -> Samples:
    path = f"/posts/{samples['post_id']}/working-copy"
    (await blog.call("PUT", path, blog.owner, json=BODY)).raise_for_status()
    return samples


ROUTES = Routes(
    (
        Route("GET", COPY, OF_ONE, (401, 404, 404, 200, 404, 404)),
        Route("PUT", COPY, owners(204, 403), owners(204, 404), BODY, BAD),
        Route("DELETE", COPY, owners(204, 403), owners(204, 404)),
        Route("POST", f"{COPY}/publish", OF_ONE, (401, 404, 404, 200, 404, 404)),
    ),
    begun,
    withdrawn,
)
