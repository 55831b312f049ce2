"""The tenant: one blog of several in one deployment."""

from dataclasses import dataclass
from uuid import UUID

from domain.ids import new_id
from domain.text import checked_line

NAME_LIMIT = 100
DEFAULT_TENANT = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Tenant:
    """A blog with users and posts of its own."""

    id: UUID
    name: str

    @classmethod
    def named(cls, name: str) -> "Tenant":
        return cls(id=new_id(), name=checked_line("name", name, NAME_LIMIT))
