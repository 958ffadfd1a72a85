"""The agenda of a moment: read the facts, rank them, tell why."""

import gc
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from csmdesk.domain.agenda.assess import Assessment, assess
from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.document import agenda_document
from csmdesk.domain.agenda.facts import Busy
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.rank import compose
from csmdesk.domain.agenda.view import Agenda
from csmdesk.domain.workdays import Workdays
from csmdesk.store.queries.agenda import frame
from csmdesk.store.queries.agenda.reading import read_busy, read_facts
from csmdesk.store.queries.book_info import book_info
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Look:
    """One look at the whole book: every account judged, whether it is listed or not."""

    moment: Moment
    assessed: tuple[Assessment, ...]
    busy: tuple[Busy, ...]

    @property
    def agenda(self) -> Agenda:
        """The ranked list of this look."""
        return compose(self.assessed, self.busy, self.moment)

    def account(self, account_id: str) -> Assessment | None:
        """Return what is thought of one account; None if it is none of mine."""
        return next((one for one in self.assessed if one.facts.id == account_id), None)


def today(workspace: Workspace, now: datetime | None = None) -> Agenda:
    """Return the agenda of an instant, by default of now.

    Raises:
        ConfigError: the settings of the model do not hold together.
        StoreError: the store cannot serve.
    """
    with _collecting_later():
        return look(workspace, now).agenda


def look(
    workspace: Workspace, now: datetime | None = None, only: Collection[str] | None = None
) -> Look:
    """Read the book, or some of its accounts, and judge every account by itself.

    Raises:
        ConfigError, StoreError: as `today`.
    """
    with _collecting_later():
        with workspace.store.reading() as connection:
            moment, me = read_moment(connection, workspace, now)
            facts = read_facts(connection, me, moment, only)
            busy = read_busy(connection, moment)
        return Look(moment, tuple([assess(one, moment) for one in facts]), tuple(busy))


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Put off the collector of cycles for a moment.

    A big book makes some 100,000 small values, none of them in a cycle; walking over them again
    and again while they are made took a third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_moment(
    connection: sqlite3.Connection, workspace: Workspace, now: datetime | None = None
) -> tuple[Moment, str | None]:
    """Return an instant with the book's calendar, rates and parameters, and whose book it is.

    The book's own settings override the configuration, whole keys at a time.
    """
    info = book_info(connection)
    config = AgendaConfig.from_settings(
        info.settings, AgendaConfig().overridden(workspace.config.agenda)
    )
    instant = now if now is not None else workspace.now()
    day = instant.astimezone(workspace.zone).date()
    moment = Moment(
        instant,
        workspace.zone,
        Workdays(config.workweek, frame.holidays(connection)),
        frame.rates(connection, info.base_currency, day),
        config,
    )
    return moment, frame.owner(connection, info.me)


def document(agenda: Agenda) -> dict[str, Any]:
    """Return the agenda as the plain values of its JSON document."""
    return agenda_document(agenda)
