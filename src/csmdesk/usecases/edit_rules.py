"""Whether a field can be changed here: has a CRM a place for it, does nothing speak against it."""

import sqlite3

from csmdesk.domain.two_sided.fields import TwoSided
from csmdesk.store.queries import edits as queries
from csmdesk.store.queries.connections import stored_connection

_HOLDERS = {"company": "companies", "deal": "deals"}


def goes(
    connection: sqlite3.Connection, field: TwoSided, place: tuple[str, str, str] | None
) -> bool:
    """Return whether a CRM has a place for a field of a record it has."""
    if place is None:
        return False
    if not field.kept_in:
        return True
    key, object_type, _ = place
    if object_type == "deal" and field.name in ("arr", "term_end"):
        # Every deal has an amount and a closing date.
        return True
    stored = stored_connection(connection, key)
    mapped = {} if stored is None else stored.field_map.get(_HOLDERS.get(object_type, ""), {})
    return any(mapped.get(name) for name in field.kept_in)


def why_not(
    connection: sqlite3.Connection,
    field: TwoSided,
    local_id: str,
    place: tuple[str, str, str] | None,
) -> str:
    """Return why a field cannot be changed here, as a sentence; empty if it can."""
    if queries.conflict_about(connection, field.entity, local_id, field.name) is not None:
        return f"Both sides changed the {field.words}: say first which it is (6 Outbox)."
    if field.entity == "touchpoint" and _imported(connection, local_id):
        return "This touch comes from an imported book: change it there."
    if field.ours or goes(connection, field, place):
        return _notice_in_months(connection, field, local_id)
    if place is None:
        return (
            f"The {field.words} comes from an imported book and would be lost at the next import:"
            " change it in the book."
        )
    return (
        f"The CRM has no property for the {field.words}: map one with"
        f" csmdesk connect hubspot --map {field.kept_in[0]}=PROPERTY."
    )


def _notice_in_months(connection: sqlite3.Connection, field: TwoSided, local_id: str) -> str:
    if (field.entity, field.name) != ("subscription", "notice_days"):
        return ""
    row = connection.execute(
        "SELECT notice_months FROM subscriptions WHERE id = ?", (local_id,)
    ).fetchone()
    return "This contract counts its notice in months." if row is not None and row[0] else ""


def _imported(connection: sqlite3.Connection, touch_id: str) -> bool:
    row = connection.execute("SELECT origin FROM touchpoints WHERE id = ?", (touch_id,)).fetchone()
    return row is not None and row[0] != "logged"
