"""Tags."""

from tests.blog.post import published
from tests.support.routes import Route, Routes, everyone

ROUTES = Routes((Route("GET", "/tags", everyone(200)),), published)
