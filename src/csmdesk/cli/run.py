"""Opening the workbench: on the user's own book, or on the demo."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Invocation, pass_invocation
from csmdesk.cli.output import Progress, tell
from csmdesk.errors import UsageError

if TYPE_CHECKING:
    from csmdesk.bootstrap.demo import Demo
    from csmdesk.tui.doors import Doors


@click.command()
@pass_invocation
@click.pass_context
def workbench(ctx: click.Context, invocation: Invocation) -> None:
    """Open the workbench; with nothing configured, the screen that helps to begin."""
    _need_terminal("csmdesk agenda")
    with invocation.workspace() as workspace:
        from csmdesk.bootstrap.wiring import is_empty
        from csmdesk.tui.app import run

        doors = _doors(invocation) if is_empty(workspace.store) else None
        ctx.exit(run(workspace, doors=doors))


def _doors(invocation: Invocation) -> "Doors":
    """Return the ways in of the first screen: the demo, and a connection by a typed token."""
    from csmdesk.bootstrap.connecting import connect_typed
    from csmdesk.bootstrap.demo import open_demo
    from csmdesk.clock import SystemClock
    from csmdesk.tui.doors import Doors, Opened

    def demo(tell: Callable[[str], None]) -> Opened:
        opened = open_demo(
            clock=SystemClock(),
            environ=os.environ,
            config_file=invocation.config,
            flags=invocation.changes,
            tell=tell,
        )
        return Opened(opened.workspace, opened.notice, opened.close)

    return Doors(demo=demo, connect=connect_typed)


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
        _need_terminal("csmdesk demo --headless")
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
            from csmdesk.tui.app import run

            ctx.exit(run(opened.workspace, notice=opened.notice))
    finally:
        opened.close()


def _print_agenda(opened: "Demo") -> None:
    """Sync once and print the agenda."""
    from csmdesk.cli.agenda import show_agenda
    from csmdesk.usecases import agenda, syncing

    syncing.sync(opened.workspace)
    show_agenda(agenda.today(opened.workspace))
    if opened.notice:
        tell(opened.notice)


def _need_terminal(instead: str) -> None:
    """Refuse to draw a screen into a pipe.

    Raises:
        UsageError: input or output is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"The workbench needs a terminal. Without one: {instead}")
