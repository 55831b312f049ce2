"""Posts, as far as their writers know."""

from dataclasses import dataclass


@dataclass
class Post:
    """A post of one's own, as far as its writer knows."""

    subject: str
    id: str
    version: int
    is_draft: bool
    number: int = 0
    is_going: bool = False  # its deletion was sent, and may have been done
