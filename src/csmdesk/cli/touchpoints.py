"""`log`: a touch in one line, the same as in the workbench."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, tell
from csmdesk.domain.agenda.words import day, weekday

if TYPE_CHECKING:
    from csmdesk.usecases.touchpoints import Logged
    from csmdesk.usecases.workspace import Workspace


@click.command()
@click.argument("account")
@click.argument("line")
@as_of_option
@json_option
@pass_invocation
def log(
    invocation: Invocation, account: str, line: str, as_of: datetime | None, as_json: bool
) -> None:
    """Log a touch on ACCOUNT: a call, a meeting, an e-mail, a note.

    \b
    LINE   [type] [when] [people] [length] [mood] [outcome] text [> our step [date]] [< theirs]
    type   c call  m meeting  o onsite  t training  q qbr  b ebr  e email  s slack  n note
           i internal
    when   today 14:00, yesterday, mon, 12 mar 9:30       length   25m  1h  1h30
    mood   + = -                                          people   Ana, Raj, @"Lena Berg"
    \b
    csmdesk log acme "c Ana, Raj 25m + renew ok if SSO ships > send SSO plan fri"

    Nothing is guessed: a name that fits two people is refused with both.
    """
    from csmdesk.usecases import finding, touchpoints

    with invocation.workspace(as_of=as_of) as workspace:
        found = finding.find_account(workspace, account)
        logged = touchpoints.log(workspace, found.id, line, workspace.now())
        if as_json:
            show_document(logged.document())
        else:
            _tell_people(logged, workspace)
    for warning in logged.warnings:
        tell(f"warning: {warning}")


def _tell_people(logged: "Logged", workspace: "Workspace") -> None:
    """Say what was understood and saved, and what becomes of it."""
    touch = logged.touch
    today = workspace.now().astimezone(workspace.zone).date()
    at = touch.at.astimezone(workspace.zone)
    parts = [f"{touch.type} with {logged.account}", f"{weekday(at.date(), today)} {at:%H:%M}"]
    if touch.attendee_ids or logged.new_names:
        count = len(touch.attendee_ids)
        parts.append(f"{count} {'person' if count == 1 else 'people'}")
    if touch.minutes:
        parts.append(f"{touch.minutes} min")
    show("Logged: " + ", ".join(parts))
    for name in logged.new_names:
        show(f"  new contact: {name}")
    for step in touch.next_steps:
        due = f" by {day(step.due_on, today)}" if step.due_on else ""
        show(f"  next, {step.side}: {step.text}{due}")
    if workspace.config.sync.share_next_steps == "ask" and logged.shareable:
        show(f"  share with the CRM: csmdesk share {touch.account_id}")
    if logged.op_ids:
        show("  queued for the CRM; csmdesk sync sends it")
