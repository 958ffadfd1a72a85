"""`connect`: tie the store to a CRM. Asks only what it cannot find out."""

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from csmdesk.cli.invocation import Invocation, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, tell
from csmdesk.errors import SecretError, UsageError

if TYPE_CHECKING:
    from csmdesk.secrets import Found
    from csmdesk.usecases.setup import ConnectReport

FIELDS: Final = (
    "csm arr currency renewal_date auto_renew notice_days term_months start_on segment health"
    " forecast likelihood seats_purchased seats_active active_users"
)


@click.group()
def connect() -> None:
    """Tie the store to a CRM."""


@connect.command()
@click.option(
    "--base-url", metavar="URL", help="HubSpot's address; http is taken for this machine only."
)
@click.option(
    "--token-env",
    metavar="VAR",
    help="The environment variable that holds the token, now and at every sync.",
)
@click.option(
    "--token-command",
    metavar="COMMAND",
    help="A command that prints the token, for example 'pass show hubspot'; run without a shell.",
)
@click.option("--owner-email", metavar="E", help="Who you are in HubSpot.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=PROPERTY",
    help="Which property means FIELD. May be given several times.",
)
@click.option(
    "--scope",
    type=click.Choice(["mine", "all"]),
    default="mine",
    show_default=True,
    help="Pull my companies, or all of them.",
)
@click.option("--yes", is_flag=True, help="Ask nothing.")
@json_option
@pass_invocation
def hubspot(
    invocation: Invocation,
    base_url: str | None,
    token_env: str | None,
    token_command: str | None,
    owner_email: str | None,
    maps: tuple[str, ...],
    scope: str,
    yes: bool,
    as_json: bool,
) -> None:
    """Connect HubSpot: test the token, name the portal, show what was found.

    The token comes from --token-env or --token-command, else CSMDESK_TOKEN_HUBSPOT, else a hidden
    prompt, and is kept in the keyring; where there is none, nowhere. Nothing is read or sent yet:
    csmdesk sync does that.

    \b
    FIELD is one of: csm arr currency renewal_date auto_renew notice_days term_months start_on
    segment health forecast likelihood seats_purchased seats_active active_users
    """
    chosen = _maps(maps)
    from csmdesk import secrets
    from csmdesk.bootstrap.connecting import PROMPT, dial, keep
    from csmdesk.usecases import rates, setup

    if token_env is not None and token_command is not None:
        raise UsageError("Give --token-env or --token-command, not both.")
    words = () if token_command is None else secrets.command_words(token_command)
    with invocation.workspace(fills=True) as workspace:
        known = workspace.config.hubspot.token_command
        found = secrets.from_command(words) if words else _token(known, token_env)
        report = setup.connect_hubspot(
            workspace,
            dial=dial,
            token=lambda: found.secret,
            base_url=base_url or workspace.config.hubspot.base_url,
            owner_email=owner_email,
            maps=chosen,
            scope="all" if scope == "all" else "mine",
            yes=yes,
            ask=Terminal() if sys.stdin.isatty() and not yes else None,
            token_place=found.place,
        )
        kept = found.place
        if found.place == PROMPT:
            kept = keep(workspace, report.key, found.secret) or ""
        missing = rates.advice(rates.table(workspace))
    if as_json:
        show_document(report.document())
    else:
        _show(report)
        if missing:
            show(missing)
    if words and words != tuple(known):
        tell("The command is not remembered. For every sync, put it into the settings:")
        tell(f"  [hubspot]\n  token_command = {json.dumps(words, ensure_ascii=False)}")
    elif kept:
        tell(f"The token is taken from the {kept.removeprefix('the ')}.")
    else:
        variable = secrets.variables(report.key)[-1]
        tell(f"The token is stored nowhere: there is no keyring that encrypts. Set {variable}.")


class Terminal:
    """Asks at the terminal, on standard error, so that standard output stays the document's."""

    def choose(self, question: str, options: Sequence[str]) -> int | None:
        """Show numbered options; return the place of the chosen one, None if none is."""
        tell(question)
        for number, option in enumerate(options, start=1):
            tell(f"  {number}  {option}")
        answer = click.prompt(
            "Number, or 0 for none", type=click.IntRange(0, len(options)), err=True
        )
        return int(answer) - 1 if answer else None

    def confirm(self, question: str, *, default: bool) -> bool:
        """Ask a yes-or-no question."""
        return click.confirm(question, default=default, err=True)


def _token(command: Sequence[str], variable: str | None) -> "Found":
    """Return the token, asking for it as the last resort.

    Raises:
        UsageError: a variable was named that is empty.
        SecretError: there is no token and nobody to ask.
    """
    from csmdesk import secrets
    from csmdesk.bootstrap.connecting import PROMPT

    if variable is not None:
        text = os.environ.get(variable, "").strip()
        if not text:
            raise UsageError(f"The environment variable {variable} holds no token.")
        return secrets.Found(secrets.Secret(text), secrets.place_of(variable))
    found = secrets.find("hubspot", environ=os.environ, command=command)
    if found is not None:
        return found
    if not sys.stdin.isatty():
        raise SecretError(
            "There is no HubSpot token.",
            "Set CSMDESK_TOKEN_HUBSPOT, or give --token-env or --token-command.",
        )
    text = click.prompt("HubSpot access token (not shown)", hide_input=True, err=True)
    return secrets.Found(secrets.Secret(str(text).strip()), PROMPT)


def _maps(maps: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=PROPERTY.

    Raises:
        UsageError: it is written otherwise, or there is no such field.
    """
    read: dict[str, str] = {}
    for entry in maps:
        field, sign, name = entry.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"--map takes FIELD=PROPERTY, not {entry!r}.")
        if field.strip() not in FIELDS.split():
            raise UsageError(f"There is no field {field.strip()!r}.", f"Fields: {FIELDS}.")
        read[field.strip()] = name.strip()
    return read


def _show(report: "ConnectReport") -> None:
    """Print what was found, for people."""
    count = "1 company is" if report.mine == 1 else f"{report.mine} companies are"
    show(f"Connected: {report.portal} ({report.key}). {count} yours, {report.owner.name}.")
    for choice in report.choices:
        if choice.chosen is None:
            show(f"  {choice.field}: no property found; --map {choice.field}=PROPERTY")
        else:
            label = f" ({choice.label})" if choice.label and choice.label != choice.chosen else ""
            others = f", not {', '.join(choice.others)}" if choice.others else ""
            show(f"  {choice.field}: {choice.holder}.{choice.chosen}{label}{others}")
    if not report.exactly_once:
        show("  without a unique property, a mark at the end of each text tells what was sent")
    if report.linked or report.proposed:
        show(
            f"  imported records linked: {report.linked};"
            f" proposed and not linked: {report.proposed}"
        )
    show("Next: csmdesk sync")
