"""`share` and `unshare`: next steps and milestones as tasks of the CRM."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table
from csmdesk.domain.agenda.words import day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from csmdesk.usecases.sharing import Step

STANDINGS = {
    "": "not shared",
    "queued": "queued",
    "uncertain": "uncertain",
    "failed": "failed",
    "conflict": "conflict",
    "sent": "in the CRM",
    "done": "done there",
}
"""Where a step stands, in a colleague's words."""


@click.command()
@click.argument("account")
@click.argument("steps", nargs=-1, metavar="[STEP]...")
@click.option("--all", "everything", is_flag=True, help="Every open next step and milestone.")
@as_of_option
@json_option
@pass_invocation
def share(
    invocation: Invocation,
    account: str,
    steps: tuple[str, ...],
    everything: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Let next steps and milestones of ACCOUNT out to the CRM, as tasks.

    Without a STEP they are listed, each with where it stands. STEP is the id shown, or words of the
    step that fit no other. From then on both sides follow each other: done here is completed there
    and the other way round.

    \b
    csmdesk share acme                 what could be shared, what is
    csmdesk share acme "send plan"     share one; it leaves at the next sync
    """
    from csmdesk.usecases import finding, sharing

    with invocation.workspace(as_of=as_of) as workspace:
        now = workspace.now()
        today = now.astimezone(workspace.zone).date()
        found = finding.find_account(workspace, account)
        known = sharing.steps(workspace, found.id, now)
        wanted = sharing.chosen(known, steps)
        if everything:
            wanted = tuple(each for each in known if not each.closed)
        if not wanted:
            _list(known, today, as_json=as_json)
            return
        shared = sharing.share(workspace, found.id, [each.id for each in wanted], now)
        if as_json:
            show_document([each.document() for each in shared.steps])
            return
        for each in shared.steps:
            show(f"{STANDINGS[each.standing]}: {each.text}")
        if shared.due is not None:
            show(f"A task needs a day: without one of its own it is due {day(shared.due, today)}.")
        if shared.op_ids:
            show("csmdesk sync sends it")


@click.command()
@click.argument("account")
@click.argument("steps", nargs=-1, metavar="[STEP]...")
@click.option("--all", "everything", is_flag=True, help="Everything of the account that is shared.")
@as_of_option
@pass_invocation
def unshare(
    invocation: Invocation,
    account: str,
    steps: tuple[str, ...],
    everything: bool,
    as_of: datetime | None,
) -> None:
    """Take shared steps of ACCOUNT back: their tasks are archived in the CRM.

    A task that was not sent yet is not sent. The steps themselves stay as they are.
    """
    from csmdesk.usecases import finding, sharing

    with invocation.workspace(as_of=as_of) as workspace:
        now = workspace.now()
        found = finding.find_account(workspace, account)
        known = [each for each in sharing.steps(workspace, found.id, now) if each.standing]
        wanted = tuple(known) if everything else sharing.chosen(known, steps)
        if not wanted:
            _list(known, now.astimezone(workspace.zone).date(), as_json=False)
            return
        taken = sharing.unshare(workspace, found.id, [each.id for each in wanted], now)
    for each in taken.steps:
        show(f"Not shared any more: {each.text}")
    if taken.op_ids:
        show("csmdesk sync archives it in the CRM")
    if taken.stays:
        show("the task in the CRM that you linked stays there")


def _list(known: "Sequence[Step]", today: "date", *, as_json: bool) -> None:
    if as_json:
        show_document([each.document() for each in known])
        return
    if not known:
        show("There is no open next step and no open milestone.")
        return
    show_table(
        ("step", "whose", "what", "due", "from", "in the CRM"),
        [
            (
                each.key,
                "ours" if each.side == "us" else "theirs",
                each.text,
                day(each.due_on, today) if each.due_on is not None else "–",
                each.source,
                STANDINGS[each.standing],
            )
            for each in known
        ],
    )
