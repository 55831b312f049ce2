"""A command of the benchmarks: what fails is one line."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

from typer import Typer

from tests.harness.servers_folder import ServersUnavailable

RESULTS = Path(__file__).parent / "results"


def run(main: Callable[..., None], *failures: type[Exception]) -> None:
    """Run a function as a command line; Ctrl-C and SIGTERM end its servers too."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app = Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(main)
    known: tuple[type[Exception], ...] = (ServersUnavailable, *failures)
    try:
        app()
    except known as error:
        sys.exit(f"{error}")
