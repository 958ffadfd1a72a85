"""What logging a touch brings about.

One line becomes a touchpoint, next steps, a dated observation of the mood of those present, and,
where the account is tied to a CRM, the effects to have there. All of it is decided here, purely;
the store writes it in one transaction.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Final, Literal

from csmdesk.domain.cadence import is_customer_touch
from csmdesk.domain.records import MeetingKind, NextStep, Touchpoint, TouchType
from csmdesk.domain.touch.describe import TYPE_NAMES
from csmdesk.domain.touch.reading import Reading

ActivityType = Literal["call", "meeting", "email", "note"]
NewId = Callable[[], str]
"""Makes an id nobody has yet."""

AT_THE_CRM: Final[Mapping[TouchType, ActivityType]] = {
    "call": "call",
    "meeting": "meeting",
    "onsite": "meeting",
    "training": "meeting",
    "qbr": "meeting",
    "ebr": "meeting",
    "email": "email",
    "slack": "note",
    "note": "note",
}
"""What a touch is at a CRM. Internal notes never leave."""

MEETING_KINDS: Final[Mapping[TouchType, MeetingKind]] = {
    "call": "call",
    "meeting": "meeting",
    "onsite": "meeting",
    "training": "training",
    "qbr": "qbr",
    "ebr": "ebr",
    "internal": "internal",
}
"""The kind of calendar entry a touch can be the record of."""

_NAMES: Final[Mapping[str, str]] = {str(kind): name for kind, name in TYPE_NAMES.items()}
_SUMMARY_LENGTH = 60


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A name nobody has yet; waits to become a contact."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Observation:
    """How somebody felt on a day: -1, 0 or 1."""

    contact_id: str
    sentiment: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What a connection knows of a touch's surroundings.

    Attributes:
        connection: its key.
        contact_ids: which of those present it holds.
        meeting_remote_id: its id of the meeting the touch is the record of, if it holds that.
    """

    connection: str
    contact_ids: frozenset[str] = frozenset()
    meeting_remote_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing to have done at a CRM exactly once; the payload is neutral, in book words.

    `base`: what the CRM held of the fields it changes when that was decided.
    """

    op_id: str
    connection: str
    kind: Literal["create", "update", "delete", "associate"]
    object_type: str
    summary: str
    payload: Mapping[str, object] = field(default_factory=dict)
    depends_on: str | None = None
    remote_id: str | None = None
    base: Mapping[str, str | None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Everything one log line writes."""

    touch: Touchpoint
    new_people: tuple[NewPerson, ...] = ()
    observations: tuple[Observation, ...] = ()
    effects: tuple[Effect, ...] = ()


def touch_of(
    reading: Reading,
    *,
    touch_id: str,
    account_id: str,
    user_id: str | None,
    meeting_id: str | None,
    new_id: NewId,
) -> Touchpoint:
    """Return the touchpoint a reading describes."""
    return Touchpoint(
        id=touch_id,
        account_id=account_id,
        type=reading.type,
        at=reading.at.astimezone(UTC),
        minutes=reading.minutes,
        two_way=reading.two_way,
        direction=reading.direction,
        attendee_ids=reading.attendee_ids,
        user_id=user_id,
        outcome=reading.outcome,
        sentiment=reading.mood,
        text=reading.text,
        meeting_id=meeting_id,
        next_steps=tuple(
            NextStep(id=new_id(), text=step.text, side=step.side, due_on=step.due_on)
            for step in reading.steps
        ),
    )


def observations_of(touch: Touchpoint, zone: tzinfo) -> tuple[Observation, ...]:
    """Return whose mood a touch tells: of those met, if it names a mood.

    Nobody is met by a note, an unanswered mail or a call nobody took.
    """
    if touch.sentiment is None or not is_customer_touch(touch.type, touch.two_way, touch.outcome):
        return ()
    on = touch.at.astimezone(zone).date()
    return tuple(Observation(who, touch.sentiment, on) for who in touch.attendee_ids)


