"""The colours that are set against a health score."""

from collections.abc import Iterable

from sqlmodel import Session, col, delete

from csmdesk.domain.records import HealthOverride
from csmdesk.store.encoding import row_of
from csmdesk.store.tables.authored import HealthOverrideRow


def replace_overrides(
    session: Session, account_id: str, overrides: Iterable[HealthOverride]
) -> None:
    """Let an account have these overrides and no others."""
    session.exec(delete(HealthOverrideRow).where(col(HealthOverrideRow.account_id) == account_id))
    for one in overrides:
        session.add(HealthOverrideRow(**row_of(one)))
    session.flush()
