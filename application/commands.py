"""What all commands have in common."""

from pydantic import BaseModel, ConfigDict


class Command(BaseModel):
    """The base of commands: immutable, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
