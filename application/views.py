"""What all answers have in common."""

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """A frozen answer."""

    model_config = ConfigDict(frozen=True)
