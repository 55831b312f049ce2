"""The command `migrate`."""

import asyncio

from typer import echo

from core.blog.container import build_container
from interface.cli.running import faults_in_one_line


def migrate() -> None:
    """Migrate the database's schema to the code's."""
    with faults_in_one_line():
        asyncio.run(_migrate())
    echo("The schema is up to date.")


async def _migrate() -> None:
    container = build_container()
    try:
        await container.migrate()
    finally:
        await container.stop()
