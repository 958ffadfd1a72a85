"""One account in full: what the book has of it, and what follows from that at an instant."""

from datetime import UTC, date, datetime
from typing import Any

from csmdesk.book.canonical import plain
from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.document import item_document
from csmdesk.domain.exact import plain as plain_number
from csmdesk.domain.renewal import clock
from csmdesk.store.encoding import encode_instant
from csmdesk.store.queries.overview import account_rows, waiting_operations
from csmdesk.store.queries.timeline import deleted_there
from csmdesk.usecases import agenda
from csmdesk.usecases.absent import refusal
from csmdesk.usecases.accounts import account_line, json_number
from csmdesk.usecases.finding import departed_accounts, left_words
from csmdesk.usecases.workspace import Workspace

NEWEST_FIRST = {"touchpoints": "at", "surveys": "at", "tickets": "opened_at"}


def overview(workspace: Workspace, account_id: str, now: datetime | None = None) -> dict[str, Any]:
    """Return the 360 view of an account as JSON values: its shape stands in `docs/cli.md`.

    Rows have the keys of the book format and show the store as it is, except that what is dated
    after the instant is left out of touches, surveys, tickets, measurements and health.

    Raises:
        UnknownAccount: no account in sight has the id.
    """
    instant = now if now is not None else workspace.now()
    seen = agenda.look(workspace, instant)
    with workspace.store.reading() as connection:
        rows = account_rows(connection, account_id)
        operations = waiting_operations(connection, account_id)
        deleted = deleted_there(connection, account_id)
    if not rows["accounts"]:
        with workspace.store.reading() as connection:
            raise refusal(connection, account_id)
    departed = departed_accounts(workspace)
    left = next((each for each in departed if each.id == account_id), None)
    today = seen.moment.today
    known = _until(rows, instant, today)
    one = seen.account(account_id)
    item = seen.agenda.item(account_id)
    return {
        "as_of": instant.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "today": today.isoformat(),
        "account": plain(rows["accounts"][0]),
        **({"left": left_words(workspace, left)} if left is not None else {}),
        "standing": _standing(one, today, seen.moment.rates.base) if one else None,
        "agenda": item_document(item) if item else None,
        **{name: [plain(row) for row in known[name]] for name in known if name != "accounts"},
        "open_next_steps": [
            {"touchpoint_id": touch.id, **plain(step)}
            for touch in known["touchpoints"]
            for step in touch.next_steps
            if step.done_on is None
        ],
        "deleted_there": [
            {"touchpoint_id": touch, "crm_state": state, "known_since": encode_instant(since)}
            for touch, (state, since) in deleted.items()
        ],
        "outbox": operations,
    }


def _standing(one: Assessment, today: date, currency: str) -> dict[str, Any]:
    """Return what follows from the rows: money, touch model, health, clocks, silence."""
    line = account_line(one, today)
    clocks = [
        {
            "subscription_id": contract.id,
            "kind": found.kind,
            "term_end": found.term_end,
            "on": found.on,
        }
        for contract in one.facts.contracts
        if (found := clock(contract, today)) is not None
    ]
    return {
        "arr": None if line.arr is None else plain_number(line.arr),
        "currency": currency,
        "unrated": {code: plain_number(own) for code, own in line.unrated},
        "segment": line.segment,
        "color": line.colour,
        "health_score": json_number(line.score),
        "health_change": json_number(line.move),
        "onboarding": line.onboarding,
        "former": line.former,
        "silent_days": line.silent_days,
        "clocks": [
            {
                key: value.isoformat() if isinstance(value, date) else value
                for key, value in entry.items()
            }
            for entry in clocks
        ],
    }


def _until(rows: dict[str, list[Any]], instant: datetime, today: date) -> dict[str, list[Any]]:
    """Leave out what had not happened yet, and put the newest first where that is looked for."""
    known = dict(rows)
    for name, field in NEWEST_FIRST.items():
        happened = [row for row in rows[name] if getattr(row, field) <= instant]
        known[name] = sorted(happened, key=lambda row: (getattr(row, field), row.id), reverse=True)
    for name in ("measurements", "health", "pulses"):
        known[name] = [row for row in rows[name] if row.on <= today]
    return known
