"""The command line in this process: what it says and does, without the second that one costs."""

import os
from contextlib import chdir
from unittest.mock import patch

from typer.testing import CliRunner

from interface.cli.app import cli
from tests.e2e.command_line import CommandLine
from tests.support.server import ENVIRONMENT


class CommandHere(CommandLine):
    """Says what a process would; all else a process of its own does."""

    def said(self, *arguments: object, **environment: str) -> tuple[int, str, str]:
        settings = patch.dict(os.environ, ENVIRONMENT | environment, clear=True)
        with chdir(self.folder), settings:
            done = CliRunner().invoke(cli, list(map(str, arguments)))
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr
