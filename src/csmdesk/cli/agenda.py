"""`agenda`, `why`: whom to talk to, and the numbers behind it."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from csmdesk.cli.invocation import Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table
from csmdesk.domain.agenda.compare import deciding_rule
from csmdesk.domain.agenda.points import tenths
from csmdesk.domain.agenda.view import total_arr
from csmdesk.domain.agenda.words import asleep, money, named, source, weekday

if TYPE_CHECKING:
    from csmdesk.domain.agenda.hiding import Hidden
    from csmdesk.domain.agenda.view import Agenda, Item

NO_ACCOUNTS: Final = """\
There are no accounts yet.
  csmdesk connect hubspot   reads those of your CRM
  csmdesk import FILE       takes them from a book
  csmdesk demo              shows everything with made-up ones"""
HARD_DEADLINE: Final = 5
"""The exit code of `agenda --line` while something must be acted on by the next working day."""


@click.command()
@as_of_option
@json_option
@click.option(
    "--line",
    "as_line",
    is_flag=True,
    help="Print one line, for a prompt or a status bar; exit 5 while a deadline is hard.",
)
@pass_invocation
@click.pass_context
def agenda(
    ctx: click.Context,
    invocation: Invocation,
    as_of: datetime | None,
    as_json: bool,
    as_line: bool,
) -> None:
    """Print today's list: whom to talk to, why, and where the day's free hours end.

    The plan is the one you accepted for today, as in the workbench; with --as-of and --json it is
    the ranking's own.
    """
    from csmdesk.usecases import agenda as usecase
    from csmdesk.usecases import day_plan, finding

    if as_json and as_line:
        raise click.UsageError("Choose one of --json and --line.")
    with invocation.workspace(as_of=as_of) as workspace:
        own = as_json or as_of is not None
        view = usecase.today(workspace) if own else day_plan.accepted_agenda(workspace)
        if as_json:
            show_document(usecase.document(view))
        elif not as_line:
            show_agenda(view, empty=not view.items and not finding.accounts(workspace))
    if as_line:
        show(one_line(view))
        if any(item.tier == 0 for item in view.items):
            ctx.exit(HARD_DEADLINE)


@click.command()
@click.argument("account")
@as_of_option
@json_option
@pass_invocation
def why(invocation: Invocation, account: str, as_of: datetime | None, as_json: bool) -> None:
    """Say why an account stands where it stands, in numbers that add up."""
    from csmdesk.domain.agenda.document import item_document
    from csmdesk.usecases import agenda as usecase
    from csmdesk.usecases import finding

    with invocation.workspace(as_of=as_of) as workspace:
        found = finding.find_account(workspace, account)
        view = usecase.today(workspace)
    item = view.item(found.id)
    if as_json:
        show_document(item_document(item) if item else None)
    elif item is None:
        asleep = usecase.why(workspace, found.id).one.hidden
        if asleep:
            show(f"{found.name} is not on the agenda: what would bring it there is put off.")
        else:
            show(f"{found.name} is not on the agenda: nothing about it is due now.")
        for hidden in asleep:
            show_hidden(hidden, view)
        for note in view.notes:
            if note.account_id == found.id:
                show(note.text)
    else:
        show_why(item, view)


def show_hidden(hidden: "Hidden", view: "Agenda") -> None:
    """Print what was put off, how, until when and why."""
    show(f"hidden: {asleep(hidden, view.today)}")


def show_why(item: "Item", view: "Agenda") -> None:
    """Print how the score of one account is made, and what stands right below it."""
    arr = f"{item.money} ({item.no_rate})" if item.no_rate else item.money
    shown, total = tenths([reason.contribution for reason in item.reasons])
    show(f"#{item.rank} {item.account}   {arr}   {total} points")
    if item.deadline:
        show(f"{item.deadline} That comes first, whatever the points.")
    show()
    rows = [
        (
            named(reason.signal.type),
            item.fact(reason),
            source(reason.signal),
            f"{reason.signal.points} × {reason.signal.value} % × {reason.weight} %",
            adds,
        )
        for reason, adds in zip(item.reasons, shown, strict=True)
    ]
    show_table(
        ("reason", "fact", "from", "urgency × money × place", "adds"),
        [*rows, ("", "", "", "total", total)],
        right=(3, 4),
    )
    if item.context:
        show()
        show("also: " + "; ".join(item.fact(signal) for signal in item.context))
    for hidden in item.hidden:
        show_hidden(hidden, view)
    show()
    show(f"next: {item.next_action}")
    after = next((other for other in view.items if other.rank == item.rank + 1), None)
    before = next((other for other in view.items if other.rank == item.rank - 1), None)
    if after is not None:
        show(
            f"above #{after.rank} {after.account} ({points(after.score)}):"
            f" {_DECIDED[deciding_rule(item, after)]}"
        )
    if before is not None:
        show(
            f"below #{before.rank} {before.account} ({points(before.score)}):"
            f" {_DECIDED[deciding_rule(before, item)].replace('its', 'whose')}"
        )


_DECIDED: Final = {
    "tier": "its renewal has to be acted on by the next working day",
    "act_by": "its day to act comes first",
    "score": "its score is higher",
    "hard_date": "its next hard date is nearer; the scores are equal",
    "stake": "its stake is larger; scores and dates are equal",
    "name": "its name comes first; all else is equal",
    "id": "its id comes first; all else is equal",
}


def points(score: int) -> str:
    """Return a score in 1/10,000 point as points with one decimal, half up."""
    return tenths([score])[1]


def show_agenda(view: "Agenda", *, empty: bool = False) -> None:
    """Print the agenda for people: the day's room, the plan, the cut, what is below, notes.

    `empty`: there are no accounts at all, so what to do is said in place of a list.
    """
    if empty:
        show(NO_ACCOUNTS)
        return
    room = view.capacity
    heading = f"{weekday(view.today, view.today)} {view.today.year}"
    free = room.none_left or f"free {duration(room.free_minutes)}"
    of = "" if room.none_left else f" of {duration(room.capacity_minutes)}"
    over = f", overbooked by {duration(room.overbooked_minutes)}" if room.capacity_minutes else ""
    over *= room.overbooked_minutes > 0
    show(f"{heading}   {free}   plan {duration(room.planned_minutes)}{of}{over}")
    if not view.items:
        show()
        show("Nothing is due today.")
    planned = [item for item in view.items if item.planned]
    for items, title in ((planned, ""), (view.below, _below(view))):
        if items:
            show()
            if title:
                show(title)
            show_table(
                ("", "#", "account", "ARR", "min", "why"),
                [_row(item) for item in items],
                right=(1, 3, 4),
            )
    if view.notes:
        show()
        for note in view.notes:
            show(f"{note.account}: {note.text}")


def one_line(view: "Agenda") -> str:
    """Return the agenda in one line: how many, how long, and the first hard deadline."""
    planned = [item for item in view.items if item.planned]
    parts = [f"{len(planned)} planned, {duration(view.capacity.planned_minutes)}"]
    hard = [item for item in view.items if item.tier == 0]
    if hard:
        first = hard[0]
        by = f" by {weekday(first.act_by, view.today)}" if first.act_by else ""
        more = f" (+{len(hard) - 1})" if len(hard) > 1 else ""
        parts.append(f"!! {first.account}{by}{more}")
    elif planned:
        parts.append(planned[0].account)
    return " · ".join(parts)


def duration(minutes: int) -> str:
    """Return a length of time: `45 min`, `3 h`, `3 h 15`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def _row(item: "Item") -> tuple[str, ...]:
    mark = "!!" if item.tier == 0 else "!" if item.must else ""
    return (
        mark,
        str(item.rank),
        item.account,
        item.money,
        str(item.effort),
        ", ".join(item.why),
    )


def _below(view: "Agenda") -> str:
    """Return the cut line: what does not fit today, the money in it, and the time that is left."""
    left = view.capacity.left_minutes
    rest = f", {duration(left)} left" if left > 0 else ""
    total = total_arr(view.below)
    count = "1 account" if len(view.below) == 1 else f"{len(view.below)} accounts"
    converted = any(item.converted for item in view.below)
    arr = "" if total is None else f", {money(total, view.currency, converted=converted)}"
    return f"── below: {count}{arr}{rest}"
