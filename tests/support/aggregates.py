"""All that `tests/blog/` has of the aggregates: found, so that nothing lists them once more."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests import blog
from tests.support.routes import Blog, Routes, Samples, Trial
from tests.support.stored import Stored

_MODULES = [import_module(f"{blog.__name__}.{each.name}") for each in iter_modules(blog.__path__)]
TABLES: list[Routes] = [module.ROUTES for module in _MODULES]
STORED: list[Stored[Any]] = [module.STORED for module in _MODULES if hasattr(module, "STORED")]
READS = [route for table in TABLES for route in table.reads]
TRIALS = [
    Trial(table, route, is_hidden)
    for table in TABLES
    for route in table.routes
    for is_hidden in ((False, True) if route.hidden else (False,))
]
# those of one aggregate that can be tried on the same samples, as long as they change nothing
TRIALS_TOGETHER = [
    [trial for trial in TRIALS if trial.table is table and trial.is_hidden is is_hidden]
    for table in TABLES
    for is_hidden in (False, True)
    if not is_hidden or any(route.hidden for route in table.routes)
]


async def all_samples(blog: Blog) -> Samples:
    """Make samples of all aggregates."""
    return {name: each for table in TABLES for name, each in (await table.samples(blog)).items()}
