"""Changing records here and at the CRM, and looking at both sides."""

from typing import Any

from tests.sandbox.running import Sandbox
from tests.sync.office import Desk

from csmdesk.usecases import editing
from csmdesk.usecases.edit_writing import Edit


def there(crm: Sandbox, kind: str, remote: str, *names: str) -> dict[str, Any]:
    """Properties of a record at the CRM."""
    asked = ",".join(names)
    found = crm.ask("GET", f"/crm/objects/2026-09/{kind}/{remote}?properties={asked}")
    return dict(found["properties"])


def change_there(crm: Sandbox, kind: str, remote: str, **properties: str) -> None:
    """Change a record as a colleague would."""
    crm.ask("PATCH", f"/crm/objects/2026-09/{kind}/{remote}", {"properties": properties})


def remote_of(desk: Desk, local_id: str) -> str:
    """What the CRM calls a record."""
    return str(desk.one("SELECT remote_id FROM remote_links WHERE local_id = ?", local_id))


def person(desk: Desk, name: str = "Bo Hall") -> str:
    """The local id of a contact."""
    return str(desk.one("SELECT id FROM contacts WHERE name = ?", name))


def edit(desk: Desk, entity: str, local_id: str, **typed: str) -> Edit:
    """Edit a record here."""
    return editing.change(desk.workspace, entity, local_id, typed, desk.clock.now())


def title(desk: Desk, who: str) -> Any:
    """The title a contact has here."""
    return desk.one("SELECT title FROM contacts WHERE id = ?", who)


def summaries(desk: Desk) -> dict[str, str]:
    """What each operation is about, by its state."""
    return dict(desk.rows("SELECT state, summary FROM outbox"))


def conflicts(desk: Desk) -> list[tuple[Any, ...]]:
    """Open conflicts."""
    return desk.rows(
        "SELECT entity, field, base, local, remote FROM conflicts WHERE settled_at IS NULL"
    )


def contract(desk: Desk) -> str:
    """The contract of the CRM."""
    return str(desk.one("SELECT id FROM subscriptions WHERE state = 'active'"))


def text_there(crm: Sandbox, desk: Desk, touch: str, kind: str = "calls") -> str:
    """The body of a touch at the CRM."""
    name = {"calls": "hs_call_body", "notes": "hs_note_body"}[kind]
    return str(there(crm, kind, remote_of(desk, touch), name)[name])


def text_here(desk: Desk, touch: str) -> Any:
    """The text of a touch here."""
    return desk.one("SELECT text FROM touchpoints WHERE id = ?", touch)
