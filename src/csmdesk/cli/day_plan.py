"""Today's plan from the command line: take an account in or out, plan anew."""

import click

from csmdesk.cli.invocation import Invocation, pass_invocation
from csmdesk.cli.output import show


@click.group(name="day")
def day() -> None:
    """Change today's plan: add an account, remove one, or plan the day anew."""


@day.command(name="add")
@click.argument("account")
@pass_invocation
def add(invocation: Invocation, account: str) -> None:
    """Take ACCOUNT into today's plan."""
    from csmdesk.usecases import day_plan, finding

    with invocation.workspace() as workspace:
        found = finding.find_account(workspace, account)
        day_plan.plan(workspace, found.id)
    show(f"{found.name} is in today's plan.")


@day.command(name="remove")
@click.argument("account")
@pass_invocation
def remove(invocation: Invocation, account: str) -> None:
    """Take ACCOUNT out of today's plan."""
    from csmdesk.usecases import day_plan, finding

    with invocation.workspace() as workspace:
        found = finding.find_account(workspace, account)
        planned = day_plan.unplan(workspace, found.id)
    pressing = ", though it cannot wait" if planned.pressing else ""
    show(f"{found.name} is out of today's plan{pressing}.")


@day.command(name="replan")
@pass_invocation
def replan(invocation: Invocation) -> None:
    """Plan the day anew around what you added and removed."""
    from csmdesk.usecases import day_plan

    with invocation.workspace() as workspace:
        accepted = day_plan.accept(workspace)
    count = len(accepted.planned)
    show(f"Planned anew: {count} account{'' if count == 1 else 's'} for today.")
