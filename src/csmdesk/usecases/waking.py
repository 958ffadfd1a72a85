"""What sleeps on the agenda, what was closed for good, and taking single pieces of it back."""

from dataclasses import dataclass
from datetime import date, datetime

from csmdesk.domain.agenda import words
from csmdesk.domain.agenda.assess import sort_name
from csmdesk.domain.agenda.decide import CLOSES
from csmdesk.domain.agenda.hiding import effective, not_undone
from csmdesk.domain.agenda.moment import Moment
from csmdesk.errors import InputError
from csmdesk.store.encoding import instant_text
from csmdesk.store.queries.dispositions import closed_objects, said
from csmdesk.usecases import agenda
from csmdesk.usecases.dispositions import follow_shared
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asleep:
    """A cause that is hidden: what it says, by which word of the user, until when and why.

    `closed`: there is nothing left that could show; a done closed it on the day of `at`.
    """

    account_id: str
    account: str
    type: str
    subject: str
    episode: str
    fact: str
    action: str
    until: date | None
    reason: str | None
    closed: bool = False
    at: datetime | None = None

    @property
    def key(self) -> str:
        """What tells it from any other."""
        return "\n".join((self.account_id, self.type, self.subject, self.episode))


def asleep(workspace: Workspace, now: datetime | None = None) -> tuple[Asleep, ...]:
    """Return everything that sleeps now, by account, then type; then what done closed for good.

    What was closed comes newest first: promises and tasks that are done, meetings to come that
    are prepared.
    """
    look = agenda.look(workspace, now)
    today = look.moment.today
    found = [
        Asleep(
            one.facts.id,
            one.facts.name,
            hidden.signal.type,
            hidden.signal.subject,
            hidden.signal.episode,
            words.fact(hidden.signal, today),
            hidden.action,
            hidden.until,
            hidden.reason,
        )
        for one in look.assessed
        for hidden in one.hidden
    ]
    found.sort(key=lambda a: (sort_name(a.account), a.account_id, a.type, a.subject))
    names = {one.facts.id: one.facts.name for one in look.assessed}
    return (*found, *_closed(workspace, look.moment, names))


def _closed(workspace: Workspace, moment: Moment, names: dict[str, str]) -> list[Asleep]:
    with workspace.store.reading() as connection:
        made = [
            one
            for one in effective(said(connection, moment.now))
            if one.action == "done" and one.type in CLOSES and one.account_id in names
        ]
        titles = closed_objects(connection, instant_text(moment.now)) if made else {}
    latest = {(one.type, one.subject): one for one in made if (one.type, one.subject) in titles}
    return [
        Asleep(
            one.account_id,
            names[one.account_id],
            one.type,
            one.subject,
            one.episode,
            f"{words.named(one.type)}: {titles[one.type, one.subject]}",
            one.action,
            None,
            one.reason,
            closed=True,
            at=one.at.astimezone(moment.zone),
        )
        for one in sorted(latest.values(), key=lambda one: (one.at, one.id), reverse=True)
    ]


def wake(workspace: Workspace, cause: Asleep, now: datetime | None = None) -> None:
    """Take back the word that hides a cause, whole: what it closed is open again.

    Raises:
        InputError: it sleeps with a snooze of the whole account, not by a word of its own.
    """
    from csmdesk.store.commands import dispositions as commands

    instant = now if now is not None else workspace.now()
    with workspace.store.writing() as connection:
        made = [
            one
            for one in not_undone(said(connection, instant))
            if (one.account_id, one.type, one.subject, one.episode)
            == (cause.account_id, cause.type, cause.subject, cause.episode)
        ]
        if not made:
            raise InputError(
                f"{words.named(cause.type)} of {cause.account} sleeps with the account's snooze.",
                "Show what was snoozed with it, and it returns.",
            )
        commands.take_back(connection, made[-1:], instant)
        follow_shared(connection, made[-1:], instant)
