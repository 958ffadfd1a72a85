"""Shared steps as they are written on the screen. Pure."""

from datetime import date
from typing import TYPE_CHECKING, Final

from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Piece, Voice, fit

if TYPE_CHECKING:
    from csmdesk.tui.picking import Entry
    from csmdesk.usecases.sharing import Shared, Step

STANDINGS: Final[dict[str, tuple[str, Voice]]] = {
    "queued": ("↑ queued", "plain"),
    "uncertain": ("? uncertain", "yellow"),
    "failed": ("▲ failed", "red"),
    "conflict": ("≠ conflict", "yellow"),
    "sent": ("✓ in the CRM", "muted"),
    "done": ("✓ done in the CRM", "muted"),
}
"""Where a shared step stands at the CRM, and how loud that is said."""

_WORDS: Final = 40


def standing(step_id: str, standings: "dict[str, str]") -> list[Piece]:
    """Return where a step stands at the CRM; nothing for one that is not shared."""
    found = STANDINGS.get(standings.get(step_id, ""))
    return [] if found is None else [Piece(f"  {found[0]}", found[1])]


def entry(step: "Step", today: date) -> "Entry":
    """Return a step as something to pick."""
    from csmdesk.tui.picking import Entry

    whose = "milestone" if step.kind == "milestone" else "we" if step.side == "us" else "they"
    due = f", due {fmt.day_name(step.due_on, today)}" if step.due_on is not None else ""
    mark = STANDINGS[step.standing][0] if step.standing else ""
    return Entry(step.id, step.text, f"{whose}{due}, from {step.source}", mark, lambda: None)


def shortened(text: str) -> str:
    """Return enough of a step's words to know it by."""
    return fit(text, _WORDS)


def shared_words(made: "Shared", today: date) -> str:
    """Return what sharing came to."""
    steps = made.steps
    what = f"“{shortened(steps[0].text)}”" if len(steps) == 1 else f"{len(steps)} next steps"
    text = f"Shared {what} as {'a task' if len(steps) == 1 else 'tasks'}. Queued for the CRM."
    if made.due is not None:
        text += f" Without a day of its own it is due {fmt.day_name(made.due, today)} there."
    return text


def unshared_words(made: "Shared") -> str:
    """Return what taking back came to."""
    steps = made.steps
    what = f"“{shortened(steps[0].text)}”" if len(steps) == 1 else f"{len(steps)} steps"
    end = "its task is archived there at the next sync" if made.op_ids else "it never left"
    if made.stays and not made.op_ids:
        end = "the task you linked it with stays there"
    return f"{what} is shared no more: {end}."
