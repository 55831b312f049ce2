"""Idempotency keys: a repeated command gets its first answer, and is not done twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from application.clock import Clock
from application.handlers import command_handler
from application.idempotency.ports import Answer, AnswerRepository, RequestKey
from application.unit_of_work import WriteUnitOfWork
from domain.errors import Invalid

GOOD_FOR = timedelta(hours=24)


class IdempotencyCommandService:
    """Does the work of a request once; its answer is stored in the same transaction."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock) -> None:
        self.write_uow = write_uow
        self.clock = clock

    @command_handler
    async def once(
        self, key: RequestKey, work: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """Return the answer, and whether it is a stored one; raises Invalid for another body.

        The handlers that `work` calls join this transaction: where they fail, the key stays unused.
        """
        answers = self.write_uow[AnswerRepository]
        while not await answers.claim(key, self.clock()):
            stored = await answers.get(key)
            if self.clock() - stored.given_at <= GOOD_FOR:
                if stored.body != key.body:
                    raise Invalid("Idempotency-Key", "It came with another body before.", "reused")
                return stored.answer, True
            await answers.forget(key)
        answer = await work()
        await answers.store(key, answer)
        return answer, False
