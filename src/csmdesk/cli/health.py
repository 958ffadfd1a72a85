"""`health`: an account's score unfolded, our own score recorded, a colour set by hand."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Day, Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table
from csmdesk.domain.agenda.words import day, percent, weekday
from csmdesk.domain.exact import half_up, plain

if TYPE_CHECKING:
    from csmdesk.domain.records import Colour
    from csmdesk.usecases.health_page import HealthPage, Own

COLOURS = ("red", "yellow", "green")


class HealthGroup(click.Group):
    """A group whose first word may also be an account: then that account is shown."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take anything that is no command of the group for an account."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=HealthGroup, subcommand_metavar="ACCOUNT | COMMAND [ARGS]...")
def health() -> None:
    """Unfold an account's health: what counts, what it is made of, how it moved and why.

    `csmdesk health ACCOUNT` is short for `csmdesk health show ACCOUNT`.
    """


@health.command("show")
@click.argument("account")
@as_of_option
@json_option
@pass_invocation
def show_(invocation: Invocation, account: str, as_of: datetime | None, as_json: bool) -> None:
    """Unfold the health of ACCOUNT. Looking records nothing."""
    from csmdesk.usecases import finding, health_page

    with invocation.workspace(as_of=as_of) as workspace:
        found = finding.find_account(workspace, account)
        page = health_page.health_page(workspace, found.id)
    if as_json:
        show_document(health_page.document(page))
    else:
        show_health(page)


@health.command()
@as_of_option
@json_option
@pass_invocation
def record(invocation: Invocation, as_of: datetime | None, as_json: bool) -> None:
    """Work out our own score of every account without a fresh one of the CRM, and record it.

    A sync does it once a day. An import or a look at the agenda never does.
    """
    from csmdesk.usecases import health as usecase

    with invocation.workspace(as_of=as_of) as workspace:
        came_to = usecase.record(workspace)
    if as_json:
        show_document(
            {
                "written": came_to.written,
                "unchanged": came_to.unchanged,
                "left_to_crm": came_to.left_to_crm,
                "unknown": came_to.unknown,
            }
        )
        return
    show(
        f"Recorded {_accounts(came_to.written)}; {came_to.unchanged} unchanged,"
        f" {came_to.left_to_crm} with a fresh score of the CRM,"
        f" {came_to.unknown} of which too little is known."
    )


@health.command()
@click.argument("account")
@click.argument("colour", type=click.Choice(COLOURS))
@click.option("--reason", required=True, help="What the score cannot know.")
@click.option(
    "--until", type=Day(), metavar="DATE", help="The last day it holds; by default in 30 days."
)
@as_of_option
@json_option
@pass_invocation
def override(
    invocation: Invocation,
    account: str,
    colour: "Colour",
    reason: str,
    until: date | None,
    as_of: datetime | None,
    as_json: bool,
) -> None:
    """Set the colour of ACCOUNT against its score, for at most 30 days.

    It may be worse by any number of steps, but better by one only. The score stays visible.
    """
    from csmdesk.usecases import finding, health_overrides

    with invocation.workspace(as_of=as_of) as workspace:
        found = finding.find_account(workspace, account)
        made = health_overrides.set_colour(workspace, found.id, colour, reason=reason, until=until)
    if as_json:
        show_document(made.document())
    elif made.override is not None:
        last = weekday(made.override.expires_on, made.override.set_on)
        show(f"{found.name} is {colour}* to {last}. csmdesk health clear takes it back.")


@health.command()
@click.argument("account")
@as_of_option
@json_option
@pass_invocation
def clear(invocation: Invocation, account: str, as_of: datetime | None, as_json: bool) -> None:
    """Leave the colour of ACCOUNT to its score again."""
    from csmdesk.usecases import finding, health_overrides

    with invocation.workspace(as_of=as_of) as workspace:
        found = finding.find_account(workspace, account)
        made = health_overrides.clear(workspace, found.id)
    if as_json:
        show_document(made.document())
    else:
        show(f"The colour of {found.name} is left to its score again.")


def show_health(page: "HealthPage") -> None:
    """Print the page for people: what counts, its parts, its history."""
    today = page.today
    show(f"{page.account}   {standing_words(page)}")
    if page.override is not None:
        one = page.override
        show(
            f"set by hand on {day(one.set_on, today)}, to {day(one.expires_on, today)}:"
            f" {one.reason}"
        )
    if any(value is not None for value in page.weekly):
        known = [value for value in page.weekly if value is not None]
        show(
            f"26 weeks  {_sparkline(page.weekly)}  lowest {plain(page.told(min(known)))},"
            f" highest {plain(page.told(max(known)))}"
        )
    if page.own is not None:
        show()
        show_own(page.own, page)
    if page.told_moves:
        show()
        show_table(
            ("moved on", "from", "to", "colour", "because"),
            [
                (
                    weekday(move.on, today),
                    plain(page.told(move.before)),
                    plain(page.told(move.after)),
                    move.colour,
                    move.cause or "not told",
                )
                for move in page.told_moves
            ],
            right=(1, 2),
        )


def standing_words(page: "HealthPage") -> str:
    """Return what counts: `health 38 red, the CRM's score of 9 Mar, falling`."""
    star = "*" if page.override is not None else ""
    colour = f"{page.colour}{star}" if page.colour is not None else "unknown"
    if page.score is None:
        return f"health {colour}, never scored"
    whose = {"crm": "the CRM's score", "computed": "our own score"}
    score = plain(page.told(page.score.value))
    on = day(page.score.on, page.today)
    if page.source is None:
        return f"health {colour}, last score {score} of {on} is too old to count"
    going = {"up": ", rising", "down": ", falling"}.get(page.trend or "", "")
    return f"health {score} {colour}, {whose[page.source]} of {on}{going}"


def show_own(own: "Own", page: "HealthPage") -> None:
    """Print our own score part by part."""
    score = "unknown" if own.score is None else str(own.score)
    when = (
        f"recorded {day(own.on, page.today)}"
        if own.on is not None
        else "as it would be now, recorded nowhere"
    )
    show(f"our own score: {score}, {own.coverage} % of it known, {when}")
    show_table(
        ("part", "weight", "fresh", "value", "adds"),
        [
            (
                part.name,
                percent(part.weight, 1),
                f"{percent(part.freshness * 100, 1)} %" if part.value is not None else "-",
                percent(part.value, 1) if part.value is not None else "missing",
                _tenths(half_up(part.adds * 10)) if part.value is not None else "",
            )
            for part in own.parts
        ],
        right=(1, 2, 3, 4),
    )


def _sparkline(values: Sequence[Decimal | None]) -> str:
    """Return scores 0-100 as blocks on a fixed scale; where none was fresh, a gap."""
    blocks = "▁▂▃▄▅▆▇█"
    return "".join(
        " " if value is None else blocks[min(max(int(value) * 8 // 100, 0), 7)] for value in values
    )


def _tenths(number: int) -> str:
    return f"{number // 10}.{number % 10}"


def _accounts(count: int) -> str:
    return "1 account" if count == 1 else f"{count} accounts"
