"""Writing a touch and everything it brings about, and taking it back."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from csmdesk.domain.touchpoints import Effect, Entry, Observation
from csmdesk.store.commands.bulk import Values, delete_by, insert
from csmdesk.store.commands.edits import end_edits
from csmdesk.store.commands.outbox import enqueue
from csmdesk.store.commands.sharing import end_shares_of_touch
from csmdesk.store.encoding import encode_date, instant_text, row_of, sha256

CANCEL_EFFECTS_SQL: Final = (
    "UPDATE outbox SET state = 'cancelled', done_at = ?2"
    " WHERE state IN ('pending', 'failed', 'conflict')"
    " AND (entity = 'touchpoint' AND local_id = ?1 OR entity = 'next_step'"
    " AND local_id IN (SELECT id FROM next_steps WHERE touchpoint_id = ?1))"
)
WITHDRAW_SQL: Final = "UPDATE touchpoints SET withdrawn_at = ? WHERE id = ? RETURNING account_id"
BELIEVED_SQL: Final = "SELECT sentiment, sentiment_on FROM stakeholders WHERE contact_id = ?"
BELIEVE_SQL: Final = (
    "INSERT INTO stakeholders (contact_id, roles, sentiment, sentiment_on) VALUES (?, '[]', ?, ?)"
    " ON CONFLICT (contact_id) DO UPDATE SET sentiment = excluded.sentiment,"
    " sentiment_on = excluded.sentiment_on"
)
BELIEVE_AGAIN_SQL: Final = (
    'UPDATE stakeholders SET (sentiment, sentiment_on) = (seen."before", seen.before_on)'
    " FROM observations AS seen WHERE seen.touchpoint_id = ?"
    " AND seen.contact_id = stakeholders.contact_id AND seen.sentiment IS stakeholders.sentiment"
    ' AND seen."on" IS stakeholders.sentiment_on'
)
_STEPS_AND_PEOPLE = ("next_steps", "new_contacts", "observations")


def log_touch(connection: sqlite3.Connection, entry: Entry, now: datetime) -> tuple[str, ...]:
    """Write a touch, its steps, new names, observations and effects.

    Returns:
        The contacts whose sentiment changed: those about whom nothing newer was known.
    """
    touch = entry.touch
    logged = row_of(
        touch,
        *("attendee_ids", "next_steps"),
        origin="logged",
        text_sha256=sha256(touch.text),
        created_at=instant_text(now),
    )
    insert(connection, "touchpoints", [logged])
    attendees: list[Values] = [
        {"touchpoint_id": touch.id, "position": position, "contact_id": contact_id}
        for position, contact_id in enumerate(touch.attendee_ids)
    ]
    insert(connection, "touchpoint_attendees", attendees)
    steps = [
        row_of(step, touchpoint_id=touch.id, account_id=touch.account_id, position=position)
        for position, step in enumerate(touch.next_steps)
    ]
    insert(connection, "next_steps", steps)
    people = [
        row_of(person, account_id=touch.account_id, touchpoint_id=touch.id)
        for person in entry.new_people
    ]
    insert(connection, "new_contacts", people)
    changed = [
        seen.contact_id for seen in entry.observations if _observe(connection, touch.id, seen)
    ]
    enqueue(
        connection,
        entry.effects,
        entity="touchpoint",
        local_id=touch.id,
        account_id=touch.account_id,
        now=now,
    )
    return tuple(changed)


def remove_touch(connection: sqlite3.Connection, touchpoint_id: str, now: datetime) -> None:
    """Delete a touch that never left, and cancel what was to be sent of it."""
    _end(connection, touchpoint_id, now)
    for table in ("touchpoint_attendees", *_STEPS_AND_PEOPLE):
        delete_by(connection, table, "touchpoint_id", (touchpoint_id,))
    delete_by(connection, "touchpoints", "id", (touchpoint_id,))


def withdraw_touch(
    connection: sqlite3.Connection, touchpoint_id: str, removals: Iterable[Effect], now: datetime
) -> None:
    """Mark a touch as taken back after it was sent, and queue its removal at the CRM.

    The text is kept; next steps and observations go, as if it had not been logged.
    """
    _end(connection, touchpoint_id, now)
    for table in _STEPS_AND_PEOPLE:
        delete_by(connection, table, "touchpoint_id", (touchpoint_id,))
    account_id = connection.execute(WITHDRAW_SQL, (instant_text(now), touchpoint_id)).fetchone()[0]
    enqueue(
        connection,
        removals,
        entity="touchpoint",
        local_id=touchpoint_id,
        account_id=account_id,
        now=now,
    )


def cancel_effects(connection: sqlite3.Connection, touchpoint_id: str, now: datetime) -> None:
    """Cancel what is still to be sent of a touch and of its next steps."""
    connection.execute(CANCEL_EFFECTS_SQL, (touchpoint_id, instant_text(now)))


def _end(connection: sqlite3.Connection, touchpoint_id: str, now: datetime) -> None:
    """Let a touch have no more effect: on what is believed of people, and at the CRM."""
    # What was believed before comes back where nothing newer has been said since.
    connection.execute(BELIEVE_AGAIN_SQL, (touchpoint_id,))
    cancel_effects(connection, touchpoint_id, now)
    end_edits(connection, "touchpoint", touchpoint_id, now)
    end_shares_of_touch(connection, touchpoint_id, now)


def _observe(connection: sqlite3.Connection, touchpoint_id: str, seen: Observation) -> bool:
    """Note how somebody felt, unless something newer is known; tell whether it was noted."""
    on = encode_date(seen.on) or ""
    found = connection.execute(BELIEVED_SQL, (seen.contact_id,)).fetchone()
    before, before_on = found if found is not None else (None, None)
    if before_on is not None and before_on > on:
        return False
    observation = row_of(seen, touchpoint_id=touchpoint_id, before=before, before_on=before_on)
    insert(connection, "observations", [observation])
    connection.execute(BELIEVE_SQL, (seen.contact_id, seen.sentiment, on))
    return True
