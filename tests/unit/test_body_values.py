"""The values of a body, counted in whatever pieces it arrives."""

import json
from typing import Any

import pytest
from fastapi import HTTPException
from hypothesis import given
from hypothesis.strategies import booleans, dictionaries, integers, lists, none, recursive, text

from interface.http.body_values import value_count

Json = recursive(
    none() | booleans() | integers() | text(),
    lambda inner: lists(inner) | dictionaries(text(), inner),
)


def counted(content: bytes, piece: int, content_type: str = "application/json") -> int:
    count, so_far = value_count(content_type), 0
    for begin in range(0, len(content), piece):
        so_far = count.after(content[begin : begin + piece])
    return so_far


def begun(value: Any) -> int:
    """Count brackets and commas outside strings, by the value itself."""
    if not isinstance(value, list | dict):
        return 0
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(0, len(value) - 1) + sum(map(begun, inner))


@given(Json, integers(1, 20), booleans())
def test_it_is_the_same_in_any_pieces(value: Any, piece: int, escaped: bool) -> None:
    content = json.dumps(value, ensure_ascii=escaped).encode(errors="surrogatepass")
    if b"\0" not in content:
        assert counted(content, piece) == begun(value)


def test_a_form_has_as_many_values_as_fields() -> None:
    assert counted(b"a=1&b=2&c=,,,", 2, "application/x-www-form-urlencoded") == 2


def test_another_encoding_than_utf_8_is_refused() -> None:
    with pytest.raises(HTTPException):
        counted('{"a": 1}'.encode("utf-16"), 100)


def test_the_type_is_read_in_any_case() -> None:
    assert counted(b"[1,2]", 100, "Application/JSON") == 2
