"""The progress bar of a long command."""

from rich.console import Console
from rich.progress import Progress


def progress() -> Progress:
    """Make a bar for terminals."""
    # on stderr: the output of a command may be redirected
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
