"""Comments."""

from tests.blog.post import HIDDEN, published, withdrawn
from tests.support.routes import Bodies, Route, Routes, authenticated, everyone, owners

COMMENTS = "/posts/{post_id}/comments"
ONE = f"{COMMENTS}/{{number}}"
BODY = {"body": "Mine"}
BAD: Bodies = ({}, {"body": " "}, {"body": "a\0b"}, BODY | {"number": 2})

ROUTES = Routes(
    (
        Route("GET", COMMENTS, everyone(200), HIDDEN),
        Route("POST", COMMENTS, authenticated(201), owners(409, 404), BODY, BAD),
        Route("GET", ONE, everyone(200), HIDDEN),
        Route("PATCH", ONE, owners(200, 403), owners(200, 404), BODY, BAD),
        Route("DELETE", ONE, owners(204, 403), owners(204, 404)),
    ),
    published,
    withdrawn,
)
