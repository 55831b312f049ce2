"""Full-text search: posts that have all words, by the database's own index."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from infra.database.tables import post_search


class _AllOf(TypeDecorator[Iterable[str]]):
    """Words of ASCII letters and digits, as each engine is asked for all of them."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        required = "+{}" if dialect.name == "mysql" else '"{}"'
        return " ".join(required.format(word) for word in value or ())


_WORDS: BindParameter[Any] = bindparam("words", type_=_AllOf)


class _Matches(FunctionElement[bool]):
    """MATCH, which each engine spells in its own way.

    It has no type: of a Boolean SQLAlchemy would ask on MySQL whether it is 1, and it is a rank.
    """

    inherit_cache = True


@compiles(_Matches)
def _on_mysql(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    words, wanted = (compiler.process(part, **options) for part in element.clauses)
    return f"MATCH ({words}) AGAINST ({wanted} IN BOOLEAN MODE)"


@compiles(_Matches, "sqlite")
def _on_sqlite(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    _, wanted = (compiler.process(part, **options) for part in element.clauses)
    row_id = compiler.process(post_search.c.id, **options)
    # `wanted` is a parameter's place
    return f"({row_id} IN (SELECT rowid FROM post_search_index WHERE words MATCH {wanted}))"  # noqa: S608


# The condition that a row of `post_search` has all of `:words`.
HAS_WORDS = _Matches(post_search.c.words, _WORDS)

# The same, asked of each row on the way: as a sum, the rows are not looked up by it.
HAS_WORDS_TOO: ColumnElement[Any] = HAS_WORDS + literal_column("0")
