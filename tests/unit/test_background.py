"""Background work whose steps fail."""

import asyncio
import logging

import pytest

from infra.background import Background
from tests.support.waiting import until


class Step:
    """A step that fails while it is told to."""

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.calls = 0

    async def call(self) -> None:
        self.calls += 1
        if self.fault:
            raise self.fault

    async def called(self, times: int) -> None:
        wanted = self.calls + times
        await until(lambda: self.calls >= wanted, "the step was called")


async def test_a_step_that_goes_on_failing_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "broadsheet.background")
    step = Step()
    task = asyncio.create_task(Background(asyncio.Event(), [step.call], 0.001).run())
    for fault in (TimeoutError(), None, ConnectionError("It is\ndown."), None):
        step.fault = fault
        await step.called(4)
    task.cancel()
    said = [record.getMessage().removeprefix("Step.call ") for record in caplog.records]
    tried_again = "fails, and is tried again"
    assert said == [
        f"{tried_again}: TimeoutError",
        "succeeds again",
        f"{tried_again}: It is",
        "succeeds again",
    ]
