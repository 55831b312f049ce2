"""What readers of jobs get: the JSON of these models is the native API's shape."""

from datetime import datetime
from typing import Any
from uuid import UUID

from application.pages import Page
from application.views import View
from domain.job import State


class ProgressView(View):
    """How many of a job's items are done; `total` is None where it is not known yet."""

    done: int
    total: int | None


class JobView(View):
    """A job. Its result is of its own kind; its error is that of the last attempt that failed."""

    id: UUID
    kind: str
    state: State
    attempts: int
    progress: ProgressView
    result: Any
    error: str | None
    run_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobCountView(View):
    """How many jobs of one kind are in one state."""

    kind: str
    state: State
    count: int


class JobPage(Page):
    """A page of jobs, the newest first."""

    items: tuple[JobView, ...]
