"""The settings of a blog."""

from tests.support.routes import Route, Routes, admins

ROUTES = Routes(
    (
        Route("GET", "/blog", admins(200)),
        Route("PATCH", "/blog", admins(200), body={"registration": "open"}),
    )
)
