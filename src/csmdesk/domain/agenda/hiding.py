"""What done, snooze and dismiss hide, for how long, and what wakes (agenda model §5)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from csmdesk.domain.agenda.facts import Facts, Word
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import FAMILY, KINDS, PATIENT, Signal
from csmdesk.domain.agenda.standing import Standing
from csmdesk.domain.decisions import Disposition
from csmdesk.domain.health import RANK, override_on
from csmdesk.domain.vocabulary import Colour, DispositionAction


class Hidden(NamedTuple):
    """A signal that sleeps, by which word of the user, and until when (None: for good)."""

    signal: Signal
    action: DispositionAction
    until: date | None
    reason: str | None


def effective(dispositions: Iterable[Disposition]) -> list[Disposition]:
    """Return the dispositions that count: an undone one was never made.

    The latest of each cause (by instant, then id) is kept; the result is in that order.
    """
    latest = {
        (one.account_id, one.type, one.subject, one.episode): one
        for one in not_undone(dispositions)
    }
    return sorted(latest.values(), key=lambda one: (one.at, one.id))


def not_undone(dispositions: Iterable[Disposition]) -> list[Disposition]:
    """Return the dispositions that were not undone, undos aside, by instant, then id.

    An undo can itself be undone.
    """
    rows = sorted(dispositions, key=lambda one: (one.at, one.id))
    undoers: dict[str, list[str]] = {}
    for one in rows:
        if one.action == "undo" and one.undoes is not None:
            undoers.setdefault(one.undoes, []).append(one.id)
    if not undoers:
        return [one for one in rows if one.action != "undo"]
    undone = _undone(undoers)
    return [one for one in rows if one.action != "undo" and one.id not in undone]


def _undone(undoers: dict[str, list[str]]) -> set[str]:
    """Return what some undo that itself counts undoes; a circle of undos undoes nothing."""
    counts: dict[str, bool] = {}
    for first in undoers:
        path = [] if first in counts else [first]
        while path:
            by = undoers.get(path[-1], ())
            next_one = next((one for one in by if one not in counts and one not in path), None)
            if next_one is not None:
                path.append(next_one)
            else:
                counts[path.pop()] = not any(counts.get(one, False) for one in by)
    return {id_ for id_ in undoers if not counts[id_]}


def hides_until(word: Word, moment: Moment) -> date | None:
    """Return the day from which a disposition hides no more; None if it closed for good."""
    if word.action == "done":
        kind = KINDS.get(word.type)
        if kind is None:
            return word.day
        if kind.cooldown is None:
            return None
        return word.day + timedelta(days=kind.cooldown)
    if word.until is not None:
        return word.until
    if word.action == "dismiss":
        return word.day + timedelta(days=moment.config.dismiss_max_days)
    return word.day


def split(
    signals: Sequence[Signal], facts: Facts, standing: Standing, moment: Moment
) -> tuple[list[Signal], list[Hidden]]:
    """Part an account's signals into those that show and those that sleep."""
    causes = {signal.cause: signal for signal in signals}
    asleep: dict[tuple[str, str, str], tuple[Word, date | None]] = {}
    blanket: tuple[date, Word] | None = None
    for word in facts.words:
        until = hides_until(word, moment)
        if until is not None and moment.today >= until:
            continue
        cause = (word.type, word.subject, word.episode)
        if _woken(word, until, causes.get(cause), facts, standing, moment):
            continue
        asleep[cause] = (word, until)
        if (
            word.action == "snooze"
            and until is not None
            and (blanket is None or (until, word.at) > (blanket[0], blanket[1].at))
        ):
            blanket = (until, word)
    visible: list[Signal] = []
    hidden: list[Hidden] = []
    for signal in signals:
        found = asleep.get(signal.cause)
        if (
            blanket is not None
            and signal.family in PATIENT
            and (found is None or (found[1] is not None and found[1] < blanket[0]))
        ):
            found = (blanket[1], blanket[0])
        if found is None:
            visible.append(signal)
        else:
            word, until = found
            hidden.append(Hidden(signal, word.action, until, word.reason))
    return visible, hidden


def _woken(
    word: Word,
    until: date | None,
    signal: Signal | None,
    facts: Facts,
    standing: Standing,
    moment: Moment,
) -> bool:
    """Tell whether a disposition no longer holds: escalation wakes a cause.

    Rhythm and data never wake, nor does what was closed for good.
    """
    if until is None or FAMILY.get(word.type) in PATIENT:
        return False
    if signal is not None:
        if signal.points >= word.points + moment.config.wake_delta:
            return True
        since = signal.must_since
        if since is not None and (
            since > word.at if isinstance(since, datetime) else since > word.day
        ):
            return True
    now, then = standing.colour, _colour_on(facts, word.day)
    return now is not None and then is not None and RANK[now] > RANK[then]


def _colour_on(facts: Facts, day: date) -> Colour | None:
    """Return the account's colour on an earlier day, with the records and overrides of then."""
    override = override_on(facts.overrides, day)
    if override is not None:
        return override.colour
    before = facts.health.before if facts.health is not None else ()
    return dict(before).get(day)


def snooze_limit(signal: Signal, moment: Moment) -> date:
    """Return the last day until which a signal may be snoozed.

    A renewal that has not lapsed returns on the last working day before its act-by date.
    """
    limit = moment.today + timedelta(days=moment.config.snooze_max_days)
    if signal.act_by is not None and signal.on is not None and signal.on >= moment.today:
        limit = min(limit, moment.workdays.before(signal.act_by))
    return limit
