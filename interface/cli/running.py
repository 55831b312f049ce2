"""How commands run, and how errors end them: one line on stderr and an exit code."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from typer import Exit, echo

from application.unit_of_work import OutcomeUnknown, Retryable, StorageFull, Unavailable
from core.blog.container import build_container
from core.dependencies.container import Container
from core.errors import StartRefused, WrongSetting
from domain.errors import DomainError, Invalid

FAILED, WRONG_USE = 1, 2
_FAULTS = (StartRefused, DomainError, Unavailable, StorageFull, Retryable, OutcomeUnknown)

T = TypeVar("T")


def run(work: Callable[[Container], Awaitable[T]]) -> T:
    """Run a command's work, after a check of the database's schema."""
    with faults_in_one_line():
        return asyncio.run(_on_open_container(work))


@contextmanager
def faults_in_one_line() -> Iterator[None]:
    """End the command with one line for errors that people can correct."""
    try:
        yield
    except WrongSetting as error:
        raise ended(str(error), WRONG_USE) from error
    except Invalid as error:
        raise ended(f"{error.field}: {error}") from error
    except _FAULTS as error:
        raise ended(str(error)) from error


def ended(line: str, code: int = FAILED) -> Exit:
    """Print why a command ends, and return the exception to raise."""
    echo(line, err=True)
    return Exit(code)


async def _on_open_container(work: Callable[[Container], Awaitable[T]]) -> T:
    async with build_container().opened() as container:
        return await work(container)
