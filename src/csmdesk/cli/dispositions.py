"""`done`, `snooze`, `dismiss`, `undo`: what to do with a line of the agenda."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Day, Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document
from csmdesk.domain.agenda.words import weekday

if TYPE_CHECKING:
    from csmdesk.domain.agenda.decide import Decided
    from csmdesk.usecases.workspace import Workspace

types_option = click.option(
    "--type",
    "types",
    multiple=True,
    metavar="T",
    help="Only causes of this type, for example renewal or cadence. May be given several times.",
)


@click.command()
@click.argument("account")
@types_option
@click.option("--reason", help="Why, for the record.")
@as_of_option
@json_option
@pass_invocation
def done(
    invocation: Invocation,
    account: str,
    types: tuple[str, ...],
    reason: str | None,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Mark what brings ACCOUNT to the agenda as done: all of it, or the types named."""
    from csmdesk.usecases import dispositions

    def act(workspace: "Workspace", account_id: str) -> "Decided":
        return dispositions.done(workspace, account_id, types=types, reason=reason)

    _act(invocation, account, act, as_of=as_of, as_json=as_json)


@click.command()
@click.argument("account")
@click.option("--until", type=Day(), required=True, metavar="DATE", help="The day it comes back.")
@types_option
@click.option("--reason", help="Why, for the record.")
@as_of_option
@json_option
@pass_invocation
def snooze(
    invocation: Invocation,
    account: str,
    until: date,
    types: tuple[str, ...],
    reason: str | None,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Let what brings ACCOUNT to the agenda sleep until a day.

    A renewal sleeps at most to its last working day; what cannot sleep is refused.
    """
    from csmdesk.usecases import dispositions

    def act(workspace: "Workspace", account_id: str) -> "Decided":
        return dispositions.snooze(workspace, account_id, until, types=types, reason=reason)

    _act(invocation, account, act, as_of=as_of, as_json=as_json)


@click.command()
@click.argument("account")
@types_option
@click.option("--reason", help="Why; needed, because a dismissal lasts.")
@as_of_option
@json_option
@pass_invocation
def dismiss(
    invocation: Invocation,
    account: str,
    types: tuple[str, ...],
    reason: str | None,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Say that what brings ACCOUNT to the agenda is no reason, with why."""
    from csmdesk.usecases import dispositions

    def act(workspace: "Workspace", account_id: str) -> "Decided":
        return dispositions.dismiss(workspace, account_id, reason=reason, types=types)

    _act(invocation, account, act, as_of=as_of, as_json=as_json)


@click.command()
@click.option("--sent-too", is_flag=True, help="Also withdraw a touch that the CRM has already.")
@as_of_option
@json_option
@pass_invocation
def undo(invocation: Invocation, sent_too: bool, as_of: datetime | None, as_json: bool) -> None:
    """Take back the latest touch, done, snooze or dismissal."""
    from csmdesk.usecases.finding import find_account
    from csmdesk.usecases.undoing import undo_latest

    with invocation.workspace(as_of=as_of) as workspace:
        taken = undo_latest(workspace, sent_too=sent_too)
        if as_json:
            show_document(taken.document())
            return
        name = find_account(workspace, taken.account_id).name
    what = f" ({', '.join(taken.types)})" if taken.types else ""
    queued = "; csmdesk sync withdraws it at the CRM" if taken.withdrawn else ""
    show(f"Taken back: {taken.action} on {name}{what}{queued}.")


def _act(
    invocation: Invocation,
    account: str,
    act: "Callable[[Workspace, str], Decided]",
    *,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Find the account, act on it, and say what happened to which cause."""
    from csmdesk.usecases import dispositions, finding

    with invocation.workspace(as_of=as_of) as workspace:
        found = finding.find_account(workspace, account)
        decided = act(workspace, found.id)
        today = workspace.now().astimezone(workspace.zone).date()
    if as_json:
        show_document(dispositions.document(decided))
        return
    past = {"done": "Done", "snooze": "Snoozed", "dismiss": "Dismissed"}[decided.action]
    show(f"{past}: {found.name}")
    for cause in decided.causes:
        until = f" until {weekday(cause.until, today)}" if cause.until else ""
        only = ", its last working day" if cause.shortened else ""
        show(f"  {cause.signal.type}{until}{only}")
    for item in decided.skipped:
        show(f"  not {item.signal.type}: {item.why}")
    show("csmdesk undo takes it back.")
