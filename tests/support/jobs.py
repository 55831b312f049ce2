"""Waiting for jobs."""

import asyncio
from typing import Any

from tests.support.api import Api, Person

_PATIENCE_SECONDS = 90  # leases and back-off of jobs whose workers were killed
_OVER = ("succeeded", "dead", "discarded")


async def ended(api: Api, by: Person, job_id: str) -> dict[str, Any]:
    """Wait until a job has ended; gives it as answered."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while True:
            job: dict[str, Any] = (await api.get(f"/jobs/{job_id}", by)).raise_for_status().json()
            if job["state"] in _OVER:
                return job
            await asyncio.sleep(0.02)
