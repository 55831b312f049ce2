"""What is lost, doubled or miscounted in the database is found at the end."""

from typing import Any

import pytest

from tests.torture.checks import Checker
from tests.torture.ending import check_database


class Rows:
    """A database that has these posts and comments, and so many wrong counters."""

    def __init__(self, posts: dict[str, int], comments: dict[str, int], wrong: int = 0) -> None:
        self._posts, self._comments, self._wrong = posts, comments, wrong

    def execute(self, sql: str) -> list[tuple[Any, ...]]:
        if not sql.startswith("SELECT COUNT"):
            return list((self._comments if "comment" in sql else self._posts).items())
        return [(self._wrong,)]


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        (Rows({"a": 1, "of a write that was never acknowledged": 1}, {"b": 1}), {}),
        (Rows({}, {"b": 1}), {"lost": 1}),
        (Rows({"a": 1}, {}), {"lost": 1}),
        (Rows({"a": 2}, {"b": 2}), {"doubled": 2}),
        (Rows({"a": 1}, {"b": 1}, wrong=1), {"miscounted": 3}),
    ],
)
def test_what_is_wrong_in_the_database_is_found(rows: Rows, kinds: dict[str, int]) -> None:
    checker = Checker()
    check_database(rows, {"a"}, {"b"}, checker)
    assert checker.counts() == kinds
