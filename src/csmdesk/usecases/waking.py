"""What sleeps on the agenda, and taking single pieces of it back."""

from dataclasses import dataclass
from datetime import date, datetime

from csmdesk.domain.agenda import words
from csmdesk.domain.agenda.assess import sort_name
from csmdesk.domain.agenda.hiding import not_undone
from csmdesk.domain.records import Disposition
from csmdesk.errors import InputError
from csmdesk.store.queries.dispositions import said
from csmdesk.usecases import agenda
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asleep:
    """A cause that is hidden: what it says, by which word of the user, until when and why."""

    account_id: str
    account: str
    type: str
    subject: str
    episode: str
    fact: str
    action: str
    until: date | None
    reason: str | None

    @property
    def key(self) -> str:
        """What tells it from any other."""
        return "\n".join((self.account_id, self.type, self.subject, self.episode))


def asleep(workspace: Workspace, now: datetime | None = None) -> tuple[Asleep, ...]:
    """Return everything that sleeps now, by account, then type."""
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
    return tuple(
        sorted(found, key=lambda a: (sort_name(a.account), a.account_id, a.type, a.subject))
    )


def wake(workspace: Workspace, cause: Asleep, now: datetime | None = None) -> None:
    """Take back the word that hides a cause, whole: what it closed is open again.

    Raises:
        InputError: it sleeps with a snooze of the whole account, not by a word of its own.
    """
    from csmdesk.store.commands import dispositions as commands
    from csmdesk.store.database import raw_connection

    instant = now if now is not None else workspace.now()
    with workspace.store.writing() as session:
        made = [
            one
            for one in not_undone(said(raw_connection(session), instant))
            if (one.account_id, one.type, one.subject, one.episode)
            == (cause.account_id, cause.type, cause.subject, cause.episode)
        ]
        if not made:
            raise InputError(
                f"{words.named(cause.type)} of {cause.account} sleeps with the account's snooze.",
                "Show what was snoozed with it, and it returns.",
            )
        latest = made[-1]
        (id_,) = commands.new_ids(session, instant, 1)
        commands.record(
            session,
            [
                Disposition(
                    id=id_,
                    account_id=latest.account_id,
                    type=latest.type,
                    subject=latest.subject,
                    episode=latest.episode,
                    action="undo",
                    points=latest.points,
                    score=latest.score,
                    at=instant,
                    undoes=latest.id,
                )
            ],
        )
        commands.reopen(session, latest.id)
