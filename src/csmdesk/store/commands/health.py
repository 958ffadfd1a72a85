"""The colours that are set against a health score."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from csmdesk.domain.records import HealthOverride
from csmdesk.store.commands.bulk import insert
from csmdesk.store.encoding import row_of

DROP_OVERRIDES_SQL: Final = "DELETE FROM health_overrides WHERE account_id = ?"


def replace_overrides(
    connection: sqlite3.Connection, account_id: str, overrides: Iterable[HealthOverride]
) -> None:
    """Let an account have these overrides and no others."""
    connection.execute(DROP_OVERRIDES_SQL, (account_id,))
    insert(connection, "health_overrides", [row_of(one) for one in overrides])
