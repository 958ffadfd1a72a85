"""Making a book whole: every reference in it resolves.

A store that follows a CRM sees only a part of it: an owner, an attendee or a parent company may
be out of sight. What needs the missing row goes; what merely names it forgets the name.
"""

from collections.abc import Iterable, Set
from dataclasses import replace
from typing import Any

from csmdesk.book.contents import Contents
from csmdesk.domain import records


def closed(contents: Contents) -> Contents:
    """Return the contents without rows and names that point outside them."""
    users = {row.id for row in contents.users}
    accounts = {row.id for row in contents.accounts}
    contacts = {row.id for row in contents.contacts if row.account_id in accounts}
    meetings = {
        row.id for row in contents.meetings if row.account_id is None or row.account_id in accounts
    }
    dispositions = _held(contents.dispositions, accounts)
    kept_dispositions = {row.id for row in dispositions}

    def here(name: str | None, known: Set[str]) -> str | None:
        return name if name in known else None

    def milestone(row: records.Milestone) -> records.Milestone:
        return replace(row, person_id=here(row.person_id, users | contacts))

    def objective(row: records.Objective) -> records.Objective:
        return replace(row, milestones=tuple(map(milestone, row.milestones)))

    return replace(
        contents,
        me=here(contents.me, users),
        accounts=tuple(
            replace(
                row, parent_id=here(row.parent_id, accounts), owner_id=here(row.owner_id, users)
            )
            for row in contents.accounts
        ),
        subscriptions=_held(contents.subscriptions, accounts),
        opportunities=_held(contents.opportunities, accounts),
        contacts=tuple(
            replace(
                row,
                reports_to_id=here(row.reports_to_id, contacts),
                counterpart_id=here(row.counterpart_id, users),
            )
            for row in _held(contents.contacts, accounts)
        ),
        touchpoints=tuple(
            replace(
                row,
                attendee_ids=_among(row.attendee_ids, contacts),
                user_id=here(row.user_id, users),
                meeting_id=here(row.meeting_id, meetings),
            )
            for row in _held(contents.touchpoints, accounts)
        ),
        meetings=tuple(
            replace(row, attendee_ids=_among(row.attendee_ids, contacts))
            for row in contents.meetings
            if row.id in meetings
        ),
        tickets=_held(contents.tickets, accounts),
        measurements=_held(contents.measurements, accounts),
        health=_held(contents.health, accounts),
        pulses=_held(contents.pulses, accounts),
        health_overrides=_held(contents.health_overrides, accounts),
        surveys=tuple(
            replace(row, contact_id=here(row.contact_id, contacts))
            for row in _held(contents.surveys, accounts)
        ),
        plans=tuple(
            replace(
                row,
                owner_us_id=here(row.owner_us_id, users),
                owner_them_id=here(row.owner_them_id, contacts),
                objectives=tuple(map(objective, row.objectives)),
            )
            for row in _held(contents.plans, accounts)
        ),
        tasks=_held(contents.tasks, accounts),
        dispositions=tuple(
            row for row in dispositions if row.undoes is None or row.undoes in kept_dispositions
        ),
        planned_days=_held(contents.planned_days, accounts),
    )


def _held(rows: Iterable[Any], accounts: Set[str]) -> tuple[Any, ...]:
    return tuple(row for row in rows if row.account_id in accounts)


def _among(ids: Iterable[str], known: Set[str]) -> tuple[str, ...]:
    return tuple(one for one in ids if one in known)
