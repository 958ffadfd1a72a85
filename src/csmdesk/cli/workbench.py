"""Opening the workbench from the command line: on the user's own book, or on the demo."""

import os
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Invocation, pass_invocation
from csmdesk.cli.output import Progress, tell
from csmdesk.cli.run import need_terminal, open_workbench, show

if TYPE_CHECKING:
    from csmdesk.bootstrap.demo import Demo


@click.command()
@pass_invocation
@click.pass_context
def workbench(ctx: click.Context, invocation: Invocation) -> None:
    """Open the workbench; with nothing configured, the screen that helps to begin."""
    ctx.exit(open_workbench(invocation.store, invocation.config, invocation.changes))


@click.command()
@click.option("--reset", is_flag=True, help="Begin afresh, with a book made for today.")
@click.option("--headless", is_flag=True, help="Only sync, print the agenda, and end.")
@pass_invocation
@click.pass_context
def demo(ctx: click.Context, invocation: Invocation, reset: bool, headless: bool) -> None:
    """Try csmdesk on a made-up book; nothing leaves this machine.

    Starts an embedded CRM on this machine that speaks HubSpot's API, syncs a store of its own
    with it over HTTP, and opens the workbench. What is logged really travels to that CRM. Your
    own book is not touched.
    """
    if not headless:
        need_terminal("csmdesk demo --headless")
    from csmdesk.bootstrap.demo import open_demo
    from csmdesk.clock import SystemClock

    with Progress() as progress:
        opened = open_demo(
            clock=SystemClock(),
            environ=os.environ,
            config_file=invocation.config,
            flags=invocation.changes,
            reset=reset,
            tell=progress.say,
        )
    try:
        if headless:
            _print_agenda(opened)
        else:
            ctx.exit(show(opened.workspace, notice=opened.notice))
    finally:
        opened.close()


def _print_agenda(opened: "Demo") -> None:
    """Sync once and print the agenda."""
    from csmdesk.cli.agenda import show_agenda
    from csmdesk.usecases import day_plan, syncing

    syncing.sync(opened.workspace)
    show_agenda(day_plan.accepted_agenda(opened.workspace))
    if opened.notice:
        tell(opened.notice)
