"""The settings of a blog."""

from tests.support.routes import Route, Routes, admins

BAD = [
    {"title": "x" * 101},
    {"title": None},
    {"tagline": "x" * 301},
    {"language": "x" * 36},
    {"comments": "some"},
    {"menu": [{"label": "About", "address": "/about"}] * 11},
]
ROUTES = Routes(
    (
        Route("GET", "/blog", admins(200)),
        Route("PATCH", "/blog", admins(200), body={"registration": "open"}, bad=BAD),
    )
)
