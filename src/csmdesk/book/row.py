"""The base of every object in a book."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Row(BaseModel):
    """An object of the document: unknown keys are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def expected(what: str) -> PydanticCustomError:
    """Return the error that says what a value should have been."""
    return PydanticCustomError("expected", "expected {what}", {"what": what})
