"""The bar that a long command shows."""

from rich.console import Console
from rich.progress import Progress


def progress() -> Progress:
    """Make a bar for terminals."""
    # stderr: what a command says at its end is worth keeping alone
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
