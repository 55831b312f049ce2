"""Commands that may be sent again: the first answer comes again, and nothing is done twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from application.clock import Clock
from application.handlers import command_handler
from application.idempotency.ports import Answer, RequestKey
from application.unit_of_work import WriteUnitOfWork
from domain.errors import Invalid

GOOD_FOR = timedelta(hours=24)


class IdempotencyCommandService:
    """Does the work of a request once, in one transaction with keeping its answer."""

    def __init__(self, write_uow: WriteUnitOfWork, clock: Clock) -> None:
        self.write_uow = write_uow
        self.clock = clock

    @command_handler
    async def once(
        self, key: RequestKey, work: Callable[[], Awaitable[Answer]]
    ) -> tuple[Answer, bool]:
        """Give the answer, and whether it is one of before; raises Invalid for another body.

        The handlers that `work` calls join this transaction: if they fail, no key is left.
        """
        answers = self.write_uow.answers
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
