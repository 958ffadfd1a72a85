"""The agenda of a moment: read the facts, rank them, tell why."""

import gc
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from csmdesk.domain.agenda.assess import Assessment, assess
from csmdesk.domain.agenda.compare import deciding_rule
from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.document import agenda_document, item_document
from csmdesk.domain.agenda.facts import Busy
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.rank import compose
from csmdesk.domain.agenda.view import Agenda, Item, Note
from csmdesk.domain.workdays import Workdays
from csmdesk.store.queries.agenda import frame
from csmdesk.store.queries.agenda.reading import awakened, read_busy, read_facts
from csmdesk.store.queries.book_info import book_info
from csmdesk.usecases.absent import refusal
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


def refresh(
    workspace: Workspace, seen: Look, changed: Collection[str], now: datetime | None = None
) -> Look:
    """Return the look of a later instant, reading only the accounts that changed.

    The others are judged anew from the facts of the first look where the time of day matters to
    them. On another day, or after a change to the book as a whole, everything is read again.

    Args:
        workspace: where to read.
        seen: an earlier look.
        changed: ids of accounts whose records changed since then; new ones included.
        now: the instant, by default now.

    Raises:
        ConfigError, StoreError: as `today`.
    """
    with _collecting_later(), workspace.store.reading() as connection:
        moment, me = read_moment(connection, workspace, now)
        if not moment.like(seen.moment) or moment.now < seen.moment.now:
            facts = read_facts(connection, me, moment)
            fresh = {one.id: assess(one, moment) for one in facts}
            known: dict[str, Assessment] = {}
        else:
            some = {*changed, *awakened(connection, seen.moment.now, moment.now)}
            known = {
                one.facts.id: assess(one.facts, moment) if _timed(one) else one
                for one in seen.assessed
                if one.facts.id not in some
            }
            facts = read_facts(connection, me, moment, some) if some else []
            fresh = {one.id: assess(one, moment) for one in facts}
        busy = read_busy(connection, moment)
    together = {**known, **fresh}
    return Look(moment, tuple([together[id_] for id_ in sorted(together)]), tuple(busy))


def _timed(one: Assessment) -> bool:
    """Tell whether the hour matters to an account: it has open tickets or meetings."""
    return bool(one.facts.cases or one.facts.appointments)


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
    and again while they are made took a third of the time. Freezing and unfreezing files them
    under the oldest values without a walk, or the first collection afterwards would make it; not
    where the workbench has frozen what it loaded at its start.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
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


@dataclass(frozen=True, slots=True)
class Why:
    """Why an account stands where it stands.

    `item` is None if it is not listed; then `one` still tells what shows and what sleeps.
    `above` is the next account up the list, `below` the next one down.
    """

    agenda: Agenda
    one: Assessment
    item: Item | None
    above: Item | None
    below: Item | None
    notes: tuple[Note, ...]


def why(workspace: Workspace, account_id: str, now: datetime | None = None) -> Why:
    """Return why an account stands where it stands at an instant.

    Raises:
        UnknownAccount: it is none of mine.
        ConfigError, StoreError: as `today`.
    """
    seen = look(workspace, now)
    one = seen.account(account_id)
    if one is None:
        with workspace.store.reading() as connection:
            raise refusal(connection, account_id)
    agenda = seen.agenda
    item = agenda.item(account_id)
    place = item.rank - 1 if item is not None else 0
    return Why(
        agenda,
        one,
        item,
        agenda.items[place - 1] if item is not None and place > 0 else None,
        agenda.items[place + 1] if item is not None and place + 1 < len(agenda.items) else None,
        tuple(note for note in agenda.notes if note.account_id == account_id),
    )


def why_document(told: Why) -> dict[str, Any]:
    """Return what `csmdesk why --json` prints.

    The item as in the agenda document, or the account alone if it is not listed; `above` and
    `below` name the neighbours with their score and the rule that decides between them.
    """
    item = told.item
    document: dict[str, Any] = (
        item_document(item)
        if item is not None
        else {"account_id": told.one.facts.id, "account": told.one.facts.name}
    )
    for name, other in (("above", told.above), ("below", told.below)):
        if item is not None and other is not None:
            document[name] = {
                "account_id": other.account_id,
                "account": other.account,
                "score": other.score,
                "decided_by": deciding_rule(item, other),
            }
    return document | {"notes": [note.text for note in told.notes]}
