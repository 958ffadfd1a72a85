"""The part of a book that only a CSM has, with the ids that a pull of the portal gives. Pure.

Together with what the portal holds it makes the whole book again. A row that adds something to a
record of the CRM (tags and notes of an account, a person's roles, a forecast, the preparation of a
meeting, the next steps of a touch) is given whole, under the id of the pulled record. A renewal of
several contracts may get another lowest id, so that its dispositions lapse.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from csmdesk.book.contents import Contents
from csmdesk.domain.records import (
    Account,
    Contact,
    Disposition,
    Meeting,
    Milestone,
    Plan,
    Subscription,
    Touchpoint,
)
from csmdesk.sandbox.portal_schema import USAGE_METRICS
from csmdesk.sandbox.remote_ids import RemoteIds


def csm_part(contents: Contents, portal_id: int) -> Contents:
    """What to import after the first pull of `portal_of(contents, …, portal_id)`.

    Raises ValueError if two rows would share a remote id.
    """
    names = _Names(RemoteIds(contents, portal_id))
    return Contents(
        timezone=contents.timezone,
        base_currency=contents.base_currency,
        me=names.user(contents.me),
        settings=contents.settings,
        holidays=contents.holidays,
        rates=contents.rates,
        accounts=tuple(names.judged_account(row) for row in contents.accounts if _told(row)),
        contacts=tuple(names.judged_contact(row) for row in contents.contacts if _judged(row)),
        subscriptions=tuple(
            names.judged_subscription(row) for row in contents.subscriptions if _forecast(row)
        ),
        touchpoints=tuple(names.touches(contents.touchpoints)),
        meetings=tuple(names.meetings(contents.meetings)),
        measurements=tuple(
            replace(row, account_id=names.account(row.account_id))
            for row in contents.measurements
            if row.metric not in USAGE_METRICS
        ),
        health=tuple(
            replace(row, account_id=names.account(row.account_id))
            for row in contents.health
            if row.source == "computed"
        ),
        pulses=names.moved(contents.pulses),
        health_overrides=names.moved(contents.health_overrides),
        surveys=names.moved(row for row in contents.surveys if row.contact_id is None),
        plans=tuple(names.plan(row) for row in contents.plans),
        tasks=names.moved(row for row in contents.tasks if row.due_on is None),
        dispositions=tuple(names.disposition(row) for row in contents.dispositions),
        planned_days=names.moved(contents.planned_days),
    )


def _told(row: Account) -> bool:
    return bool(row.tags or row.notes is not None)


def _judged(row: Contact) -> bool:
    marks = (
        row.primary_role,
        row.influence,
        row.interest,
        row.sentiment,
        row.sentiment_on,
        row.status,
        row.left_on,
        row.reports_to_id,
        row.counterpart_id,
    )
    return bool(row.roles) or any(mark is not None for mark in marks)


def _forecast(row: Subscription) -> bool:
    marks = (row.forecast, row.likelihood, row.notice_received_on)
    return any(mark is not None for mark in marks)


# Which ids the subject of a disposition is one of, by its type (agenda model §5).
_SUBJECTS = {
    "renewal": "subscriptions",
    "task": "tasks",
    "recap": "meetings",
    "meeting": "meetings",
    "review": "meetings",
    "ticket": "tickets",
    "nps": "surveys",
    "champion": "contacts",
    "detractor": "contacts",
    "silent": "contacts",
}


class _Names:
    """Local ids of everything; an id that the CRM does not hold stays as it is."""

    def __init__(self, ids: RemoteIds) -> None:
        self.ids = ids
        self._local = {
            name: {book_id: ids.local(remote) for book_id, remote in getattr(ids, name).items()}
            for name in (
                *("users", "accounts", "contacts", "subscriptions", "tickets"),
                *("tasks", "surveys", "meetings", "touchpoints"),
            )
        }

    def _in(self, name: str, book_id: str | None) -> str | None:
        return None if book_id is None else self._local[name].get(book_id, book_id)

    def account(self, book_id: str) -> str:
        return self._local["accounts"].get(book_id, book_id)

    def user(self, book_id: str | None) -> str | None:
        return self._in("users", book_id)

    def contact(self, book_id: str | None) -> str | None:
        return self._in("contacts", book_id)

    def people(self, book_ids: Iterable[str]) -> tuple[str, ...]:
        known = self._local["contacts"]
        return tuple(known.get(book_id, book_id) for book_id in book_ids)

    def moved(self, rows: Iterable[Any]) -> tuple[Any, ...]:
        """The rows under the local ids of their accounts, otherwise as they are."""
        return tuple(replace(row, account_id=self.account(row.account_id)) for row in rows)

    def judged_account(self, row: Account) -> Account:
        return replace(
            row,
            id=self.account(row.id),
            parent_id=self._in("accounts", row.parent_id),
            owner_id=self.user(row.owner_id),
            crm_url=None,
        )

    def judged_contact(self, row: Contact) -> Contact:
        return replace(
            row,
            id=self._local["contacts"][row.id],
            account_id=self.account(row.account_id),
            reports_to_id=self.contact(row.reports_to_id),
            counterpart_id=self.user(row.counterpart_id),
        )

    def judged_subscription(self, row: Subscription) -> Subscription:
        local = self._local["subscriptions"][row.id]
        return replace(row, id=local, account_id=self.account(row.account_id))

    def touches(self, rows: Iterable[Touchpoint]) -> Iterable[Touchpoint]:
        for row in rows:
            here = replace(
                row,
                account_id=self.account(row.account_id),
                attendee_ids=self.people(row.attendee_ids),
                user_id=self.user(row.user_id),
                meeting_id=self._in("meetings", row.meeting_id),
            )
            if row.id not in self.ids.touchpoints:
                yield here
            elif row.next_steps:
                yield replace(here, id=self._local["touchpoints"][row.id])

    def meetings(self, rows: Iterable[Meeting]) -> Iterable[Meeting]:
        for row in rows:
            held = row.id in self.ids.meetings
            if held and row.prep == "none":
                continue
            yield replace(
                row,
                id=self._local["meetings"].get(row.id, row.id),
                account_id=self._in("accounts", row.account_id),
                attendee_ids=self.people(row.attendee_ids),
            )

    def plan(self, row: Plan) -> Plan:
        return replace(
            row,
            account_id=self.account(row.account_id),
            owner_us_id=self.user(row.owner_us_id),
            owner_them_id=self.contact(row.owner_them_id),
            objectives=tuple(
                replace(
                    objective,
                    milestones=tuple(self.milestone(one) for one in objective.milestones),
                )
                for objective in row.objectives
            ),
        )

    def milestone(self, row: Milestone) -> Milestone:
        names = "users" if row.side == "us" else "contacts"
        return replace(row, person_id=self._in(names, row.person_id))

    def disposition(self, row: Disposition) -> Disposition:
        names = _SUBJECTS.get(row.type)
        subject = row.subject if names is None else self._in(names, row.subject)
        return replace(row, account_id=self.account(row.account_id), subject=subject or row.subject)
