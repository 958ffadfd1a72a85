"""`accounts`, `account`: the book as a table, and one account in full."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from csmdesk.cli.invocation import Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import cut, show, show_document, show_table
from csmdesk.domain.agenda.words import amounts, day, money, no_rate
from csmdesk.domain.exact import plain, size

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
@click.option("--gone", is_flag=True, help="Those that the CRM no longer shows, instead.")
@as_of_option
@json_option
@pass_invocation
def accounts(
    invocation: Invocation,
    terms: tuple[str, ...],
    sort: str,
    gone: bool,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """List my accounts, or those that fit every term of a filter.

    FILTER is made of words of the name and of terms such as
    health:red  "arr>50k"  "renew<90d"  seg:mid  "silent>30d"  tag:emea  owner:ana
    (in quotes, because a shell takes < and > for itself).
    """
    from csmdesk.usecases import accounts as usecase

    if gone:
        _show_departed(invocation, " ".join(terms), as_json=as_json)
        return
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


@click.command()
@click.argument("account")
@as_of_option
@json_option
@pass_invocation
def account(invocation: Invocation, account: str, as_of: datetime | None, as_json: bool) -> None:
    """Show ACCOUNT in full: where it stands, why, its people, its last touches.

    --json prints everything the book has of it; the shape stands in docs/cli.md.
    """
    from csmdesk.usecases import conflicts, finding
    from csmdesk.usecases import overview as usecase

    with invocation.workspace(as_of=as_of) as workspace:
        found = finding.find_account(workspace, account, departed=True)
        view = usecase.overview(workspace, found.id)
        both = () if as_json else conflicts.conflicts(workspace, found.id)
    if as_json:
        show_document(view)
        return
    if found.was:
        show(f"{found.was} is part of {found.name} now: they were merged in the CRM.")
    show_account(view)
    for each in both:
        told = f"{each.sentence[:1].upper()}{each.sentence[1:]}"
        show(f"{told}; csmdesk outbox settle {each.key} {'|'.join(each.choices)}")
    if both:
        show("csmdesk outbox conflicts shows both values side by side")


def show_account(view: dict[str, Any]) -> None:
    """Print the account for people: one line per subject, the newest touches last."""
    name, standing, item = view["account"]["name"], view["standing"], view["agenda"]
    show(name)
    if "left" in view:
        show(view["left"])
    if standing is not None:
        arr = "?" if standing["arr"] is None else f"{standing['arr']} {standing['currency']}"
        if unrated := standing["unrated"]:
            own = " + ".join(f"{amount} {code}" for code, amount in unrated.items())
            arr = f"{own if standing['arr'] is None else arr} ({no_rate(unrated)})"
        health = standing["color"] or "unknown"
        score = "" if standing["health_score"] is None else f" {standing['health_score']}"
        show(f"ARR {arr}, {standing['segment']} touch, health {health}{score}")
        for clock in standing["clocks"]:
            act = f", act by {clock['on']} ({clock['kind']})" if clock["on"] else ", renews itself"
            show(f"term ends {clock['term_end']}{act}")
    if item is None:
        show("not on the agenda")
    else:
        show(f"#{item['rank']} on the agenda: {item['line']}")
        show(f"next: {item['next_action']}")
    if view["contacts"]:
        show()
        show_table(
            ("person", "title", "roles", "e-mail"),
            [
                (
                    one["name"],
                    one.get("title", ""),
                    ", ".join(one.get("roles", ())),
                    one.get("email", ""),
                )
                for one in view["contacts"]
            ],
        )
    for step in view["open_next_steps"]:
        due = f" by {step['due_on']}" if "due_on" in step else ""
        show(f"open, {step['side']}: {step['text']}{due}")
    if view["touchpoints"]:
        gone = {one["touchpoint_id"] for one in view["deleted_there"]}
        show()
        show_table(
            ("when", "what", "text"),
            [
                (
                    one["at"][:10],
                    one["type"],
                    ("(not in the CRM any more) " if one["id"] in gone else "")
                    + cut(one.get("text", "").replace("\n", " "), 90),
                )
                for one in view["touchpoints"][:10]
            ],
        )


def _show_departed(invocation: Invocation, word: str, *, as_json: bool) -> None:
    """Print the accounts that the CRM no longer shows, those with a word in their name.

    Those that are part of another one now come last.
    """
    from csmdesk.domain.names import fold
    from csmdesk.usecases import absent, finding

    rows: list[tuple[str, str, str, str, str | None]] = []
    with invocation.workspace() as workspace:
        rows += [
            (each.id, each.name, each.state, finding.left_words(workspace, each), None)
            for each in finding.departed_accounts(workspace)
        ]
        rows += [
            (each.id, each.name, "merged", absent.merged_words(workspace, each), each.into_id)
            for each in absent.merged_accounts(workspace)
        ]
    rows = [row for row in rows if fold(word) in fold(row[1])]
    if as_json:
        names = ("account_id", "account", "crm_state", "left", "part_of")
        show_document([dict(zip(names, row, strict=True)) for row in rows])
    elif rows:
        show_table(("account", "id", ""), [(name, id_, told) for id_, name, _, told, _ in rows])
    else:
        show("No account has left the CRM.")


def _row(line: "AccountLine", table: "Table") -> tuple[str, ...]:
    clock = line.clock
    move = "" if not line.move else f" {'↑' if line.move > 0 else '↓'}{plain(size(line.move))}"
    star = "*" if line.overridden else ""
    colour = f"{line.colour}{star} {'–' if line.score is None else plain(line.score)}{move}"
    health = "unknown" if line.colour is None else colour
    notice = clock.on if clock is not None and clock.on != clock.term_end else None
    return (
        line.name,
        amounts(dict(line.unrated))
        if line.arr is None and line.unrated
        else money(line.arr, table.currency, converted=line.converted),
        line.segment,
        health,
        day(clock.term_end, table.today) if clock else "–",
        day(notice, table.today) if notice else "–",
        f"{line.silent_days} d" if line.silent_days is not None else "–",
        _or_dash(line.rank),
    )


def _document(line: "AccountLine", table: "Table") -> dict[str, object]:
    from csmdesk.usecases.accounts import json_number

    clock = line.clock
    return {
        "account_id": line.id,
        "account": line.name,
        "arr": None if line.arr is None else plain(line.arr),
        "currency": table.currency,
        "segment": line.segment,
        "health": {
            "color": line.colour,
            "score": json_number(line.score),
            "change": json_number(line.move),
        },
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
