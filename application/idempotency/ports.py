"""Ports of idempotency."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RequestKey:
    """The identity of a request: its caller, its address and its key.

    `address` is a digest of 32 bytes of the path and the key, `body` one of the body.
    """

    user_id: UUID
    address: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a request."""

    status: int
    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer to an earlier request, a digest of that request's body, and its time."""

    answer: Answer
    body: bytes
    given_at: datetime


class AnswerRepository(Protocol):
    """Stores the answers to requests with a key."""

    async def claim(self, key: RequestKey, now: datetime) -> bool:
        """Take a key; False where it has an answer. Waits for a request that has it; raises
        StillRunning where that takes longer than two seconds."""

    async def get(self, key: RequestKey) -> StoredAnswer: ...

    async def store(self, key: RequestKey, answer: Answer) -> None: ...

    async def forget(self, key: RequestKey) -> None: ...
