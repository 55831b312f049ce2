"""A call and its answer, as the history keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

KnownBy = Literal["account", "both", "token", "nothing"]
CALM = 1e9  # seconds since a fault that never was


@dataclass(frozen=True)
class Op:
    """One call and its answer; `status` is 0 where none came."""

    client: str
    kind: str
    server: int
    known_by: KnownBy
    start: float
    end: float
    status: int
    subject: str = ""
    value: int = 0  # what a write sets: the number of an edit, 1 or 0 of a favourite
    seen: Mapping[str, Any] = field(default_factory=dict)
    x_cache: str = ""
    etag: str = ""
    digest: str = ""
    is_problem: bool = True
    retry_after: str = ""
    replayed: bool = False
    fault: str = ""
    server_disturbed: bool = False
    twice_calm: float = CALM  # seconds since Redis and the primary were last disturbed together

    @property
    def is_done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_unknown(self) -> bool:
        """Whether it may have been done, or may be done yet."""
        return self.status == 0 or self.status >= 500 or self.status == 409

    @property
    def outcome(self) -> str:
        return "done" if self.is_done else "no answer" if self.status == 0 else str(self.status)
