"""The column types, the same on SQLite and MySQL."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BINARY, DateTime, LargeBinary, String, Text
from sqlalchemy.dialects.mysql import DATETIME, MEDIUMBLOB, MEDIUMTEXT
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class Id(TypeDecorator[UUID]):
    """A UUID in 16 bytes."""

    impl = BINARY(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        # SQLite gives BINARY(16) numeric affinity
        return dialect.type_descriptor(LargeBinary() if dialect.name == "sqlite" else BINARY(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.bytes

    def process_result_value(self, value: Any | None, dialect: Dialect) -> UUID | None:
        return None if value is None else UUID(bytes=value)


class Instant(TypeDecorator[datetime]):
    """A moment to the microsecond: in UTC in the database, aware in Python."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "mysql":
            return dialect.type_descriptor(DATETIME(fsp=6))
        return dialect.type_descriptor(DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


Folded = String(255)  # a column's case-folded copy, for comparisons
LongText = Text().with_variant(MEDIUMTEXT(), "mysql")  # a body of 1 MiB: TEXT ends at 64 KiB
Digest = LargeBinary(32).with_variant(BINARY(32), "mysql")
Bytes = LargeBinary().with_variant(MEDIUMBLOB(), "mysql")
