"""Answers to requests that carry a key."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update

from application.idempotency.ports import Answer, RequestKey, StoredAnswer
from application.unit_of_work import LockTimeout
from domain.errors import StillRunning
from infra.database.inserting import inserted
from infra.database.packing import packed, unpacked
from infra.database.sessions import Session
from infra.database.tables import answers


class SqlAnswerRepository:
    """Stores answers; an uncommitted row blocks concurrent requests with the same key."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def claim(self, key: RequestKey, now: datetime) -> bool:
        row = {"tenant": self._session.tenant, "user_id": key.user_id, "address": key.address}
        claimed = insert(answers).values(**row, body=key.body, given_at=now)
        try:
            return await inserted(self._session, claimed)
        except LockTimeout as error:
            raise StillRunning from error

    async def get(self, key: RequestKey) -> StoredAnswer:
        row = (await self._session.execute(select(answers).where(*self._is(key)))).one()
        answer = await unpacked(Answer(row.status, row.headers, row.content))
        return StoredAnswer(answer, row.body, row.given_at)

    async def store(self, key: RequestKey, answer: Answer) -> None:
        kept = await packed(answer)
        given = {"status": kept.status, "headers": kept.headers, "content": kept.content}
        await self._session.change(update(answers).where(*self._is(key)).values(given))

    async def forget(self, key: RequestKey) -> None:
        await self._session.change(delete(answers).where(*self._is(key)))

    def _is(self, key: RequestKey) -> tuple[ColumnElement[bool], ...]:
        return (
            answers.c.tenant == self._session.tenant,
            answers.c.user_id == key.user_id,
            answers.c.address == key.address,
        )
