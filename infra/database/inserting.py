"""INSERT of a row that may exist already."""

from sqlalchemy import Insert
from sqlalchemy.exc import IntegrityError

from infra.database.errors import is_duplicate
from infra.database.sessions import Session, Values


async def inserted(session: Session, statement: Insert, values: Values = None) -> bool:
    """Insert a row; False where its key exists."""
    try:
        await session.change(statement, values)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return False
    return True
