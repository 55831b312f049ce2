"""A refused body is freed when it has been answered, not when the garbage collector runs."""

import gc
from types import FrameType
from typing import Any

import pytest

from tests.support.api import Api

REFUSED: dict[str, dict[str, Any]] = {
    "an unknown field": {"json": {"operations": [{"op": "create", "unknown": 1}]}},
    "too many fields": {"json": {"operations": [{f"k{number}": 1 for number in range(50)}]}},
    "no JSON": {"content": "{", "headers": {"Content-Type": "application/json"}},
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
async def test_nothing_holds_a_refused_body(api: Api, sent: dict[str, Any]) -> None:
    ann = await api.person()
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        assert (await api.post("/posts/bulk", ann, **sent)).is_client_error
        gc.collect()
        held = {one.f_code.co_qualname for one in gc.garbage if isinstance(one, FrameType)}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
    assert held == set()
