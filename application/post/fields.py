"""Which fields of posts a caller asks for."""

from functools import cached_property
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from application.post.ports import PostsQuery
from application.post.views import DeletedPostWithText, DeletedSummary, DeletedSummaryWithText

_LONGEST = 500


def _shown(kind: type[BaseModel]) -> frozenset[str]:
    return frozenset(name for name, field in kind.model_fields.items() if not field.exclude)


_OF_POST = _shown(DeletedPostWithText)
_OF_LIST = _shown(DeletedSummary)
_OF_LIST_WITH_TEXT = _shown(DeletedSummaryWithText)


def names_in(fields: str) -> frozenset[str]:
    """Return the names in a list that commas separate."""
    return frozenset(fields.split(","))


def _checked(fields: str, known: frozenset[str]) -> str:
    """Return the names in one order; raises ValueError for an unknown one."""
    names = names_in(fields)
    if unknown := sorted(names - known):
        raise ValueError(f"unknown: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return ",".join(sorted(names))


def _of_post(fields: str) -> str:
    return _checked(fields, _OF_POST)


_Names = Annotated[str, Field(min_length=1, max_length=_LONGEST, examples=["title,slug"])]


class PostFields(BaseModel):
    """The fields of a post that a caller asks for; all of them without `fields`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fields: Annotated[_Names, AfterValidator(_of_post)] | None = None


class FieldsOfPosts(PostsQuery):
    """A list of posts, and the fields of each that a caller asks for."""

    fields: _Names | None = None

    @field_validator("fields")
    @classmethod
    def _are_there(cls, fields: str | None, others: ValidationInfo) -> str | None:
        known = _OF_LIST_WITH_TEXT if others.data.get("include") else _OF_LIST
        return None if fields is None else _checked(fields, known)

    @cached_property
    def posts(self) -> PostsQuery:
        """The list alone."""
        return PostsQuery.model_validate(self.model_dump(exclude={"fields"}))
