"""The command line in this process: what it says and does, without the second that one costs."""

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from unittest.mock import patch

from typer.testing import CliRunner

from interface.cli.app import cli
from tests.e2e.command_line import CommandLine
from tests.support.server import ENVIRONMENT


class CommandHere(CommandLine):
    """Says what a process would; all else a process of its own does."""

    def said(self, *arguments: object, **environment: str) -> tuple[int, str, str]:
        settings = patch.dict(os.environ, ENVIRONMENT | environment, clear=True)
        with chdir(self.folder), settings, logging_of_its_own():
            done = CliRunner().invoke(cli, list(map(str, arguments)))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr


@contextmanager
def logging_of_its_own() -> Iterator[None]:
    """Let a command arrange its logs as in a process, and leave our handlers as they were."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    root.handlers = []
    try:
        with warnings.catch_warnings():
            yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
