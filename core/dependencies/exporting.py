"""What a process sends to a collector: traces, metrics and lines of the log."""

import asyncio
import os

from core.dependencies.resources import Resources
from core.dependencies.telemetry import Telemetry
from core.errors import WrongSetting
from core.otlp import Export, exports_of

API, WORKER = "broadsheet-api", "broadsheet-worker"


class Exporting:
    """Sends from its start to its end what the environment asks for."""

    def __init__(self, resources: Resources, telemetry: Telemetry) -> None:
        self._resources = resources
        self._telemetry = telemetry
        self._exports: list[Export] = []

    def start(self, service: str) -> None:
        """Begin, as this service unless the environment names another; raises WrongSetting."""
        resources = self._resources
        try:
            if resources.tracer:
                resources.tracer.start(service)
            self._exports = exports_of(
                os.environ, service, resources.instance, self._telemetry.of_this_process
            )
        except ValueError as error:
            raise WrongSetting(f"OTEL_…: {error}") from error

    async def stop(self) -> None:
        """Send what is left, for two seconds at most."""
        ends = [export.close() for export in self._exports]
        if tracer := self._resources.tracer:
            ends.append(tracer.stop())
        await asyncio.gather(*ends)
