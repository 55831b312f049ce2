"""The time that a request spends in the cache and the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter


@dataclass(slots=True)
class Timings:
    """Seconds, added up over a scope."""

    database: float = 0.0
    cache: float = 0.0

    @contextmanager
    def of_database(self) -> Iterator[None]:
        """Count the time that the block takes."""
        started = perf_counter()
        try:
            yield
        finally:
            self.database += perf_counter() - started
