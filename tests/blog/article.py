"""Articles: published posts, as the RealWorld API shows and changes them."""

from tests.blog.post import published
from tests.blog.user import registered
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

ARTICLE = "/api/articles/{slug}"
COMMENTS = f"{ARTICLE}/comments"
NEW = {"article": {"title": "t", "description": "d", "body": "b", "tagList": ["shared"]}}
CHANGE = {"article": {"title": "Mine"}}
COMMENT = {"comment": {"body": "Mine"}}
WRITERS: Answers = (401, 403, 201, 201, 201, 201)


async def shown(blog: Blog) -> Samples:
    return await published(blog) | await registered(blog)


# what is hidden is no article, for anybody: see tests/integration/test_realworld.py
ROUTES = Routes(
    (
        Route("GET", "/api/articles", everyone(200)),
        Route("GET", "/api/articles/feed", authenticated(200)),
        Route("POST", "/api/articles", WRITERS, body=NEW),
        Route("GET", ARTICLE, everyone(200)),
        Route("PUT", ARTICLE, owners(200, 403), body=CHANGE),
        Route("DELETE", ARTICLE, owners(204, 403)),
        Route("POST", f"{ARTICLE}/favorite", authenticated(200)),
        Route("DELETE", f"{ARTICLE}/favorite", authenticated(200)),
        Route("GET", COMMENTS, everyone(200)),
        Route("POST", COMMENTS, authenticated(201), body=COMMENT),
        Route("DELETE", f"{COMMENTS}/{{comment_id}}", owners(204, 403)),
        Route("GET", "/api/profiles/{username}", everyone(200)),
        Route("POST", "/api/profiles/{username}/follow", authenticated(200)),
        Route("DELETE", "/api/profiles/{username}/follow", authenticated(200)),
        Route("GET", "/api/tags", everyone(200)),
        Route("GET", "/api/user", authenticated(200)),
        Route("PUT", "/api/user", authenticated(200), body={"user": {"bio": "Prints."}}),
        Route("POST", "/api/users", everyone(422), body={}),
        Route("POST", "/api/users/login", everyone(422), body={}),
    ),
    shown,
)
