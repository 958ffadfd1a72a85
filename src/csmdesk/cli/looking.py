"""`news`, `hidden`: what changed since the last look, and what is put off or done for good."""

from datetime import date, datetime, time
from typing import TYPE_CHECKING

import click

from csmdesk.cli.invocation import Day, Invocation, as_of_option, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table
from csmdesk.domain.agenda.words import put_off, weekday

if TYPE_CHECKING:
    from csmdesk.usecases.news import Item, News
    from csmdesk.usecases.waking import Asleep


@click.command()
@click.option(
    "--since",
    type=Day(),
    metavar="DATE",
    help="Everything from that day on (default: since you last looked in the workbench).",
)
@as_of_option
@json_option
@pass_invocation
def news(invocation: Invocation, since: date | None, as_of: datetime | None, as_json: bool) -> None:
    """Print what changed since you last looked, newest first, with its source.

    It marks nothing as seen: only looking at it in the workbench does.
    """
    from csmdesk.usecases import news as usecase

    with invocation.workspace(as_of=as_of) as workspace:
        now, zone = workspace.now(), workspace.zone
        today = now.astimezone(zone).date()
        if since is None:
            seen = usecase.last_look(workspace, now)
            found = usecase.news(workspace, seen.until, now, seen.told)
        elif since > today:
            raise click.UsageError(f"{since} is still to come; --since takes a day that was.")
        else:
            found = usecase.news(workspace, datetime.combine(since, time(), zone), now)
    begun = found.since.astimezone(zone)
    if as_json:
        show_document(_news_document(found, begun, now.astimezone(zone)))
        return
    from_then = f"{weekday(begun.date(), today)} {begun:%H:%M}"
    if not found.items:
        show(f"Nothing changed since {from_then}.")
        return
    count = len(found.items)
    show(f"{count} change{'' if count == 1 else 's'} since {from_then}")
    show()
    show_table(
        ("when", "account", "about", "from", "what"),
        [
            (_when(item, today), item.account, item.kind, item.source, item.text)
            for item in found.items
        ],
    )


@click.command()
@as_of_option
@json_option
@pass_invocation
def hidden(invocation: Invocation, as_of: datetime | None, as_json: bool) -> None:
    """List what is snoozed, dismissed or done, until when and why.

    What was done for good comes last. csmdesk undo takes the latest word back, H in the workbench
    each of them.
    """
    from csmdesk.usecases import waking

    with invocation.workspace(as_of=as_of) as workspace:
        causes = waking.asleep(workspace)
        today = workspace.now().astimezone(workspace.zone).date()
    if as_json:
        show_document([_hidden_document(cause) for cause in causes])
    elif not causes:
        show("Nothing is hidden.")
    else:
        show_table(
            ("account", "how", "reason", "what"),
            [
                (cause.account, _put_off(cause, today), cause.reason or "", cause.fact)
                for cause in causes
            ],
        )


def _when(item: "Item", today: date) -> str:
    on = weekday(item.at.date(), today)
    return on if item.day_only else f"{on} {item.at:%H:%M}"


def _put_off(cause: "Asleep", today: date) -> str:
    """Return what was said, when, and until when it holds: "snoozed to Mon 30 Mar"."""
    when = f" {weekday(cause.at.date(), today)}," if cause.at is not None else ""
    until = "for good" if cause.until is None else f"to {weekday(cause.until, today)}"
    return f"{put_off(cause.action)}{when} {until}"


def _news_document(found: "News", since: datetime, until: datetime) -> dict[str, object]:
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "items": [
            {
                "id": item.id,
                "account_id": item.account_id,
                "account": item.account,
                "kind": item.kind,
                "on": item.at.date().isoformat(),
                "at": None if item.day_only else item.at.isoformat(),
                "text": item.text,
                "source": item.source,
                "color": item.colour,
            }
            for item in found.items
        ],
    }


def _hidden_document(cause: "Asleep") -> dict[str, object]:
    return {
        "account_id": cause.account_id,
        "account": cause.account,
        "type": cause.type,
        "subject": cause.subject,
        "episode": cause.episode,
        "fact": cause.fact,
        "action": cause.action,
        "until": None if cause.until is None else cause.until.isoformat(),
        "reason": cause.reason,
        "done_at": None if cause.at is None else cause.at.isoformat(),
    }
