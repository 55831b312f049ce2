"""What is remembered, and what is too long for that."""

from itertools import count

import pytest

from application.memoizing import is_short, memoized


@pytest.mark.parametrize(("length", "is_kept"), [(500, True), (501, False)])
def test_what_is_long_is_made_anew(length: int, is_kept: bool) -> None:
    numbers = count()

    @memoized(lambda text: len(text))
    def made(text: str) -> tuple[str, int]:
        return text, next(numbers)

    first, second = made("a" * length), made("a" * length)
    assert first[0] == second[0] == "a" * length
    assert (first == second) == is_kept
    assert is_short("a" * length) == is_kept


def test_a_thousand_are_memoized() -> None:
    numbers = count()

    @memoized(lambda text: len(text))
    def made(text: str) -> int:
        return next(numbers)

    [first, *_] = [made(str(number)) for number in range(1000)]
    assert made("0") == first
    made("one more")
    made("2")
    assert made("1") != 1
