"""What Today says where nothing is listed. Pure."""

from collections.abc import Iterable
from datetime import date

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.rhythm import due_on
from csmdesk.tui import format as fmt


def nothing_due(
    assessed: Iterable[Assessment], moment: Moment, today: date, *, connected: bool
) -> str:
    """Return what to say of a day on which nothing is due, and what to do next.

    Args:
        assessed: every account of the user.
        moment: the instant the list is for.
        today: the user's present day; the list may be another day's.
        connected: whether there is a CRM to sync with.
    """
    assessed = tuple(assessed)
    if not assessed:
        if connected:
            return (
                "No account of yours has been read from the CRM yet. S reads them; 6 says how"
                " syncing stands."
            )
        return (
            "There is no account of yours in this book yet. q leaves; csmdesk import FILE and"
            " csmdesk connect hubspot bring them."
        )
    day = "today" if moment.today == today else fmt.day_name(moment.today, today)
    due = [
        (on, one.facts.name)
        for one in assessed
        if (on := due_on(one.facts, one.standing, moment)) is not None and on >= moment.today
    ]
    parts = [f"Nothing is due {day}."]
    if due:
        on, name = min(due)
        touched = "is" if len(due) == 1 else "are"
        parts.append(
            f"{fmt.counted(len(due), 'account')} {touched} touched on time;"
            f" next: {name}, {fmt.day_name(on, today)}."
        )
    sync = ", S syncs with the CRM" if connected else ""
    parts.append(f"] looks a day ahead, 2 lists the accounts{sync}.")
    return " ".join(parts)
