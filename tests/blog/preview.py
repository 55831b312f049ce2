"""Previews; whoever has a link may see what it shows, which `tests/site/` tries."""

from tests.blog.post import published, withdrawn
from tests.support.routes import Route, Routes, everyone, owners

ROUTES = Routes(
    (
        Route("POST", "/posts/{post_id}/preview", owners(200, 403), owners(200, 404)),
        Route("GET", "/previews?token=x", everyone(422)),
    ),
    published,
    withdrawn,
)
