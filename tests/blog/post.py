"""Posts."""

from application.post.ports import PostRepository
from domain.post import Post
from tests.support.routes import (
    Answers,
    Blog,
    Route,
    Routes,
    Samples,
    authenticated,
    everyone,
    owners,
)
from tests.support.samples import a_post, a_user
from tests.support.stored import Stored

HIDDEN: Answers = (404, 404, 404, 200, 200, 200)
POST = "/posts/{post_id}"
WRITTEN = {"title": "A title", "body": "A body", "tags": ["shared"], "status": "published"}


async def published(blog: Blog) -> Samples:
    """A post with a comment, both of them the owner's."""
    post = await blog.post("/posts", WRITTEN)
    comment = await blog.post(f"/posts/{post['id']}/comments", {"body": "Hers"})
    native = {"post_id": post["id"], "number": comment["number"]}
    return native | {"slug": post["slug"], "comment_id": comment["number"]}


async def withdrawn(blog: Blog) -> Samples:
    """The same as a draft."""
    samples = await published(blog)
    await blog.post(f"/posts/{samples['post_id']}/unpublish")
    return samples


ROUTES = Routes(
    (
        Route("GET", "/posts", everyone(200)),
        Route("GET", "/posts?limit=1", everyone(200)),
        Route("GET", "/posts?include=html&fields=title,html", everyone(200)),
        Route("GET", "/posts?tag=shared", everyone(200)),
        Route("GET", "/posts?status=draft", authenticated(200)),
        Route("GET", "/posts?feed=following", authenticated(200)),
        Route("POST", "/posts", (401, 403, 201, 201, 201, 201), body={"title": "t", "body": "b"}),
        Route("GET", POST, everyone(200), HIDDEN),
        Route("GET", "/posts/{slug}", everyone(200), HIDDEN, like=POST),
        Route("GET", f"{POST}?fields=title,next", everyone(200), HIDDEN, like=POST),
        Route(
            "PATCH",
            POST,
            owners(200, 403),
            owners(200, 404),
            {"title": "Mine"},
        ),
        Route("DELETE", POST, owners(204, 403), owners(204, 404)),
        Route("POST", f"{POST}/publish", owners(409, 403), owners(200, 404)),
        Route("POST", f"{POST}/unpublish", owners(200, 403), owners(409, 404)),
        Route("POST", f"{POST}/archive", owners(200, 403), owners(409, 404)),
        Route("POST", f"{POST}/restore", owners(404, 403), owners(404, 404)),
    ),
    published,
    withdrawn,
)


def _retitle(post: Post) -> None:
    post.retitle("Another title")


STORED = Stored(PostRepository, lambda: a_post(a_user()), _retitle)
