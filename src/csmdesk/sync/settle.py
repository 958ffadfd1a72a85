"""What an answer means for the operation that was sent. Pure.

The table of states of the outbox: only what was proved not to have left, or what can be repeated
without harm, is sent again; everything else is looked up first.
"""

from dataclasses import dataclass
from typing import Final

from csmdesk.crm.base import (
    Absent,
    CannotTell,
    Done,
    Doubt,
    Edited,
    Found,
    Impossible,
    Later,
    Lookup,
    Missing,
    NoAccess,
    NotSent,
    Outcome,
    Refused,
    Several,
    Tier,
)

BACKOFF_BASE: Final = 2.0
BACKOFF_CAP: Final = 900.0
QUIET: Final = (60.0, 300.0, 900.0)
"""Seconds after sending at which a look-up that finds nothing says something."""

RETRY_AFTER_CAP: Final = 3600.0
ROLLING_WAIT: Final = 10.0
DAY_WAIT: Final = 3600.0
MOST_ATTEMPTS: Final = 12
"""How often a failing operation is tried before the user is asked."""


UNANSWERED: Final = "unanswered"
"""What happened to an operation that may be at the CRM and is repeated, which does no harm."""

_REPEATED: Final = "It was sent, but no answer came; it is sent again, which does no harm."


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What becomes of an operation.

    Attributes:
        state: its state from now on.
        remote_id: what the CRM calls the record, when known.
        wait: seconds until it may be touched again.
        charged: whether this counts as an attempt.
        looked: whether this counts as a look-up.
        error_class: one word for what happened.
        error: one sentence for the user.
        existed: it had arrived earlier; nothing new was made.
        unsent: nothing of this sending can have arrived.
    """

    state: str
    remote_id: str | None = None
    wait: float | None = None
    charged: bool = False
    looked: bool = False
    error_class: str | None = None
    error: str | None = None
    existed: bool = False
    unsent: bool = False


def unknowable(why: str) -> Settlement:
    """Return what becomes of a creation that may be there and cannot be looked for: it asks."""
    return Settlement(
        state="failed",
        error_class="unknowable",
        error=f"It may already exist in the CRM, and nothing there tells: {why}",
    )


def backoff(attempts: int, chance: float) -> float:
    """Return the seconds until the next try: full jitter, base 2 s, at most 15 min.

    Args:
        attempts: how often it was tried.
        chance: a number between 0 and 1.
    """
    return min(BACKOFF_BASE * 2.0 ** min(attempts, 16), BACKOFF_CAP) * max(chance, 0.05)


def after_sending(
    outcome: Outcome, *, tier: Tier, kind: str, attempts: int, chance: float
) -> Settlement:
    """Return what an answer means for the operation that was sent (sync reliability §2.2).

    Args:
        outcome: what the connector made of the answer.
        tier: how doubt about it is settled.
        kind: create, update, delete or associate.
        attempts: how often it was tried before.
        chance: a number between 0 and 1, to spread retries.
    """
    match outcome:
        case Done(remote_id=remote_id, existed=existed):
            return Settlement(state="done", remote_id=remote_id, existed=existed)
        case Edited():
            return _after_editing(outcome)
        case NotSent(why=why):
            return Settlement(
                state="pending",
                wait=backoff(attempts, chance),
                charged=True,
                error_class="not_sent",
                error=why,
                unsent=True,
            )
        case Later(why=why, seconds=seconds, daily=daily):
            wait = seconds if seconds is not None else DAY_WAIT if daily else ROLLING_WAIT
            return Settlement(
                state="pending",
                wait=min(wait, RETRY_AFTER_CAP) + chance,
                error_class="daily_limit" if daily else "limit",
                error=why,
                unsent=True,
            )
        case NoAccess(why=why):
            return Settlement(state="pending", error_class="no_access", error=why, unsent=True)
        case Refused(why=why, maybe_ours=True) if kind == "create":
            return _doubtful(tier, "duplicate", why)
        case Refused(why=why):
            return Settlement(
                state="failed", charged=True, error_class="refused", error=why, unsent=True
            )
        case Missing(why=why) if attempts == 0:
            # A merge may have moved it; the pull that follows will know.
            return Settlement(
                state="pending", wait=0.0, charged=True, error_class="missing", error=why
            )
        case Missing(why=why):
            return Settlement(state="failed", charged=True, error_class="missing", error=why)
        case Doubt(why=why):
            return _doubtful(tier if kind == "create" else "A", "doubt", why)


def _after_editing(outcome: Edited) -> Settlement:
    """Return the state of a change of fields.

    What both sides changed, and what arrived while something else was refused, is put into
    operations of their own.
    """
    if outcome.refused:
        return Settlement(
            state="failed",
            remote_id=outcome.remote_id,
            charged=True,
            error_class="refused",
            error=" ".join(dict.fromkeys(outcome.refused.values())),
        )
    if not outcome.now:
        return Settlement(state="cancelled", remote_id=outcome.remote_id)
    other = kept_otherwise(outcome)
    return Settlement(
        state="done",
        remote_id=outcome.remote_id,
        existed=not outcome.written,
        error_class="rewritten" if other else None,
        error=other,
    )


def kept_otherwise(outcome: Edited) -> str | None:
    """Return that the CRM keeps other values than were sent, if it does."""
    other = " and ".join(field.replace("_", " ") for field in outcome.rewritten)
    return f"The CRM keeps another {other} than was sent." if other else None


def _doubtful(tier: Tier, word: str, why: str) -> Settlement:
    """Return the state of an operation that may have arrived, and when to look."""
    wait = 0.0 if tier == "A" else QUIET[0]
    return Settlement(state="uncertain", wait=wait, charged=True, error_class=word, error=why)


def after_looking(
    found: Lookup,
    *,
    lookups: int,
    seconds_since_sent: float,
    attempts: int,
    chance: float,
    kind: str = "create",
) -> Settlement:
    """Return what a look-up means for an operation in doubt.

    Args:
        found: what the connector found.
        lookups: negative answers before this one.
        seconds_since_sent: how long ago it was last sent.
        attempts: how often it was sent.
        chance: a number between 0 and 1, to spread retries.
        kind: create, update, delete or associate: only a creation does harm when repeated.
    """
    match found:
        case Found(remote_id=remote_id):
            return Settlement(state="done", remote_id=remote_id, existed=True)
        case Absent(final=True):
            if attempts >= MOST_ATTEMPTS:
                return Settlement(
                    state="failed",
                    error_class="given_up",
                    error="The CRM never confirmed it. Retry when the CRM is well again.",
                )
            wait = backoff(attempts - 2, chance) if attempts > 1 else 0.0
            return Settlement(
                state="pending",
                wait=wait,
                looked=True,
                error_class=None if kind == "create" else UNANSWERED,
                error=None if kind == "create" else _REPEATED,
            )
        case Absent():
            return _after_absence(lookups, seconds_since_sent)
        case Several():
            return Settlement(
                state="failed",
                error_class="several",
                error="Several records in the CRM could be this one. Link the right one.",
            )
        case CannotTell(why=why, seconds=seconds):
            wait = seconds if seconds is not None else backoff(max(lookups, 2), chance)
            return Settlement(
                state="uncertain",
                wait=min(wait, RETRY_AFTER_CAP),
                error_class="look_up_failed",
                error=why,
            )
        case NoAccess(why=why):
            return Settlement(state="uncertain", error_class="no_access", error=why)
        case Impossible(why=why):
            return unknowable(why)


def _after_absence(lookups: int, seconds_since_sent: float) -> Settlement:
    """Return what one more complete negative means: only three, well apart, allow a resend."""
    due = QUIET[min(lookups, len(QUIET) - 1)]
    if seconds_since_sent < due:
        return Settlement(state="uncertain", wait=due - seconds_since_sent)
    if lookups + 1 >= len(QUIET):
        return Settlement(state="pending", wait=0.0, looked=True)
    return Settlement(
        state="uncertain",
        wait=max(QUIET[lookups + 1] - seconds_since_sent, 1.0),
        looked=True,
        error_class="not_there_yet",
        error="It is not in the CRM so far; it is looked for again before it is sent again.",
    )
