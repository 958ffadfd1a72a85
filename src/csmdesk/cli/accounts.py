"""`accounts`, `account`: the book as a table, and one account in full."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table
from csmdesk.domain.agenda.words import day, money
from csmdesk.domain.exact import plain

if TYPE_CHECKING:
    from csmdesk.usecases.accounts import AccountLine, Table


@click.command()
@click.argument("terms", nargs=-1, metavar="[FILTER]")
@click.option(
    "--sort",
    type=click.Choice(["name", "arr", "health", "renewal", "silence", "agenda"]),
    default="name",
    show_default=True,
    help="What comes first.",
)
@as_of_option
@json_option
@pass_invocation
def accounts(
    invocation: Invocation,
    terms: tuple[str, ...],
    sort: str,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """List my accounts, or those that fit every term of a filter.

    FILTER is made of words of the name and of terms such as
    health:red  "arr>50k"  "renew<90d"  seg:mid  "silent>30d"  tag:emea  owner:ana
    (in quotes, because a shell takes < and > for itself).
    """
    from csmdesk.usecases import accounts as usecase

    with invocation.workspace(as_of=as_of) as workspace:
        table = usecase.table(workspace)
    lines = usecase.ordered(usecase.filtered(table.lines, " ".join(terms)), sort)
    if as_json:
        show_document([_document(line, table) for line in lines])
        return
    if not lines:
        show("No account fits." if table.lines else "There are no accounts yet.")
        return
    show_table(
        ("account", "ARR", "segment", "health", "renews", "notice", "silent", "#"),
        [_row(line, table) for line in lines],
        right=(1, 6, 7),
    )


def _row(line: "AccountLine", table: "Table") -> tuple[str, ...]:
    clock = line.clock
    move = "" if not line.move else f" {'↑' if line.move > 0 else '↓'}{abs(line.move)}"
    health = "unknown" if line.colour is None else f"{line.colour} {_or_dash(line.score)}{move}"
    notice = clock.on if clock is not None and clock.on != clock.term_end else None
    return (
        line.name,
        money(line.arr, table.currency, converted=line.converted),
        line.segment,
        health,
        day(clock.term_end, table.today) if clock else "–",
        day(notice, table.today) if notice else "–",
        f"{line.silent_days} d" if line.silent_days is not None else "–",
        _or_dash(line.rank),
    )


def _document(line: "AccountLine", table: "Table") -> dict[str, object]:
    clock = line.clock
    return {
        "account_id": line.id,
        "account": line.name,
        "arr": None if line.arr is None else plain(line.arr),
        "currency": table.currency,
        "segment": line.segment,
        "health": {"color": line.colour, "score": line.score, "change": line.move},
        "renews_on": clock.term_end.isoformat() if clock else None,
        "act_by": clock.on.isoformat() if clock and clock.on else None,
        "silent_days": line.silent_days,
        "agenda_rank": line.rank,
        "owner": line.owner,
        "domain": line.domain,
        "industry": line.industry,
        "tags": list(line.tags),
    }


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)
