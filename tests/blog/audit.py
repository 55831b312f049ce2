"""The audit trail."""

from tests.support.routes import Route, Routes, admins

ROUTES = Routes((Route("GET", "/audit", admins(200)),))
