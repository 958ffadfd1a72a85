"""Writes `sample_data/book.json`: the same seed always makes the same book.

python sample_data/generate.py            write the book
python sample_data/generate.py --check    exit 1 if the book is not what this would write
"""

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

from calendar_days import HOLIDAYS, Diary, day, instant, text
from cast import ACCOUNTS, Contract, Spec
from dateutil.relativedelta import relativedelta
from events import apply_events, meetings, opportunities, planned_days, tasks
from figures import health, measurements, surveys, tickets
from history import assigned_on, history
from hostile import poison
from people import Cast, domain_of, people_of
from programme import plans
from stories import CHAPTERS
from telling import Said
from worlds import INDUSTRIES

from csmdesk.book.canonical import write
from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of

SEED = "csmdesk sample 1"
BOOK = Path(__file__).with_name("book.json")

USERS = (
    {"id": "U-mara", "name": "Mara Lindqvist", "email": "mara.lindqvist@vendor.example"},
    {"id": "U-jonas", "name": "Jonas Weber", "email": "jonas.weber@vendor.example"},
    {"id": "U-tom", "name": "Tom Adeyemi", "email": "tom.adeyemi@vendor.example"},
    {"id": "U-elena", "name": "Elena Petrova", "email": "elena.petrova@vendor.example"},
    {"id": "U-priya", "name": "Priya Raman", "email": "priya.raman@vendor.example"},
)
RATES = {
    "EUR": "1.09",
    "GBP": "1.28",
    "CHF": "1.13",
    "SEK": "0.096",
    "PLN": "0.253",
    "JPY": "0.0067",
}
EARLIER = {
    "EUR": "1.05",
    "GBP": "1.25",
    "CHF": "1.11",
    "SEK": "0.092",
    "PLN": "0.247",
    "JPY": "0.0065",
}
_BORDERS = ((5_000, "tech"), (20_000, "low"), (100_000, "mid"))


def segment_of(spec: Spec) -> str:
    """The touch model: the account's own, else by ARR in dollars."""
    if spec.segment:
        return spec.segment
    dollars = spec.arr * float(RATES.get(spec.currency, "1"))
    return next((name for border, name in _BORDERS if dollars < border), "high")


def build() -> bytes:
    """Return the whole book in canonical form."""
    book: dict[str, Any] = {
        "format": "csmdesk-book",
        "version": 1,
        "timezone": "Europe/Berlin",
        "base_currency": "USD",
        "me": "U-mara",
        "users": list(USERS),
        "holidays": [text(one) for one in HOLIDAYS],
        "rates": [
            {"currency": code, "on": text(on), "rate": rate}
            for on, table in ((-370, EARLIER), (-67, RATES))
            for code, rate in table.items()
        ],
        "accounts": [],
        "subscriptions": [],
        "contacts": [],
        "touchpoints": [],
        "measurements": [],
        "health": [],
        "pulses": [],
        "tickets": [],
        "surveys": [],
    }
    diary = Diary()
    casts: dict[str, Cast] = {}
    for spec in ACCOUNTS:
        dice = Random(f"{SEED} {spec.id}")
        _add_account(book, spec, casts, diary, dice)
    book["meetings"] = meetings(casts)
    book["opportunities"] = opportunities()
    book["plans"] = plans(casts)
    book["tasks"] = tasks()
    book["planned_days"] = planned_days()
    apply_events(book, casts)
    _number(book)
    poison(book)
    return write(contents_of(read_book(json.dumps(book).encode())))


def _add_account(
    book: dict[str, Any], spec: Spec, casts: dict[str, Cast], diary: Diary, dice: Random
) -> None:
    segment = segment_of(spec)
    cast = casts[spec.id] = people_of(spec, segment, dice)
    chapter = CHAPTERS.get(spec.id)
    for part, changes in (chapter.people if chapter else {}).items():
        row = cast.rows[part]
        row |= {key: text(value) if key == "left_on" else value for key, value in changes.items()}
        if "name" in changes:
            cast.first[part] = changes["name"].split()[0]
            row["email"] = f"{changes['name'].lower().replace(' ', '.')}@{domain_of(spec)}"
        if "roles" in changes:
            row["primary_role"] = changes["roles"][0]
    starts = [_start(contract, spec) for contract in spec.contracts]
    row = {
        "id": spec.id,
        "name": spec.name,
        "domain": domain_of(spec),
        "owner_id": spec.owner,
        "start_on": min(starts),
        "currency": spec.currency,
        "tags": list(spec.tags),
        "notes": spec.notes,
        "parent_id": spec.parent,
        "segment": spec.segment,
    }
    row["industry"] = INDUSTRIES[spec.industry].name
    if (since := assigned_on(spec)) is not None:
        row["assigned_on"] = text(since)
    book["accounts"].append(row)
    book["subscriptions"] += [
        _subscription(spec, contract, number, start)
        for number, (contract, start) in enumerate(zip(spec.contracts, starts, strict=True), 1)
    ]
    touches = history(spec, segment, cast, diary, dice, until=chapter.since if chapter else 0)
    if spec.id == "A-081":
        touches = [one for one in touches if one["at"] < instant(-70, 0)]
    if not spec.is_mine():
        touches = _left_to_colleague(cast, touches)
    touches += [_said(spec, cast, said) for said in (chapter.said if chapter else ())]
    book["touchpoints"] += touches
    _date_sentiments(cast, touches)
    book["contacts"] += cast.rows.values()
    book["measurements"] += measurements(spec, chapter, dice)
    book["health"] += health(spec, chapter, dice)
    book["tickets"] += tickets(spec, segment, dice)
    book["surveys"] += surveys(spec, segment, cast, dice)
    for on, value, note in chapter.pulses if chapter else ():
        book["pulses"].append({"account_id": spec.id, "on": text(on), "value": value, "note": note})