def effects_of(
    touch: Touchpoint, account: str, ties: Iterable[Tie], new_id: NewId
) -> tuple[Effect, ...]:
    """Return the chain of operations that brings a touch to each CRM the account is tied to.

    A creation and, depending on it, one association with the company and with each contact the
    CRM holds. A touch that is the record of a meeting the CRM holds updates that meeting instead.

    Args:
        touch: what was logged.
        account: the account's name, for titles and summaries.
        ties: the connections the account is linked to; none means nothing leaves.
        new_id: makes the ids by which the effects are recognised at the CRM.
    """
    object_type = AT_THE_CRM.get(touch.type)
    if object_type is None:
        return ()
    effects: list[Effect] = []
    for tie in ties:
        if tie.meeting_remote_id is not None:
            effects.append(_update_of_meeting(touch, account, tie, new_id()))
            continue
        created = Effect(
            op_id=new_id(),
            connection=tie.connection,
            kind="create",
            object_type=object_type,
            summary=_summary(touch, account),
            payload=_payload(touch, account),
        )
        effects.append(created)
        ends = [("company", touch.account_id)]
        ends += (("contact", who) for who in touch.attendee_ids if who in tie.contact_ids)
        title = title_of(touch.type, account)
        effects += (
            link_of(tie.connection, object_type, title, end, created.op_id, new_id())
            for end in ends
        )
    return tuple(effects)


def link_of(
    connection: str, object_type: str, words: str, end: tuple[str, str], made: str, op_id: str
) -> Effect:
    """Return the effect that links what a creation makes to another record.

    Args:
        connection: where.
        object_type: what is made.
        words: what it is called.
        end: neutral type and local id of the other record.
        made: the creation.
        op_id: names the effect.
    """
    to_type, to_id = end
    return Effect(
        op_id=op_id,
        connection=connection,
        kind="associate",
        object_type=object_type,
        summary=f"{words}: link to {to_type}",
        payload={"to_type": to_type, "to_id": to_id},
        depends_on=made,
    )


def removal_of(
    connection: str, object_type: str, summary: str, remote_id: str, op_id: str
) -> Effect:
    """Return the effect that takes a creation back at a CRM."""
    return Effect(
        op_id=op_id,
        connection=connection,
        kind="delete",
        object_type=object_type,
        summary=f"Take back: {summary}",
        remote_id=remote_id,
    )


def _update_of_meeting(touch: Touchpoint, account: str, tie: Tie, op_id: str) -> Effect:
    # The calendar knows best when it was and what it is called.
    payload = _payload(touch, account)
    for key in ("at", "minutes", "title"):
        payload.pop(key, None)
    return Effect(
        op_id=op_id,
        connection=tie.connection,
        kind="update",
        object_type="meeting",
        summary=_summary(touch, account),
        payload=payload,
        remote_id=tie.meeting_remote_id,
    )


def _payload(touch: Touchpoint, account: str) -> dict[str, object]:
    values: dict[str, object] = {
        "type": touch.type,
        "at": touch.at,
        "minutes": touch.minutes,
        "direction": touch.direction,
        "outcome": touch.outcome,
        "title": title_of(touch.type, account),
        "text": touch.text,
    }
    return {key: value for key, value in values.items() if value is not None}


def title_of(type_: str, account: str) -> str:
    """Return what the record of a touch is called at a CRM: "Call with Acme".

    Args:
        type_: the type of the touch.
        account: the name of its account.
    """
    name = _NAMES.get(type_, type_)
    return f"{name[:1].upper()}{name[1:]} with {account}"


def _summary(touch: Touchpoint, account: str) -> str:
    return summary_of(title_of(touch.type, account), touch.text)


def summary_of(title: str, text: str | None) -> str:
    """Return what an effect is about: a title and the beginning of a text."""
    words = " ".join((text or "").split())
    if len(words) > _SUMMARY_LENGTH:
        words = words[: _SUMMARY_LENGTH - 1].rstrip() + "…"
    return f"{title}: {words}" if words else title
