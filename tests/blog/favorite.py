"""Favourites."""

from tests.blog.post import published, withdrawn
from tests.support.routes import Route, Routes, authenticated, owners

FAVORITE = "/posts/{post_id}/favorite"

ROUTES = Routes(
    (
        Route("PUT", FAVORITE, authenticated(200), owners(409, 404)),
        Route("DELETE", FAVORITE, authenticated(200), owners(200, 404)),
    ),
    published,
    withdrawn,
)