def _start(contract: Contract, spec: Spec) -> str:
    """The first day of a contract that has run whole terms for about the account's age."""
    if contract.end is None or contract.months is None:
        return text(-int(spec.since * 30.4) - int(spec.id[2:]) % 9)
    terms = max(1, -(-(spec.since * 30 + contract.end) // (contract.months * 30)))
    after = day(contract.end + 1)
    return (after - relativedelta(months=terms * contract.months)).isoformat()


def _subscription(spec: Spec, contract: Contract, number: int, start: str) -> dict[str, Any]:
    amount = spec.arr * contract.share // 100
    row: dict[str, Any] = {
        "id": f"S-{spec.id[2:]}-{number}",
        "account_id": spec.id,
        "product": contract.product or "Rounds platform",
        "arr": None if contract.no_arr else str(amount),
        "currency": spec.currency,
        "start_on": start,
        "term_months": contract.months if not contract.evergreen else None,
        "term_end": None if contract.end is None else text(contract.end),
        "auto_renew": contract.auto,
        "notice_days": contract.notice_days,
        "notice_months": contract.notice_months,
        "evergreen": contract.evergreen,
        "forecast": contract.forecast,
        "likelihood": contract.likelihood,
        "status": "active" if contract.ended is None else "ended",
        "ended_on": None if contract.ended is None else text(contract.ended),
        "breaks": [{"on": text(on), "kind": kind} for on, kind in contract.breaks],
    }
    if contract.notice_received is not None:
        row["notice_received_on"] = text(contract.notice_received)
    if contract.ramp:
        first = day((contract.end or 0) + 1) - relativedelta(months=contract.months or 12)
        row["ramp"] = [
            {"from_on": (first + relativedelta(years=year)).isoformat(), "arr": str(step)}
            for year, step in enumerate(contract.ramp)
        ]
    return row


def _said(spec: Spec, cast: Cast, said: Said) -> dict[str, Any]:
    steps = [
        {"side": side, "text": words}
        | ({} if due is None else {"due_on": text(due)})
        | ({} if done is None else {"done_on": text(done)})
        for side, words, due, done in said.steps
    ]
    return {
        "account_id": spec.id,
        "type": said.kind,
        "at": instant(said.day, *said.at),
        "minutes": said.minutes,
        "attendee_ids": cast.ids(*said.who),
        "user_id": "U-mara",
        "text": said.text,
        "next_steps": steps,
        **({"outcome": "held"} if said.kind not in ("email", "internal", "note") else {}),
        **said.more,
    }


def _left_to_colleague(cast: Cast, touches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of a colleague's account one knows what the CRM shows, and no judgement."""
    for row in cast.rows.values():
        for name in ("roles", "primary_role", "influence", "interest", "sentiment"):
            row.pop(name)
        row.pop("reports_to_id", None)
        row.pop("counterpart_id", None)
    seen = [row for row in touches if row["type"] not in ("internal", "note")]
    return [row | {"next_steps": [], "user_id": "U-jonas"} for row in seen]


def _date_sentiments(cast: Cast, touches: list[dict[str, Any]]) -> None:
    """Whoever was never met has no known sentiment; the others' is of their last touch."""
    for row in cast.rows.values():
        met = [one["at"][:10] for one in touches if row["id"] in one["attendee_ids"]]
        if met and "sentiment" in row:
            row["sentiment_on"] = max(met)
        else:
            row.pop("sentiment", None)


def _number(book: dict[str, Any]) -> None:
    """Give touches and steps ids that tell their account and order."""
    book["touchpoints"].sort(key=lambda row: (row["account_id"], row["at"]))
    counts: dict[str, int] = {}
    for row in book["touchpoints"]:
        key = row["account_id"][2:]
        counts[key] = counts.get(key, 0) + 1
        row["id"] = f"T-{key}-{counts[key]:03d}"
        for number, step in enumerate(row.get("next_steps", ()), 1):
            step["id"] = f"N-{key}-{counts[key]:03d}-{number}"


def main() -> int:
    """Write or check the book."""
    made = build()
    if "--check" in sys.argv:
        return 0 if BOOK.read_bytes() == made else 1
    BOOK.write_bytes(made)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
