"""`outbox`: what travels to the CRM, where it stands, and mending it."""

from pathlib import Path

import click

from csmdesk.cli.books import write_out
from csmdesk.cli.invocation import Invocation, json_option, pass_invocation
from csmdesk.cli.output import document_bytes, show, show_document, show_table


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@json_option
@pass_invocation
@click.pass_context
def outbox(ctx: click.Context, invocation: Invocation, everything: bool, as_json: bool) -> None:
    """Show what waits for the CRM, is uncertain, failed or in conflict.

    --json prints every operation, settled ones too. OPERATION in the commands below is the id of
    an operation or its unique beginning.
    """
    if ctx.invoked_subcommand is not None:
        return
    _list(invocation, everything=everything, as_json=as_json)


@outbox.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@json_option
@pass_invocation
def list_(invocation: Invocation, everything: bool, as_json: bool) -> None:
    """The same as csmdesk outbox."""
    _list(invocation, everything=everything, as_json=as_json)


@outbox.command()
@click.argument("operation")
@pass_invocation
def retry(invocation: Invocation, operation: str) -> None:
    """Send a failed or doubtful operation again at the next sync."""
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        item = usecase.retry(workspace, operation)
    show(f"Will be sent at the next sync: {item.summary}")


@outbox.command()
@click.argument("operation")
@click.argument("remote_id", metavar="RECORD")
@pass_invocation
def link(invocation: Invocation, operation: str, remote_id: str) -> None:
    """Settle an operation with a RECORD found in the CRM: its number, or its address."""
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        item = usecase.link(workspace, operation, remote_id)
    show(f"Linked to {item.remote_id}: {item.summary}")


@outbox.command()
@click.argument("operation")
@pass_invocation
def cancel(invocation: Invocation, operation: str) -> None:
    """Give an operation up, and what depends on it; what you logged stays here."""
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        item = usecase.cancel(workspace, operation)
    show(f"Cancelled: {item.summary}")


@outbox.command()
@click.argument("operation")
@click.argument("text")
@pass_invocation
def edit(invocation: Invocation, operation: str, text: str) -> None:
    """Change the TEXT of an operation that cannot have arrived."""
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        item = usecase.edit(workspace, operation, text)
    show(f"Changed: {item.summary}")


@outbox.command()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@pass_invocation
def export(invocation: Invocation, out: Path | None, force: bool) -> None:
    """Print what is not settled with all that would be sent, as JSON."""
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        items = usecase.export(workspace)
    write_out(document_bytes(items), out, force=force)


def _list(invocation: Invocation, *, everything: bool, as_json: bool) -> None:
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        items = usecase.items(workspace, everything=everything or as_json)
    if as_json:
        show_document([item.document() for item in items])
        return
    if not items:
        show("Nothing waits for the CRM.")
        return
    show_table(
        ("operation", "state", "what", "tries", "about"),
        [
            (
                item.op_id[:8],
                item.state,
                f"{item.kind} {item.object_type}",
                str(item.attempts),
                item.summary,
            )
            for item in items
        ],
        right=(3,),
    )
    for item in items:
        if item.last_error:
            show(f"{item.op_id[:8]}: {item.last_error}")
