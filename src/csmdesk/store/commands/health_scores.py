"""Recording our own health score. Plain SQL: a sync does it, and loads no ORM."""

import sqlite3
from collections.abc import Iterable

from csmdesk.domain.records import HealthComponent, HealthRecord
from csmdesk.store.commands.bulk import upsert
from csmdesk.store.encoding import encode_json, row_of


def components_text(components: Iterable[HealthComponent]) -> str:
    """Return the parts of a score as they are stored."""
    return encode_json(
        [
            {name: value for name, value in row_of(part).items() if value is not None}
            for part in components
        ]
    )


def record_scores(connection: sqlite3.Connection, scores: Iterable[HealthRecord]) -> None:
    """Write computed scores; one of the same account and day is replaced."""
    rows = [
        row_of(score, "source", "components", components=components_text(score.components))
        for score in scores
    ]
    upsert(connection, "health_scores", rows, ("account_id", "on"))
