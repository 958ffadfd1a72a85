"""The command line's edge: the group of commands, and every way a run can end.

Commands live in modules of their own and are imported when they are called for, so that help and
version answer at once.
"""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

import click

from csmdesk.cli.invocation import Invocation
from csmdesk.cli.output import finish, tell, unwritten
from csmdesk.errors import AmbiguousName, BookInvalid, CsmdeskError

COMMANDS: Final = MappingProxyType(
    {
        "demo": "csmdesk.cli.workbench:demo",
        "connect": "csmdesk.cli.connecting:connect",
        "import": "csmdesk.cli.books:import_",
        "export": "csmdesk.cli.books:export",
        "schema": "csmdesk.cli.books:schema",
        "agenda": "csmdesk.cli.agenda:agenda",
        "why": "csmdesk.cli.agenda:why",
        "news": "csmdesk.cli.looking:news",
        "accounts": "csmdesk.cli.accounts:accounts",
        "account": "csmdesk.cli.accounts:account",
        "log": "csmdesk.cli.touchpoints:log",
        "edit": "csmdesk.cli.editing:edit",
        "done": "csmdesk.cli.dispositions:done",
        "snooze": "csmdesk.cli.dispositions:snooze",
        "dismiss": "csmdesk.cli.dispositions:dismiss",
        "day": "csmdesk.cli.day_plan:day",
        "hidden": "csmdesk.cli.looking:hidden",
        "undo": "csmdesk.cli.dispositions:undo",
        "share": "csmdesk.cli.sharing:share",
        "unshare": "csmdesk.cli.sharing:unshare",
        "health": "csmdesk.cli.health:health",
        "rates": "csmdesk.cli.rates:rates",
        "sync": "csmdesk.cli.syncing:sync",
        "outbox": "csmdesk.cli.outbox:outbox",
        "restore": "csmdesk.cli.restoring:restore",
        "doctor": "csmdesk.cli.machine:doctor",
        "config": "csmdesk.cli.machine:config",
        "completions": "csmdesk.cli.machine:completions",
        "sandbox": "csmdesk.cli.sandbox:sandbox",
    }
)
"""Every command and where it lives, in the order of the help: getting in, the day, the machine."""


class LazyGroup(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        del ctx
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{place} is not a command")
        return command


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from csmdesk.cli.version import version_lines

    click.echo("\n".join(version_lines()))
    ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command the workbench opens. `csmdesk COMMAND --help` explains a command.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="CSMDESK_STORE",
    help="The file your book is kept in (environment: CSMDESK_STORE).",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="CSMDESK_CONFIG",
    help="The file your settings are read from (environment: CSMDESK_CONFIG).",
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="A setting for this run only, for example --set agenda.focus_share=100.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version, and those of what it stands on.",
)
@click.pass_context
def cli(
    ctx: click.Context, store: Path | None, config: Path | None, changes: tuple[str, ...]
) -> None:
    """Whom to talk to today, and why: a workbench for Customer Success Managers."""
    ctx.obj = Invocation.of(store=store, config=config, changes=changes)
    if ctx.invoked_subcommand is not None:
        gc.enable()
    else:
        from csmdesk.cli.workbench import workbench

        ctx.invoke(workbench)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code. Nothing but a document reaches stdout."""
    try:
        outcome = cli.main(args=list(arguments), prog_name="csmdesk", standalone_mode=False)
        finish()
    except BrokenPipeError as error:
        return ended(error)
    except OSError as error:
        return ended(_blocked(error) or error)
    except BaseException as error:
        return ended(error)
    return outcome if isinstance(outcome, int) else 0


def ended(error: BaseException) -> int:
    """Say in one line what ended a run; return the exit code.

    Raises:
        SystemExit: that was what ended it.
    """
    match error:
        case click.UsageError():
            _say(_usage(error))
            return 2
        case click.ClickException():
            _say(error.format_message())
            return error.exit_code
        case CsmdeskError():
            _say(error.line if not isinstance(error, AmbiguousName) else _with_candidates(error))
            if isinstance(error, BookInvalid):
                for problem in error.problems:
                    tell(f"  {problem}")
            return error.exit_code
        case KeyboardInterrupt() | click.Abort():
            return 130
        case BrokenPipeError():
            # Whoever read us has gone; what is still buffered must not raise again at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        case Exception():
            return _report(error)
        case _:
            raise error


def _blocked(error: OSError) -> CsmdeskError | None:
    """Return why click could not print its own help or version, if that is what went wrong."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    if place is None or place.tb_frame.f_globals.get("__name__") != click.utils.__name__:
        return None
    return unwritten(error)


def _say(line: str) -> None:
    tell(f"error: {' '.join(line.split())}")


def _usage(error: click.UsageError) -> str:
    """Return one line: what was wrong, and where help is."""
    command = error.ctx.command_path if error.ctx else "csmdesk"
    message = error.format_message().rstrip(".")
    return f"{message}. See: {command} --help"


def _with_candidates(error: AmbiguousName) -> str:
    """Return the line of an ambiguous name; it names everybody it could have meant."""
    if any(candidate in error.message for candidate in error.candidates):
        return error.line  # of very many it names the first and how many more
    return f"{error.message} It could be {', '.join(error.candidates)}. {error.hint}"


def _report(error: Exception) -> int:
    """Keep a report of what nobody expected and say so in one line."""
    from csmdesk.cli.version import version
    from csmdesk.reports import write_report

    place = write_report(error, version=version())
    where = f" A report without your data is in {place}." if place else ""
    _say(f"Something went wrong inside csmdesk ({type(error).__name__}).{where}")
    return 1
