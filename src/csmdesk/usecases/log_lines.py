"""Reading log lines against what is known of an account."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.records import TouchType
from csmdesk.domain.touch.parse import parse
from csmdesk.domain.touch.people import People
from csmdesk.domain.touch.reading import Reading
from csmdesk.domain.touch.words import LONGEST
from csmdesk.domain.workdays import Workdays
from csmdesk.errors import AmbiguousName, InputError
from csmdesk.store.queries import book_info
from csmdesk.store.queries import touch as queries
from csmdesk.text import TEXT_LIMIT, clean_text
from csmdesk.usecases.absent import followed, refusal
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LineReader:
    """What reading lines on one account takes; made once, asked at every key press.

    `was`: the account asked for, which is part of this one now; empty if it was this one.
    """

    account_id: str
    account: str
    people: People
    workdays: Workdays
    default_type: TouchType
    workspace: Workspace
    was: str = ""

    def read(self, line: str, now: datetime, started_at: datetime | None = None) -> Reading:
        """Read a line.

        Args:
            line: what was typed.
            now: the instant.
            started_at: when the call began whose timer runs; then a line that names no type is a
                call, and one that names no time or length gets those of the timer.
        """
        reading = parse(
            clean_text(line, one_line=True, limit=TEXT_LIMIT),
            people=self.people,
            now=now,
            zone=self.workspace.zone,
            workdays=self.workdays,
            default_type=self.default_type if started_at is None else "call",
        )
        return reading if started_at is None else _with_timer(reading, started_at, now)


def line_reader(workspace: Workspace, account_id: str) -> LineReader:
    """Return what reads lines on an account; on the one it is part of now, if it was merged.

    Raises:
        UnknownAccount: no account in sight has the id.
    """
    with workspace.store.reading() as connection:
        account_id, was = followed(connection, account_id)
        name = known_account(connection, account_id)
        return LineReader(
            account_id,
            name,
            People(queries.people(connection, account_id)),
            workdays_of(connection, workspace),
            queries.last_type(connection, account_id) or "call",
            workspace,
            was,
        )


def reading(workspace: Workspace, account_id: str, line: str, now: datetime) -> Reading:
    """Read one line on an account; for several, keep a `line_reader`.

    Raises:
        UnknownAccount: no account in sight has the id.
    """
    return line_reader(workspace, account_id).read(line, now)


def refuse_problems(read: Reading, now: datetime) -> None:
    """Raise the first reason why a reading cannot be saved, if there is one.

    Raises:
        AmbiguousName: a name fits several people.
        InputError: anything else.
    """
    for problem in read.problems:
        if problem.candidates:
            raise AmbiguousName(
                problem.message,
                tuple(f"{who.id} ({who.name})" for who in problem.candidates),
                "Write more of the name.",
            )
        raise InputError(problem.message, _HINTS[problem.kind])
    if read.at > now:
        raise InputError("A touch cannot be in the future.", _HINTS["future"])


_HINTS = {
    "ambiguous": "Write the full name.",
    "future": "Give a day or time that has passed, or write \\ before it to make it text.",
    "no such date": "Correct the date, or write \\ before it to make it text.",
    "no such time": "Correct the time, or write \\ before it to make it text.",
    "no words": "Say what is to be done after > or <, or write \\ before the sign.",
    "open quote": "Close the name with a quote.",
    "empty": "Write what happened, for example: c Ana 25m + renewal is fine > send plan fri.",
}


def known_account(connection: sqlite3.Connection, account_id: str) -> str:
    """Return the name of an account in sight.

    Raises:
        UnknownAccount: there is none of that id.
    """
    name = queries.account_name(connection, account_id)
    if name is not None:
        return name
    raise refusal(connection, account_id)


def _with_timer(read: Reading, started_at: datetime, now: datetime) -> Reading:
    """Give a reading the time and length of a running call where it names none."""
    elapsed = max((now - started_at) / timedelta(minutes=1), 0)
    minutes = min(max(round(elapsed), 1), LONGEST)
    if read.minutes is None:
        read = replace(read, minutes=minutes)
    return read if read.at_given or started_at > now else replace(read, at=started_at)


def workdays_of(connection: sqlite3.Connection, workspace: Workspace) -> Workdays:
    """Return which days are worked, by the settings of the book and the user."""
    settings = book_info.book_info(connection).settings
    config = AgendaConfig.from_settings(
        settings, AgendaConfig().overridden(workspace.config.agenda)
    )
    return Workdays(config.workweek, queries.holidays(connection))
