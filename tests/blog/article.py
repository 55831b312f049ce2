"""Articles: published posts, as the RealWorld API shows and changes them."""

from tests.blog.post import published, withdrawn
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
GONE, GONE_FOR_ALL = authenticated(404), everyone(404)


async def shown(blog: Blog) -> Samples:
    return await published(blog) | await registered(blog)


ROUTES = Routes(
    (
        Route("GET", "/api/articles", everyone(200)),
        Route("GET", "/api/articles?tag=shared&limit=1", everyone(200)),
        Route("GET", "/api/articles?favorited=nobody", everyone(200)),
        Route("GET", "/api/articles/feed", authenticated(200)),
        Route("POST", "/api/articles", WRITERS, body=NEW),
        Route("GET", ARTICLE, everyone(200), GONE_FOR_ALL),
        Route("PUT", ARTICLE, owners(200, 403), GONE, CHANGE),
        Route("DELETE", ARTICLE, owners(204, 403), GONE),
        Route("POST", f"{ARTICLE}/favorite", authenticated(200), GONE),
        Route("DELETE", f"{ARTICLE}/favorite", authenticated(200), GONE),
        Route("GET", COMMENTS, everyone(200), GONE_FOR_ALL),
        Route("POST", COMMENTS, authenticated(201), GONE, COMMENT),
        Route("DELETE", f"{COMMENTS}/{{comment_id}}", owners(204, 403), GONE),
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
    withdrawn,
)
