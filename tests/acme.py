"""A small world to log touches in: Acme with three contacts, perhaps tied to a CRM."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.store.database import Store, open_store
from csmdesk.store.tables.authored import StakeholderRow
from csmdesk.store.tables.book import BookInfoRow, HolidayRow
from csmdesk.store.tables.machinery import ConnectionRow, RemoteLinkRow
from csmdesk.store.tables.mirror import AccountRow, ContactRow, MeetingRow, UserRow
from csmdesk.usecases.workspace import Workspace

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 9, 10, 31, tzinfo=BERLIN)
PORTAL = "hubspot:1"


def numbered(word: str = "id") -> Callable[[], str]:
    """Make ids that can be foretold: id-1, id-2, …"""
    numbers = count(1)
    return lambda: f"{word}-{next(numbers)}"


def workspace_on(store: Store) -> Workspace:
    return Workspace(store=store, clock=FixedClock(NOW), config=Config(), zone=BERLIN)


def acme(folder: Path, *, linked: bool = False) -> Workspace:
    """Make the world: Ana Silva, Raj Patel, and Xenia Holt who has left."""
    store = open_store(folder / "book.db")
    with store.writing() as session:
        session.add(UserRow(id="me", name="Kim Lee"))
        session.add(BookInfoRow(id=1, me="me"))
        session.add(HolidayRow(on="2026-03-10"))
        session.add(AccountRow(id="acme", name="Acme Corp"))
        session.add(AccountRow(id="globex", name="Globex"))
        session.flush()
        for who, name in (("ana", "Ana Silva"), ("raj", "Raj Patel"), ("xenia", "Xenia Holt")):
            session.add(ContactRow(id=who, account_id="acme", name=name))
        session.flush()
        session.add(StakeholderRow(contact_id="xenia", status="left"))
        if linked:
            tie(session)
    return workspace_on(store)


def tie(session: Session) -> None:
    """Link Acme and Ana, not Raj, to a CRM."""
    now = NOW.astimezone(UTC).isoformat()
    session.add(ConnectionRow(key=PORTAL, crm="hubspot", base_url="https://x", created_at=now))
    session.flush()
    link(session, "company", "account", "acme", "77")
    link(session, "contact", "contact", "ana", "88")


def link(session: Session, object_type: str, entity: str, local_id: str, remote_id: str) -> None:
    session.add(
        RemoteLinkRow(
            connection=PORTAL,
            object_type=object_type,
            remote_id=remote_id,
            entity=entity,
            local_id=local_id,
            seen_at="2026-03-01T00:00:00.000000Z",
        )
    )


def meeting(
    session: Session,
    id_: str,
    start: str,
    end: str,
    *,
    kind: str = "meeting",
    status: str = "planned",
    account_id: str = "acme",
) -> None:
    """Put a meeting of Monday 9 March into the calendar; times are Berlin's, such as `10:00`."""
    day = "2026-03-09T"
    session.add(
        MeetingRow(
            id=id_,
            account_id=account_id,
            kind=kind,
            start=_utc(day + start),
            end=_utc(day + end),
            title=id_,
            status=status,
        )
    )


def _utc(local: str) -> str:
    at = datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
