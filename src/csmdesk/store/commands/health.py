"""Recording our own health score: one row per account and day."""

from collections.abc import Iterable

from sqlmodel import Session

from csmdesk.domain.records import HealthComponent, HealthRecord
from csmdesk.store.encoding import encode_json, row_of
from csmdesk.store.tables.authored import HealthScoreRow


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
    for score in scores:
        session.merge(
            HealthScoreRow(
                **row_of(
                    score, "source", "components", components=components_text(score.components)
                )
            )
        )
    session.flush()
