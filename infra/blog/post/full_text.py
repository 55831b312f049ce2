"""Full-text search: posts with all words, by the database's own index."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Text, bindparam, literal_column
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from infra.blog.post.table import post_search


class _AllOf(TypeDecorator[Iterable[str]]):
    """A query for all of some words of ASCII letters and digits, in each engine's syntax."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> str:
        required = "+{}" if dialect.name == "mysql" else '"{}"'
        return " ".join(required.format(word) for word in value or ())


_WORDS: BindParameter[Any] = bindparam("words", type_=_AllOf)


class _Matches(FunctionElement[bool]):
    """MATCH, in each engine's syntax.

    It has no type: SQLAlchemy would compare a Boolean with 1 on MySQL, where MATCH gives a rank.
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
    # `wanted` is a bind parameter
    return f"({row_id} IN (SELECT rowid FROM post_search_index WHERE words MATCH {wanted}))"  # noqa: S608


# The condition that a row of `post_search` has all of `:words`.
HAS_WORDS = _Matches(post_search.c.words, _WORDS)

# The same as a filter of each row: MySQL does not use its index for a sum.
HAS_WORDS_TOO: ColumnElement[Any] = HAS_WORDS + literal_column("0")
