"""The first schema."""

from pathlib import Path

from alembic import op

from csmdesk.store.creation import statements_of

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first schema."""
    connection = op.get_bind()
    for statement in statements_of(Path(__file__).with_suffix(".sql")):
        connection.exec_driver_sql(statement)
