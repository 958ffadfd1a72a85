"""How a column is declared.

STRICT tables know TEXT, INTEGER and REAL only, so every value is stored encoded: dates as
`YYYY-MM-DD`, instants as `YYYY-MM-DDTHH:MM:SS.ffffffZ`, decimals as canonical text, booleans as
0 and 1, lists nobody joins on as JSON arrays (see `store/encoding.py`).
"""

from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import CheckConstraint, Integer, Text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# A constraint without a name cannot be taken away by a later migration.

STRICT = {"sqlite_strict": True}
"""Table option: SQLite checks the type of every value."""

REQUIRED: Any = PydanticUndefined


def key(references: str | None = None) -> Any:
    """Return a text column of the primary key, perhaps naming a row of another table."""
    if references is None:
        return Field(primary_key=True, sa_type=Text)
    return Field(primary_key=True, sa_type=Text, foreign_key=references)


def key_number() -> Any:
    """Return an integer column of the primary key: a position in a list, or a row number."""
    return Field(primary_key=True, sa_type=Integer, sa_column_kwargs={"autoincrement": False})


def text_column(
    default: str | None = REQUIRED, *, references: str | None = None, index: bool = False
) -> Any:
    """Return a text column, required unless it has a default."""
    if references is None:
        return Field(default=default, sa_type=Text, index=index)
    return Field(default=default, sa_type=Text, foreign_key=references, index=index)


def number_column(default: int | None = REQUIRED, *, index: bool = False) -> Any:
    """Return an integer column, required unless it has a default."""
    return Field(default=default, sa_type=Integer, index=index)


def one_of(column: str, *values: str) -> CheckConstraint:
    """Return a named check that a column holds one of some words (or nothing)."""
    words = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({words})", name=f"{column}_known")
