"""The table `extra.broadsheet`, which only this program's export writes."""

from collections.abc import Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from domain.post import Access
from interface.cli.importing.front_matter import FrontMatter


class Exact(BaseModel):
    """Fields for which other generators have no key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str
    created_at: AwareDatetime
    byline: str | None = None
    former_slugs: tuple[str, ...] = ()
    archived: bool = False
    page: bool = False
    access: Access = Access.PUBLIC
    alts: Mapping[str, str] = {}  # of pictures, by their addresses


def exact_of(front: FrontMatter) -> Exact | None:
    """Read the table; None where there is none. Raises BadFile."""
    table = front.table("extra").get("broadsheet")
    if table is None:
        return None
    try:
        return Exact.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "broadsheet"
        raise front.fault(key, f"{first['msg']}: leave it as it was exported.") from error
