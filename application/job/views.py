"""Views of jobs: their JSON is that of the API."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from application.pages import Page
from application.views import View
from domain.job import State

LINK = "link"  # a key of results, whose value the job's requester alone sees


class ProgressView(View):
    """How many of a job's items are finished; `total` is None while it is unknown."""

    done: int = Field(examples=[40])
    total: int | None = Field(examples=[100])


class JobView(View):
    """A job. Its result is of its own kind; its error is that of the last attempt that failed."""

    id: UUID = Field(examples=["0198c5b2-7c30-7b5e-8d4f-7c8d9e0f1a2b"])
    kind: str = Field(examples=["bulk_posts"])
    state: State = Field(examples=["running"])
    attempts: int = Field(examples=[1])
    progress: ProgressView
    result: Any = Field(examples=[None])
    error: str | None = Field(examples=[None])
    run_at: datetime = Field(examples=["2026-01-02T06:00:00Z"])
    created_at: datetime = Field(examples=["2026-01-02T06:00:00Z"])
    started_at: datetime | None = Field(examples=["2026-01-02T06:00:00.003Z"])
    finished_at: datetime | None = Field(examples=[None])


class JobCountView(View):
    """How many jobs of one kind are in one state."""

    kind: str
    state: State
    count: int


class JobPage(Page[JobView]):
    """A page of jobs, the newest first."""
