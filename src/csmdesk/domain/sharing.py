"""What becomes of a next step or a milestone that the user lets out to the CRM: a task there.

The task's title is the step, its text says where the step comes from; the words of the touch itself
stay here. All of it is decided here, purely; the store writes it in one transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from csmdesk.domain.records import MilestoneStatus, Side
from csmdesk.domain.touchpoints import Effect, link_of
from csmdesk.domain.workdays import Workdays

SharedKind = Literal["next_step", "milestone"]
SHARED_KINDS: Final[frozenset[str]] = frozenset({"next_step", "milestone"})
"""What can be shared, in the words of the outbox and of `remote_links.entity`."""

TASK_FIELDS: Final = ("title", "due_on", "done")
"""What a shared step and its task have in common; each is followed on both sides."""

CLOSED: Final[frozenset[str]] = frozenset({"done", "dropped"})
"""Milestones nobody works on any more: their task is completed."""

THEIRS: Final = "They: "
"""Begins the title of a task that stands for what the customer promised."""

LONGEST_TITLE: Final = 240
_WITHOUT_DATE: Final = timedelta(days=7)

YES: Final = "true"
NO: Final = "false"
NewId = Callable[[], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskValues:
    """A task as both sides can tell it: text as in the book format, `done` true or false."""

    title: str
    due_on: str
    done: str

    def of(self, field: str) -> str:
        """Return a field by its name."""
        return {"title": self.title, "due_on": self.due_on, "done": self.done}[field]

    def fields(self) -> dict[str, str]:
        """Return all fields by name."""
        return {name: self.of(name) for name in TASK_FIELDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shareable:
    """A next step or a milestone, and where it comes from.

    Attributes:
        kind: next step or milestone.
        source: the touch or plan it belongs to, in words: "the call of 12 Mar".
        contact_ids: those of the customer it concerns, if it is theirs to do.
    """

    kind: SharedKind
    id: str
    account_id: str
    account: str
    text: str
    side: Side
    due_on: date | None
    done_on: date | None
    source: str
    status: MilestoneStatus | None = None
    contact_ids: tuple[str, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether nothing is left to do."""
        return self.status in CLOSED if self.status is not None else self.done_on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A connection a step is shared with, and which of its people that holds."""

    connection: str
    contact_ids: frozenset[str] = frozenset()


def due_of(due: date | None, today: date, workdays: Workdays) -> date:
    """Return when a task is due: a step without a day gets a week, to a day that is worked.

    A CRM's task has to have a date; the step here keeps none.
    """
    if due is not None:
        return due
    day = today + _WITHOUT_DATE
    return day if workdays.is_working(day) else workdays.next(day)


def title_of(text: str, side: Side) -> str:
    """Return the title of a task: one line, ours or marked as theirs."""
    title = " ".join(text.split())
    if side == "them":
        title = THEIRS + title
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    return title


def text_of(title: str, side: Side) -> str:
    """Return the text of a step from the title its task has at the CRM."""
    return title.removeprefix(THEIRS).strip() if side == "them" else title.strip()


def is_cut(text: str, side: Side) -> bool:
    """Tell whether a step's text is longer than a title, so that a title cannot replace it."""
    return title_of(text, side).endswith("…") and not text.rstrip().endswith("…")


def values_of(step: Shareable, known_due: str) -> TaskValues:
    """Return a step as its task should be.

    Args:
        step: as it is here.
        known_due: what the task is due, for a step that has no day of its own.
    """
    return TaskValues(
        title=title_of(step.text, step.side),
        due_on=step.due_on.isoformat() if step.due_on is not None else known_due,
        done=YES if step.closed else NO,
    )


def words_of(step: Shareable) -> str:
    """Return the text of a task: who promised it, where, and all of a text that was too long."""
    who = step.account if step.side == "them" else "us"
    verb = "Milestone of" if step.kind == "milestone" else "Promised in"
    context = f"{verb} {step.source} with {step.account}. To be done by {who}."
    return f"{step.text.strip()}\n{context}" if is_cut(step.text, step.side) else context


def effects_of_sharing(
    step: Shareable, values: TaskValues, audience: Audience, new_id: NewId
) -> tuple[Effect, ...]:
    """Return the chain that makes a task: its creation, then a link to the company and to people.

    Args:
        step: what is shared.
        values: the task as it will be.
        audience: with whom.
        new_id: makes the ids by which the effects are recognised at the CRM.
    """
    created = Effect(
        op_id=new_id(),
        connection=audience.connection,
        kind="create",
        object_type="task",
        summary=task_summary(step.account, values.title),
        payload=payload_of(step, values),
    )
    ends = [("company", step.account_id)]
    ends += (("contact", who) for who in step.contact_ids if who in audience.contact_ids)
    return (
        created,
        *(
            link_of(
                audience.connection,
                "task",
                task_summary(step.account),
                end,
                created.op_id,
                new_id(),
            )
            for end in ends
        ),
    )


def task_summary(account: str, title: str = "") -> str:
    """Return what an operation about a task is about, in words."""
    return f"Task for {account}: {title}" if title else f"Task for {account}"


def payload_of(step: Shareable, values: TaskValues) -> dict[str, object]:
    """Return what the creation of a task says."""
    return said_of(words_of(step), values)


def said_of(text: object, values: TaskValues) -> dict[str, object]:
    """Return what the creation of a task says, with this text."""
    said: dict[str, object] = {"title": values.title, "text": text, "due_on": values.due_on}
    return said | ({"done": True} if values.done == YES else {})


def change_of(
    connection: str,
    remote_id: str,
    account: str,
    title: str,
    fields: Mapping[str, str],
    base: TaskValues,
    op_id: str,
) -> Effect:
    """Return the effect that changes some fields of a task; `base` is what it has so far."""
    return Effect(
        op_id=op_id,
        connection=connection,
        kind="update",
        object_type="task",
        summary=change_summary(account, title, fields),
        payload={"fields": dict(fields)},
        base={name: base.of(name) for name in fields},
        remote_id=remote_id,
    )


def change_summary(account: str, title: str, fields: Mapping[str, str]) -> str:
    """Return what a change of a task is about, in words."""
    return f"Task for {account}, {changed_words(fields)}: {title}"


def changed_words(fields: Mapping[str, str]) -> str:
    """Return what a change of a task comes to: "done", "due 2026-03-12", "open again"."""
    parts = []
    if "done" in fields:
        parts.append("done" if fields["done"] == YES else "open again")
    if "due_on" in fields:
        parts.append(f"due {fields['due_on']}")
    if "title" in fields:
        parts.append("new title")
    return ", ".join(parts)
