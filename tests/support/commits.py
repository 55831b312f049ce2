"""Hooks that run when a command begins or commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import event

from tests.support.api import Api

# set for what a test calls, unlike what runs beside it and commits too: the relay, the sweep
_is_own = ContextVar("_is_own", default=False)


@contextmanager
def at_begin(api: Api, do: Callable[[], None]) -> Iterator[None]:
    """Do something before the first statement of what is called in the block."""
    with _at("begin", api, do):
        yield


@contextmanager
def at_commit(api: Api, do: Callable[[], None]) -> Iterator[None]:
    """Do something when the first commit of what is called in the block is about to be sent."""
    with _at("commit", api, do):
        yield


@contextmanager
def _at(moment: str, api: Api, do: Callable[[], None]) -> Iterator[None]:
    engine, left = api.container._resources.primary.engine.sync_engine, [do]

    def happen(_connection: Any) -> None:
        if _is_own.get() and left:
            left.pop()()

    event.listen(engine, moment, happen)
    before = _is_own.set(True)
    try:
        yield
    finally:
        _is_own.reset(before)
        event.remove(engine, moment, happen)
