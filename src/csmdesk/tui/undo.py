"""What can be taken back: the actions of this session, the latest first, and what is asked."""

from collections.abc import Callable, Iterable
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Final, NamedTuple

from csmdesk.tui import format as fmt
from csmdesk.tui.ink import fit

if TYPE_CHECKING:
    from csmdesk.usecases.touchpoints import Trace
    from csmdesk.usecases.undoing import Edited, Found

_CRMS: Final = {"hubspot": "HubSpot"}
_WORDS_SHOWN: Final = 40
"""Cells of a touch's own words in a question: enough to know it by."""
_ACTIONS: Final = {"done": "the done", "snooze": "the snooze", "dismiss": "the dismissal"}


class Undoable(NamedTuple):
    """An action that can be taken back.

    Args:
        words: what was done, as the status line says it: "Snoozed Acme".
        take_back: does it, in a thread; returns what to tell, or a question to ask first.
    """

    words: str
    take_back: Callable[[], "str | Question"]


class Question(NamedTuple):
    """Something the user has to agree to before it is done."""

    text: str
    yes: str
    agreed: Callable[[], str]


class Gone(NamedTuple):
    """What should be taken back is not there any more."""

    words: str


class UndoStack:
    """The actions of this session that can be taken back.

    An action leaves while it is being taken back. It returns to its place if that fails, or while
    the user is asked, so that a refusal loses nothing.
    """

    def __init__(self) -> None:
        self._actions: list[Undoable] = []
        self.begun = False
        """Whether anything was done since the start."""

    def __len__(self) -> int:
        return len(self._actions)

    def add(self, action: Undoable) -> None:
        """Remember an action."""
        self.begun = True
        self._actions.append(action)

    def take(self) -> tuple[int, Undoable]:
        """Return the latest action and its place; it is no longer on the stack."""
        action = self._actions.pop()
        return len(self._actions), action

    def put_back(self, place: int, action: Undoable) -> None:
        """Put an action back where it was."""
        if action not in self._actions:
            self._actions.insert(min(place, len(self._actions)), action)

    def drop(self, action: Undoable) -> None:
        """Forget an action, if it is there."""
        if action in self._actions:
            self._actions.remove(action)


def crm_name(kind: str) -> str:
    """Return how a kind of CRM is called: "HubSpot"."""
    return _CRMS.get(kind, kind)


def touch_named(touch: "Trace", today: date, zone: tzinfo) -> str:
    """Return a touch so that it can be told from others: whose, when and its words."""
    from csmdesk.domain.touch.describe import type_name

    at = touch.at.astimezone(zone)
    when = f"{at:%H:%M}"
    if at.date() != today:
        when = f"{fmt.day_name(at.date(), today)}, {when}"
    text = " ".join(touch.text.split())
    words = f" “{fit(text, _WORDS_SHOWN)}”" if text else ""
    return f"the {type_name(touch.type)} with {touch.account} of {when}{words}"


def touch_question(
    touch: "Trace", today: date, zone: tzinfo, agreed: Callable[[], str]
) -> Question:
    """Return the question before a touch is taken back that is at the CRM, or may be."""
    named = touch_named(touch, today, zone)
    crm = crm_name(touch.crm or "the CRM")
    if touch.linked and not touch.made:
        return Question(f"Take back {named}? {stays_words(crm)}", "take it back", agreed)
    tasks = f" and {fmt.counted(touch.tasks, 'task')} of it" if touch.tasks else ""
    return Question(f"Archive {named}{tasks} in {crm} too?", f"archive it in {crm}", agreed)


def earlier_question(
    found: "Found",
    today: date,
    zone: tzinfo,
    agreed: Callable[[], str],
    *,
    begun: bool,
) -> Question:
    """Return the question before something is taken back that was done before the start.

    Args:
        found: what it is.
        today: the day in the user's zone.
        zone: the user's zone.
        agreed: takes it back.
        begun: whether anything was done since the start.
    """
    from csmdesk.domain.agenda.words import types_named
    from csmdesk.usecases.touchpoints import Trace
    from csmdesk.usecases.undoing import Edited, Replanned

    lead = "All of this session is taken back." if begun else "Nothing was done since the start."
    if isinstance(found, Trace):
        named = touch_named(found, today, zone)
        if found.crm is None:
            return Question(f"{lead} Take back {named}? It never left.", "take it back", agreed)
        crm = crm_name(found.crm)
        if found.linked and not found.made:
            text = f"{lead} Take back {named}? {stays_words(crm)}"
            return Question(text, "take it back", agreed)
        return Question(
            f"{lead} Take back {named}, and archive it in {crm}?", f"archive it in {crm}", agreed
        )
    at = found.at.astimezone(zone)
    when = f"{fmt.day_name(at.date(), today)}, {at:%H:%M}" if at.date() != today else f"{at:%H:%M}"
    if isinstance(found, Replanned):
        return Question(f"{lead} Take back that {found.told}, at {when}?", "take it back", agreed)
    if isinstance(found, Edited):
        text = f"{lead} Take back {edit_named(found)} of {when}? It was not sent."
        return Question(text, "take it back", agreed)
    named = f"{_ACTIONS.get(found.action, found.action)} of {found.account}"
    causes = types_named(found.types)
    return Question(
        f"{lead} Take back {named} ({causes}) of {when}? It stays within csmdesk.",
        "take it back",
        agreed,
    )


def shown_again(account: str, action: str, types: Iterable[str]) -> str:
    """Return what is told when causes are shown again: "Acme: ticket shown again."."""
    from csmdesk.domain.agenda.decide import stays
    from csmdesk.domain.agenda.words import types_named

    hidden = [type_ for type_ in types if not stays(action, type_)]
    if not hidden:
        return f"{account}: taken back; it had hidden nothing."
    return f"{account}: {types_named(hidden)} shown again."


def stays_words(crm: str) -> str:
    """Return that what a touch was linked with is not removed with it."""
    return f"What you linked it with stays in {crm}."


def edit_named(found: "Edited") -> str:
    """Return an edit so that it can be told from others: whose and of which fields."""
    words = ", ".join(each.words for each in found.edit.changes)
    return f"the new {words} of {found.edit.name}"


def taken_words(found: "Found", today: date, zone: tzinfo) -> str:
    """Return what is told after something earlier was taken back."""
    from csmdesk.usecases.touchpoints import Trace
    from csmdesk.usecases.undoing import Edited, Replanned

    if isinstance(found, Replanned):
        return f"Took back that {found.told}."
    if isinstance(found, Edited):
        return f"Took back {edit_named(found)}; nothing is sent."
    if isinstance(found, Trace):
        end = "; it never left."
        if found.crm is not None:
            crm = crm_name(found.crm)
            end = f"; {crm} is told at the next sync."
            if found.linked and not found.made:
                end = f". {stays_words(crm)}"
        return f"Took back {touch_named(found, today, zone)}{end}"
    return shown_again(found.account, found.action, found.types)
