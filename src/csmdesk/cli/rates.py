"""`rates`: what other currencies are worth in the book's own."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import click

from csmdesk.cli.invocation import Day, Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table
from csmdesk.errors import UsageError


@click.group(invoke_without_command=True)
@json_option
@pass_invocation
@click.pass_context
def rates(ctx: click.Context, invocation: Invocation, as_json: bool) -> None:
    """List exchange rates, and which are missing; `rates set` gives one.

    Money in a currency without a rate is shown in that currency and counts for nothing when the
    agenda weighs accounts.
    """
    if ctx.invoked_subcommand is not None:
        return
    from csmdesk.usecases import rates as usecase

    with invocation.workspace() as workspace:
        found = usecase.table(workspace)
    if as_json:
        show_document(found.document())
        return
    show(f"Base currency: {found.base}")
    if not found.lines:
        show("No amount is in another currency.")
        return
    show_table(
        ("currency", f"in {found.base}", "since", "accounts"),
        [
            (
                line.currency,
                "missing" if line.missing else "–" if line.rate is None else f"{line.rate:f}",
                "–" if line.on is None else line.on.isoformat(),
                f"{line.accounts:,}",
            )
            for line in found.lines
        ],
        right=(1, 3),
    )
    if found.missing:
        show(usecase.advice(found))


@rates.command("set")
@click.argument("currency")
@click.argument("rate")
@click.option("--on", type=Day(), metavar="DATE", help="The day it holds from (default: today).")
@as_of_option
@json_option
@pass_invocation
def rates_set(
    invocation: Invocation,
    currency: str,
    rate: str,
    on: date | None,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Say that 1 CURRENCY is worth RATE in the book's base currency.

    \b
    csmdesk rates set GBP 1.27
    csmdesk rates set EUR 1.08 --on 2026-01-01
    """
    try:
        number = Decimal(rate)
    except InvalidOperation:
        raise UsageError(f"{rate!r} is no rate.", "Write a number, for example 1.27.") from None
    from csmdesk.usecases import rates as usecase

    with invocation.workspace(as_of=as_of) as workspace:
        given = usecase.set_rate(workspace, currency, number, on=on)
    if as_json:
        show_document(given.document())
        return
    one = given.rate
    was = "" if given.before is None else f" (it was {given.before:f})" if given.changed else ""
    again = "" if given.changed else ", as before"
    show(f"1 {one.currency} = {one.rate:f} {given.base} from {one.on.isoformat()}{again}{was}.")
