"""What only our own export says of a post: the table `extra.broadsheet`."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from interface.cli.importing.front_matter import FrontMatter


class Exact(BaseModel):
    """What other generators have no key for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    username: str
    created_at: AwareDatetime
    byline: str | None = None
    former_slugs: tuple[str, ...] = ()
    archived: bool = False


def exact_of(front: FrontMatter) -> Exact | None:
    """Read the table; None where the post is no export of ours. Raises BadFile."""
    table = front.table("extra").get("broadsheet")
    if table is None:
        return None
    try:
        return Exact.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "broadsheet"
        raise front.fault(key, f"{first['msg']}: leave it as it was exported.") from error
