"""`done`, `snooze`, `dismiss`, `undo`: what to do with a line of the agenda."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial, wraps
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Day, Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document
from csmdesk.domain.agenda.decide import STAYS
from csmdesk.domain.agenda.words import fact, named, types_named, weekday

if TYPE_CHECKING:
    from csmdesk.domain.agenda.decide import Decided
    from csmdesk.domain.agenda.signals import Signal


@dataclass(frozen=True, slots=True)
class Asked:
    """What done, snooze and dismiss are told: on whom, which causes, why, when."""

    account: str
    types: tuple[str, ...]
    reason: str | None
    as_of: datetime | None
    as_json: bool


def asking(reason_help: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command what done, snooze and dismiss have in common, as one `Asked`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def run(
            invocation: Invocation,
            account: str,
            types: tuple[str, ...],
            reason: str | None,
            as_of: datetime | None,
            as_json: bool,
            **own: object,
        ) -> None:
            command(invocation, Asked(account, types, reason, as_of, as_json), **own)

        parts = (
            click.argument("account"),
            click.option(
                "--type",
                "types",
                multiple=True,
                metavar="T",
                help="Only causes of this kind, for example renewal or check-in; several times"
                " for several.",
            ),
            click.option("--reason", help=reason_help),
            as_of_option,
            json_option,
            pass_invocation,
        )
        decorated: Callable[..., None] = run
        for part in reversed(parts):
            decorated = part(decorated)
        return decorated

    return decorate


@click.command()
@asking("Why, for the record.")
def done(invocation: Invocation, asked: Asked) -> None:
    """Mark what brings ACCOUNT to the agenda as done: all of it, or the kinds named.

    A check-in stays until a touch is logged.
    """
    from csmdesk.usecases import dispositions

    _act(invocation, asked, dispositions.done)


@click.command()
@click.option("--until", type=Day(), required=True, metavar="DATE", help="The day it comes back.")
@asking("Why, for the record.")
def snooze(invocation: Invocation, asked: Asked, until: date) -> None:
    """Let what brings ACCOUNT to the agenda sleep until a day.

    A renewal sleeps at most to the last working day before it must be acted on; what cannot sleep
    is refused.
    """
    from csmdesk.usecases import dispositions

    _act(invocation, asked, partial(dispositions.snooze, until=until))


@click.command()
@asking("Why; needed, because a dismissal lasts.")
def dismiss(invocation: Invocation, asked: Asked) -> None:
    """Say that what brings ACCOUNT to the agenda is no reason, with why."""
    from csmdesk.usecases import dispositions

    _act(invocation, asked, dispositions.dismiss)


@click.command()
@click.option("--sent-too", is_flag=True, help="Also withdraw a touch that the CRM has already.")
@as_of_option
@json_option
@pass_invocation
def undo(invocation: Invocation, sent_too: bool, as_of: datetime | None, as_json: bool) -> None:
    """Take back what you did last, in the workbench or here.

    That is a touch, an edit, a done, a snooze, a dismissal, or a change of today's plan.
    """
    from csmdesk.usecases.finding import find_account
    from csmdesk.usecases.undoing import PLAN_CHANGES, plan_words, undo_latest

    with invocation.workspace(as_of=as_of) as workspace:
        taken = undo_latest(workspace, sent_too=sent_too)
        if as_json:
            show_document(taken.document())
            return
        name = ""
        if taken.account_id is not None:
            name = find_account(workspace, taken.account_id, departed=True).name
    if taken.action in PLAN_CHANGES:
        show(f"Taken back: {plan_words(taken.action, name)}.")
        return
    what = f" ({types_named(taken.types)})" if taken.types else ""
    queued = "; csmdesk sync withdraws it at the CRM" if taken.withdrawn else ""
    stays = "; the record in the CRM that you linked stays there" if taken.stays else ""
    show(f"Taken back: {taken.action} on {name}{what}{queued}{stays}.")


def _act(invocation: Invocation, asked: Asked, act: "Callable[..., Decided]") -> None:
    """Find the account, act on it, and say what happened to which cause."""
    from csmdesk.usecases import dispositions, finding

    with invocation.workspace(as_of=asked.as_of) as workspace:
        found = finding.find_account(workspace, asked.account)
        decided = act(workspace, found.id, types=asked.types, reason=asked.reason)
        today = workspace.now().astimezone(workspace.zone).date()
    if asked.as_json:
        show_document(dispositions.document(decided))
    else:
        show_decided(decided, found.name, today)


def show_decided(decided: "Decided", name: str, today: date) -> None:
    """Print what became of each cause, and of those that were left alone."""
    past = {"done": "Done", "snooze": "Snoozed", "dismiss": "Dismissed"}[decided.action]
    if all(cause.stays for cause in decided.causes):
        past = "Noted"
    show(f"{past}: {name}")
    told = Counter(signal.type for signal in _signals(decided))

    def which(signal: "Signal") -> str:
        return f" · {fact(signal, today)}" if told[signal.type] > 1 else ""

    for cause in decided.causes:
        until = f" until {weekday(cause.until, today)}" if cause.until else ""
        only = f", {cause.limit}" if cause.shortened else ""
        stays = f" {STAYS}" if cause.stays else ""
        show(f"  {named(cause.signal.type)}{until}{only}{stays}{which(cause.signal)}")
    for item in decided.skipped:
        show(f"  not {named(item.signal.type)}: {item.why}{which(item.signal)}")
    show("csmdesk undo takes it back.")


def _signals(decided: "Decided") -> "list[Signal]":
    """Return what was asked for: what was done with and what was left alone."""
    return [
        *(cause.signal for cause in decided.causes),
        *(item.signal for item in decided.skipped),
    ]
