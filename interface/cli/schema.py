"""The command `migrate`."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from typer import Exit, Option, echo

from core.blog.container import build_container
from core.dependencies.container import Container
from interface.cli.running import FAILED, faults_in_one_line

T = TypeVar("T")


def migrate(
    check: Annotated[
        bool, Option("--check", help="List what it would do; exit code 1 if there is something.")
    ] = False,
) -> None:
    """Migrate the database's schema to the code's."""
    if check and (steps := _run(Container.steps_to_migrate)):
        echo("\n".join(steps))
        raise Exit(FAILED)
    if not check:
        _run(Container.migrate)
    echo("The schema is up to date.")


def _run(work: Callable[[Container], Awaitable[T]]) -> T:
    with faults_in_one_line():
        return asyncio.run(_on_container(work))


async def _on_container(work: Callable[[Container], Awaitable[T]]) -> T:
    # not opened: that checks the schema
    container = build_container()
    try:
        return await work(container)
    finally:
        await container.stop()
