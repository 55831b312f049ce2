"""Collectors that are down, hang, refuse, or send garbage: nothing waits, and a line is logged."""

import asyncio
import logging
from collections.abc import Iterator
from time import monotonic

import pytest

from tests.harness.collector import (
    Answer,
    Collector,
    accept,
    hang,
    never_end,
    refuse,
    send_garbage,
)
from tests.harness.ports import free_port
from tests.support.machine import slowness
from tests.tracing.conftest import Traced

QUEUE = 32
SMALL = {"OTEL_BSP_MAX_QUEUE_SIZE": f"{QUEUE}", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "8"}
SOON = {"OTEL_EXPORTER_OTLP_TIMEOUT": "0.5"}
ALL = {
    "OTEL_METRICS_EXPORTER": "otlp",
    "OTEL_METRIC_EXPORT_INTERVAL": "100",
    "OTEL_LOGS_EXPORTER": "otlp",
    "OTEL_BLRP_SCHEDULE_DELAY": "100",
    "OTEL_BLRP_MAX_QUEUE_SIZE": f"{QUEUE}",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE": "8",
}


class Said(logging.Handler):
    """Warnings, as the log has them, but for those of jobs that other tests have left."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name != "broadsheet.jobs":
            self.records.append(record)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[Said]:
    monkeypatch.setattr("infra.otlp.sending._QUIET._next", 0.0)
    said = Said()
    logging.getLogger().addHandler(said)
    yield said
    logging.getLogger().removeHandler(said)


@pytest.mark.parametrize("answer", [accept, hang, refuse, send_garbage, never_end])
async def test_a_bad_collector_is_one_line(
    answer: Answer, traced: Traced, collector: Collector, said: Said
) -> None:
    collector.answer = answer
    if answer is accept:
        collector.address = f"http://127.0.0.1:{free_port()}"  # which is down
    async with traced(SOON | ALL) as api:
        ann = await api.person()
        async with asyncio.timeout(60):
            while not said.records:
                assert (await api.get("/tags", ann)).status_code == 200
        for _ in range(QUEUE):
            assert (await api.get("/tags", ann)).status_code == 200
    [line] = [record for record in said.records if record.name == "broadsheet.otlp"]
    assert said.records == [line]
    assert line.getMessage().startswith("otlp: ")
    assert line.getMessage().isprintable()
    assert "127.0.0.1" not in line.getMessage()
    # it is not read to its end, and so known to be a refusal
    assert answer is not never_end or "code: 500" in line.getMessage()


async def test_a_collector_that_hangs_delays_nothing(
    traced: Traced, collector: Collector, said: Said
) -> None:
    collector.answer = hang
    async with traced(SMALL | ALL) as api:
        ann, began = await api.person(), monotonic()
        for _ in range(2 * QUEUE):
            assert (await api.get("/tags", ann)).status_code == 200
        assert monotonic() - began < 5 * slowness()
        export = api.container._resources.tracer._export  # type: ignore[union-attr]
        assert export
        assert len(export._processor._batch_processor._queue) == QUEUE
        ending = monotonic()
    assert monotonic() - ending < 3 * slowness()
    assert {record.name for record in said.records} <= {"broadsheet.otlp"}


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_TRACES_SAMPLER": "no such", "OTEL_BSP_SCHEDULE_DELAY": "soon"},
        {"OTEL_TRACES_SAMPLER": "traceidratio", "OTEL_TRACES_SAMPLER_ARG": "2"},
    ],
)
async def test_malformed_variables_leave_the_defaults(
    variables: dict[str, str], traced: Traced, collector: Collector
) -> None:
    async with traced(variables) as api:
        await api.get("/tags")
    assert [span.name for span in collector.spans][-1] == "GET /api/v1/tags"
