"""What idempotency needs from outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RequestKey:
    """What makes a request the same as another: who sends it, its address and its key.

    `address` is a digest of 32 bytes of the path and the key, `body` one of what was sent.
    """

    user_id: UUID
    address: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered with."""

    status: int
    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer to an earlier request, what that had sent, and when."""

    answer: Answer
    body: bytes
    given_at: datetime


class AnswerRepository(Protocol):
    """Keeps the answers to requests that carry a key."""

    async def claim(self, key: RequestKey, now: datetime) -> bool:
        """Take a key; False where it has an answer. Waits for whoever has it; raises StillRunning
        where that takes longer than two seconds."""

    async def get(self, key: RequestKey) -> StoredAnswer: ...

    async def store(self, key: RequestKey, answer: Answer) -> None: ...

    async def forget(self, key: RequestKey) -> None: ...
