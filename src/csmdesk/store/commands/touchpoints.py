"""Writing a touch and everything it brings about, and taking it back."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, and_, col, delete, or_, select, update

from csmdesk.domain.touchpoints import Effect, Entry, Observation
from csmdesk.store.commands.edits import end_edits
from csmdesk.store.commands.outbox import enqueue
from csmdesk.store.commands.sharing import end_shares_of_touch
from csmdesk.store.database import raw_connection
from csmdesk.store.encoding import encode_date, instant_text, row_of, sha256
from csmdesk.store.tables.authored import (
    NewContactRow,
    NextStepRow,
    ObservationRow,
    StakeholderRow,
    TouchpointAttendeeRow,
    TouchpointRow,
)
from csmdesk.store.tables.machinery import OutboxRow

_PARTS = (TouchpointAttendeeRow, NextStepRow, NewContactRow, ObservationRow)


def log_touch(session: Session, entry: Entry, now: datetime) -> tuple[str, ...]:
    """Write a touch, its steps, new names, observations and effects.

    Returns:
        The contacts whose sentiment changed: those about whom nothing newer was known.
    """
    touch = entry.touch
    session.add(
        TouchpointRow(
            **row_of(touch, "attendee_ids", "next_steps"),
            origin="logged",
            text_sha256=sha256(touch.text),
            created_at=instant_text(now),
        )
    )
    session.flush()
    for position, contact_id in enumerate(touch.attendee_ids):
        session.add(
            TouchpointAttendeeRow(touchpoint_id=touch.id, position=position, contact_id=contact_id)
        )
    for position, step in enumerate(touch.next_steps):
        session.add(
            NextStepRow(
                **row_of(step),
                touchpoint_id=touch.id,
                account_id=touch.account_id,
                position=position,
            )
        )
    for person in entry.new_people:
        session.add(
            NewContactRow(
                id=person.id,
                account_id=touch.account_id,
                touchpoint_id=touch.id,
                name=person.name,
            )
        )
    changed = [seen.contact_id for seen in entry.observations if _observe(session, touch.id, seen)]
    enqueue(
        session,
        entry.effects,
        entity="touchpoint",
        local_id=touch.id,
        account_id=touch.account_id,
        now=now,
    )
    return tuple(changed)


def remove_touch(session: Session, touchpoint_id: str, now: datetime) -> None:
    """Delete a touch that never left, and cancel what was to be sent of it."""
    _take_back_observations(session, touchpoint_id)
    cancel_effects(session, touchpoint_id, now)
    end_edits(raw_connection(session), "touchpoint", touchpoint_id, now)
    end_shares_of_touch(raw_connection(session), touchpoint_id, now)
    for part in _PARTS:
        session.exec(delete(part).where(col(part.touchpoint_id) == touchpoint_id))
    session.exec(delete(TouchpointRow).where(col(TouchpointRow.id) == touchpoint_id))


def withdraw_touch(
    session: Session, touchpoint_id: str, removals: Iterable[Effect], now: datetime
) -> None:
    """Mark a touch as taken back after it was sent, and queue its removal at the CRM.

    The text is kept; next steps and observations go, as if it had not been logged.
    """
    row = session.get_one(TouchpointRow, touchpoint_id)
    _take_back_observations(session, touchpoint_id)
    cancel_effects(session, touchpoint_id, now)
    end_edits(raw_connection(session), "touchpoint", touchpoint_id, now)
    end_shares_of_touch(raw_connection(session), touchpoint_id, now)
    for part in (NextStepRow, NewContactRow, ObservationRow):
        session.exec(delete(part).where(col(part.touchpoint_id) == touchpoint_id))
    row.withdrawn_at = instant_text(now)
    session.add(row)
    enqueue(
        session,
        removals,
        entity="touchpoint",
        local_id=touchpoint_id,
        account_id=row.account_id,
        now=now,
    )


def cancel_effects(session: Session, touchpoint_id: str, now: datetime) -> None:
    """Cancel what is still to be sent of a touch and of its next steps."""
    steps = select(NextStepRow.id).where(col(NextStepRow.touchpoint_id) == touchpoint_id)
    session.exec(
        update(OutboxRow)
        .where(
            or_(
                and_(
                    col(OutboxRow.entity) == "touchpoint",
                    col(OutboxRow.local_id) == touchpoint_id,
                ),
                and_(
                    col(OutboxRow.entity) == "next_step",
                    col(OutboxRow.local_id).in_(steps),
                ),
            ),
            col(OutboxRow.state).in_(("pending", "failed", "conflict")),
        )
        .values(state="cancelled", done_at=instant_text(now))
    )


def _observe(session: Session, touchpoint_id: str, seen: Observation) -> bool:
    """Note how somebody felt, unless something newer is known; tell whether it was noted."""
    row = session.get(StakeholderRow, seen.contact_id)
    on = encode_date(seen.on) or ""
    if row is None:
        row = StakeholderRow(contact_id=seen.contact_id)
    if row.sentiment_on is not None and row.sentiment_on > on:
        return False
    session.add(
        ObservationRow(
            touchpoint_id=touchpoint_id,
            contact_id=seen.contact_id,
            sentiment=seen.sentiment,
            on=on,
            before=row.sentiment,
            before_on=row.sentiment_on,
        )
    )
    row.sentiment, row.sentiment_on = seen.sentiment, on
    session.add(row)
    session.flush()
    return True


def _take_back_observations(session: Session, touchpoint_id: str) -> None:
    """Restore what was believed before a touch, where nothing newer has been said since."""
    seen = session.exec(
        select(ObservationRow).where(col(ObservationRow.touchpoint_id) == touchpoint_id)
    ).all()
    for observation in seen:
        row = session.get(StakeholderRow, observation.contact_id)
        if row is None or (row.sentiment, row.sentiment_on) != (
            observation.sentiment,
            observation.on,
        ):
            continue
        row.sentiment, row.sentiment_on = observation.before, observation.before_on
        session.add(row)
