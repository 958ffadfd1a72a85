"""Recording our own health score, and the colours that are set against a score."""

from collections.abc import Iterable

from sqlmodel import Session, col, delete

from csmdesk.domain.records import HealthComponent, HealthOverride, HealthRecord
from csmdesk.store.commands.bulk import upsert
from csmdesk.store.database import raw_connection
from csmdesk.store.encoding import encode_json, row_of
from csmdesk.store.tables.authored import HealthOverrideRow, HealthScoreRow


def components_text(components: Iterable[HealthComponent]) -> str:
    """Return the parts of a score as they are stored."""
    return encode_json(
        [
            {name: value for name, value in row_of(part).items() if value is not None}
            for part in components
        ]
    )


def record_scores(session: Session, scores: Iterable[HealthRecord]) -> None:
    """Write computed scores; one of the same account and day is replaced."""
    rows = [
        row_of(score, "source", "components", components=components_text(score.components))
        for score in scores
    ]
    table = str(HealthScoreRow.__tablename__)
    upsert(raw_connection(session), table, rows, ("account_id", "on"))


def replace_overrides(
    session: Session, account_id: str, overrides: Iterable[HealthOverride]
) -> None:
    """Let an account have these overrides and no others."""
    session.exec(delete(HealthOverrideRow).where(col(HealthOverrideRow.account_id) == account_id))
    for one in overrides:
        session.add(HealthOverrideRow(**row_of(one)))
    session.flush()
