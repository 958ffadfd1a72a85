"""`doctor`, `config`, `completions`: about this machine rather than about the book."""

import os
from collections.abc import Mapping

import click

from csmdesk.cli.invocation import Invocation, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table, tell
from csmdesk.errors import CsmdeskError, StoreError, UsageError

COMPLETE = "_CSMDESK_COMPLETE"


@click.command()
@json_option
@pass_invocation
def doctor(invocation: Invocation, as_json: bool) -> None:
    """Look at everything csmdesk stands on; exit 1 if something needs to be done.

    Looks at versions, folders and their rights, the store's soundness, the keyring, connections
    and what waits in the outbox. Uses no network and changes nothing.
    """
    from csmdesk.paths import places
    from csmdesk.usecases import doctor as look

    findings = list(look.machine(places(), os.environ))
    file = invocation.store or places().store
    if not file.exists():
        findings.append(look.Finding("store", "note", f"{file} (not there yet)"))
    else:
        try:
            with invocation.workspace() as workspace:
                findings.extend(look.book(workspace, os.environ))
        except CsmdeskError as error:
            subject = "store" if isinstance(error, StoreError) else "settings"
            findings.append(look.trouble(error, subject))
    if as_json:
        show_document(
            [{"subject": one.subject, "state": one.state, "text": one.text} for one in findings]
        )
    else:
        signs = {"ok": "  ", "note": "· ", "bad": "! "}
        wide = max(len(one.subject) for one in findings)
        for one in findings:
            show(f"{signs[one.state]}{one.subject:<{wide}}  {one.text}")
    bad = sum(one.state == "bad" for one in findings)
    if bad:
        raise CsmdeskError("1 thing needs you." if bad == 1 else f"{bad} things need you.")


@click.group()
def config() -> None:
    """Show or check the settings. They are read from a TOML file; see docs/config.md."""


@config.command("show")
@json_option
@pass_invocation
def config_show(invocation: Invocation, as_json: bool) -> None:
    """Print every setting, its value, and where the value comes from.

    The settings that the book itself carries override all others.
    """
    from csmdesk.bootstrap.wiring import read_settings
    from csmdesk.usecases.configuration import in_force, written

    settings = in_force(
        read_settings(
            invocation.config,
            environ=os.environ,
            flags=invocation.changes,
            book=_settings_of_book(invocation),
        )
    )
    if as_json:
        show_document(
            {
                setting.name: {"value": written(setting.value), "origin": setting.origin}
                for setting in settings
            }
        )
        return
    show_table(
        ("setting", "value", "from"),
        [(setting.name, written(setting.value), setting.origin) for setting in settings],
    )


def _settings_of_book(invocation: Invocation) -> Mapping[str, object]:
    """Return what the book sets itself; nothing if there is none yet, or none can be read."""
    from csmdesk.paths import places
    from csmdesk.usecases.configuration import of_book

    if not (invocation.store or places().store).exists():
        return {}
    try:
        with invocation.workspace() as workspace:
            return of_book(workspace)
    except StoreError as error:
        tell(f"warning: the settings of the book are not shown. {error.line}")
        return {}


@config.command("validate")
@pass_invocation
def config_validate(invocation: Invocation) -> None:
    """Check the settings and say where they were read from."""
    from csmdesk.bootstrap.wiring import read_settings
    from csmdesk.config import unknown_variables
    from csmdesk.paths import places

    settings = read_settings(
        invocation.config,
        environ=os.environ,
        flags=invocation.changes,
        book=_settings_of_book(invocation),
    )
    for name in unknown_variables(os.environ):
        tell(f"warning: {name} is set, but means nothing to csmdesk.")
    file = invocation.config or places().config_file
    where = str(file) if file.exists() else f"{file} (not there: defaults hold)"
    count = len(settings.origins)
    show(f"The settings are good: {count} changed from the defaults. File: {where}")


@config.command("path")
@pass_invocation
def config_path(invocation: Invocation) -> None:
    """Print the path of the settings file."""
    from csmdesk.paths import places

    show(str(invocation.config or places().config_file))


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completions(shell: str) -> None:
    """Print the completion script of a shell.

    For bash: csmdesk completions bash > ~/.local/share/bash-completion/completions/csmdesk
    """
    from click.shell_completion import get_completion_class

    from csmdesk.cli.main import cli

    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"There are no completions for {shell}.")
    completion = kind(cli, {}, "csmdesk", COMPLETE)
    show(completion.source_template % completion.source_vars())
