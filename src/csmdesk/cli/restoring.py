"""`restore`: go back to a backup of the store."""

from datetime import UTC, datetime

import click

from csmdesk.cli.invocation import Invocation, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table, tell


@click.command()
@click.argument("backup", required=False)
@click.option("--yes", is_flag=True, help="Ask nothing.")
@json_option
@pass_invocation
def restore(invocation: Invocation, backup: str | None, yes: bool, as_json: bool) -> None:
    """List the backups of your book, or go back to BACKUP: a number, a name or a file.

    Works when the present file is damaged or gone. That file is moved aside and never deleted.
    What was not sent when the backup was made stays here until csmdesk sync --confirm-copy, and is
    looked up in the CRM before it is sent.
    """
    from csmdesk.bootstrap.wiring import store_place
    from csmdesk.clock import SystemClock
    from csmdesk.usecases import backups

    path = store_place(invocation.store)
    if backup is None:
        found = backups.listed(path)
        if as_json:
            show_document([each.document() for each in found])
        elif not found:
            show(f"There is no backup of {path} yet.")
        else:
            show_table(
                ("", "made", "kind", "MiB", "name"),
                [
                    (
                        f"{each.number}",
                        _when(each.made_at),
                        each.kind,
                        f"{each.size / 1_048_576:.1f}",
                        each.name,
                    )
                    for each in found
                ],
                right=(0, 3),
            )
            show("Go back to one with: csmdesk restore NUMBER")
        return
    if not yes and path.exists():
        click.confirm(
            f"Put {backup} in the place of {path}? The present file is kept.", abort=True, err=True
        )
    report = backups.restore(path, backup, SystemClock().now())
    if as_json:
        show_document(report.document())
        return
    line = f"Restored {report.name} of {_when(report.made_at)}."
    if report.aside is not None:
        line += (
            f" The file before is {report.aside}; back with: csmdesk restore {report.aside.name}"
        )
    show(line)
    if report.doubtful:
        tell(
            f"{report.doubtful} steps were not sent by then. csmdesk sync only reads until you say"
            " that this is the copy to go on with: csmdesk sync --confirm-copy."
        )


def _when(at: datetime) -> str:
    """Return an instant as the machine's clock shows it."""
    return at.astimezone(UTC).astimezone().strftime("%Y-%m-%d %H:%M")
