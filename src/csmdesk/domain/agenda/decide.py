"""What done, snooze and dismiss do to an account's causes: who sleeps until when, who is refused.

Agenda model §5. Nothing is written here; the result says what to record and what to close.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.facts import Word
from csmdesk.domain.agenda.hiding import hides_until, snooze_limit
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import KINDS, Signal, rank_key
from csmdesk.domain.agenda.words import named, typed
from csmdesk.domain.decisions import Disposition
from csmdesk.errors import InputError

Action = Literal["done", "snooze", "dismiss"]

CLOSES = frozenset({"promise", "task", "meeting", "review"})
"""Types whose object is closed by done: a step or task is done, a meeting is prepared."""


STAYS = "stays: log a touch"
"""What is told of a check-in that was marked as done: only a touch takes it off the list."""


def stays(action: str, type_: str) -> bool:
    """Tell whether a word hides nothing: a check-in is off the list only once a touch is logged."""
    return action == "done" and KINDS[type_].cooldown == 0


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause that the action takes, until when it sleeps, and whether that was shortened.

    `stays`: the word is recorded, but the cause goes on showing.
    """

    signal: Signal
    until: date | None
    shortened: bool = False
    stays: bool = False

    @property
    def limit(self) -> str:
        """Up to where it may sleep, in words."""
        if self.signal.type == "renewal":
            return "the last working day before it must be acted on"
        return "the longest allowed"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A cause that the action leaves alone, and why."""

    signal: Signal
    why: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What an action does to one account. `ids` are those of its records, once it is kept."""

    account_id: str
    action: Action
    score: int
    causes: tuple[Cause, ...]
    skipped: tuple[Skipped, ...]
    reason: str | None = None
    ids: tuple[str, ...] = ()

    def dispositions(self, ids: Iterable[str], moment: Moment) -> list[Disposition]:
        """Return the records to keep, one per cause, with ids of the caller's."""
        return [
            Disposition(
                id=id_,
                account_id=self.account_id,
                type=cause.signal.type,
                subject=cause.signal.subject,
                episode=cause.signal.episode,
                action=self.action,
                points=cause.signal.points,
                score=self.score,
                at=moment.now,
                until=None if self.action == "done" else cause.until,
                reason=self.reason,
            )
            for id_, cause in zip(ids, self.causes, strict=False)
        ]


def done(
    one: Assessment, moment: Moment, types: Collection[str] = (), reason: str | None = None
) -> Decided:
    """Mark visible causes as done: they sleep for their cooldown, or are closed for good.

    Raises:
        InputError: nothing of the kind shows on the account.
    """
    causes = []
    for signal in _chosen(one, types, "done"):
        word = Word(*signal.cause, "done", moment.today, moment.now, signal.points)
        shows = stays("done", signal.type)
        causes.append(Cause(signal, None if shows else hides_until(word, moment), stays=shows))
    return Decided(one.facts.id, "done", one.combined.score, tuple(causes), (), reason)


def snooze(
    one: Assessment,
    moment: Moment,
    until: date,
    types: Collection[str] = (),
    reason: str | None = None,
) -> Decided:
    """Let visible causes sleep until a date, each at most as long as it may.

    Raises:
        InputError: no cause is left that may sleep; the message says why.
    """
    causes, skipped = [], []
    for signal in _chosen(one, types, "snoozed"):
        limit = snooze_limit(signal, moment)
        if until <= moment.today:
            skipped.append(Skipped(signal, "the date is not in the future"))
        elif signal.must:
            skipped.append(Skipped(signal, _must(signal, moment.today)))
        elif limit <= moment.today:
            skipped.append(Skipped(signal, "its last working day is too near"))
        else:
            causes.append(Cause(signal, min(until, limit), until > limit))
    if not causes:
        raise _refused("snoozed", one, skipped)
    return Decided(
        one.facts.id, "snooze", one.combined.score, tuple(causes), tuple(skipped), reason
    )


def dismiss(
    one: Assessment, moment: Moment, reason: str | None, types: Collection[str] = ()
) -> Decided:
    """Dismiss visible causes for their episode, for a limited time.

    Raises:
        InputError: no reason is given, or no cause is left that may be dismissed.
    """
    if not (reason or "").strip():
        raise InputError("A dismissal needs a reason.", "Say why, for example: --reason duplicate.")
    until = moment.ago(-moment.config.dismiss_max_days)
    causes, skipped = [], []
    for signal in _chosen(one, types, "dismissed"):
        if signal.type in ("promise", "task"):
            skipped.append(Skipped(signal, f"a {signal.type} is done or cancelled, not dismissed"))
        else:
            causes.append(Cause(signal, until))
    if not causes:
        raise _refused("dismissed", one, skipped)
    return Decided(
        one.facts.id, "dismiss", one.combined.score, tuple(causes), tuple(skipped), reason
    )


def _chosen(one: Assessment, types: Collection[str], verb: str) -> list[Signal]:
    meant = {type_: typed(type_) for type_ in types}
    for type_, known in meant.items():
        if known is None:
            kinds = ", ".join(sorted(named(kind) for kind in KINDS))
            raise InputError(f"Nothing on the agenda is called {type_!r}.", f"One of: {kinds}.")
    chosen = [signal for signal in one.visible if not types or signal.type in meant.values()]
    if not chosen:
        of = f" of {', '.join(named(known) for known in meant.values() if known)}" if types else ""
        raise InputError(f"{one.facts.name} shows nothing{of} that could be {verb}.")
    return sorted(chosen, key=rank_key)


def _must(signal: Signal, today: date) -> str:
    if signal.type == "renewal":
        return "its last working day is today or the next: act, or record the decision"
    if signal.type in ("promise", "task"):
        late = 0 if signal.on is None else (today - signal.on).days
        when = f"{late} d late" if late > 0 else "due today"
        return f"{when}: log it, move the date with the customer, or do it"
    if signal.type == "recap":
        return "nothing is logged since: log the meeting"
    if signal.type == "ticket":
        return "critical and open for two days: escalate it"
    return "must be done today"


def _refused(verb: str, one: Assessment, skipped: list[Skipped]) -> InputError:
    reasons = dict.fromkeys(f"{named(item.signal.type)}: {item.why}" for item in skipped)
    return InputError(f"Nothing of {one.facts.name} was {verb}. {'; '.join(reasons)}.")
