"""`outbox`: what travels to the CRM, where it stands, and mending it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from csmdesk.cli.books import write_out
from csmdesk.cli.invocation import Invocation, json_option, pass_invocation
from csmdesk.cli.output import show, show_document, show_table, show_value
from csmdesk.documents import document_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from csmdesk.usecases.conflicts import How
    from csmdesk.usecases.outbox import Item


_telling = click.option(
    "--exit-code",
    "telling",
    is_flag=True,
    help="End with 3 while something waits, with 4 while something needs you, as sync does.",
)


@click.group(invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@_telling
@json_option
@pass_invocation
@click.pass_context
def outbox(
    ctx: click.Context, invocation: Invocation, everything: bool, telling: bool, as_json: bool
) -> None:
    """Show what waits for the CRM, is uncertain, failed or in conflict.

    --json prints every operation, settled ones too. OPERATION in the commands below is the id of
    an operation or its unique beginning.
    """
    if ctx.invoked_subcommand is not None:
        return
    code = _list(invocation, everything=everything, as_json=as_json)
    ctx.exit(code if telling else 0)


@outbox.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what is settled.")
@_telling
@json_option
@pass_invocation
@click.pass_context
def list_(
    ctx: click.Context, invocation: Invocation, everything: bool, telling: bool, as_json: bool
) -> None:
    """The same as csmdesk outbox."""
    code = _list(invocation, everything=everything, as_json=as_json)
    ctx.exit(code if telling else 0)


@outbox.command("show")
@click.argument("operation")
@json_option
@pass_invocation
def show_(invocation: Invocation, operation: str, as_json: bool) -> None:
    """Show one operation in full: is it in the CRM, and what was or will be sent?"""
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        item = usecase.get(workspace, operation)
        due = usecase.next_words(item, workspace.now(), workspace.zone)
    if as_json:
        show_document({**item.document(), "payload": dict(item.payload)})
        return
    show(item.summary)
    show(f"  it {usecase.words_of(item)}")
    if due:
        show(f"  next {due}")
    if item.remote_id:
        show(f"  record {item.remote_id}")
    fields = item.payload.get("fields", item.payload)
    for name, value in fields.items():
        show_value(f"  {name.replace('_', ' ')}: ", value)
    if item.last_error:
        show(f"  {item.last_error}")


@outbox.command()
@json_option
@pass_invocation
def conflicts(invocation: Invocation, as_json: bool) -> None:
    """Show what both sides changed, side by side, and what is in the CRM twice."""
    from csmdesk.usecases import conflicts as usecase

    with invocation.workspace() as workspace:
        found = usecase.conflicts(workspace)
    if as_json:
        show_document([each.document() for each in found])
        return
    if not found:
        show("Nothing waits for your word.")
    for each in found:
        show(f"{each.key}  {each.account}: {each.sentence}")
        if each.twice:
            show(f"  kept    record {each.ours}")
            show(f"  second  record {each.theirs}")
        else:
            show_value("  before  ", each.base)
            show_value("  ours    ", each.ours)
            show_value("  theirs  ", each.theirs)
        show(f"  csmdesk outbox settle {each.key} {'|'.join(each.choices)}")


@outbox.command()
@click.argument("operation")
@click.argument("how", type=click.Choice(["ours", "theirs", "merge", "archive", "keep"]))
@click.option("--text", help="The merged text; by default both texts in one.")
@pass_invocation
def settle(invocation: Invocation, operation: str, how: "How", text: str | None) -> None:
    """Say HOW a conflict ends.

    \b
    ours      send our value after all
    theirs    take the CRM's value
    merge     of texts: send both in one, or --text
    archive   of a record that is in the CRM twice: archive the second one
    keep      keep both records
    """
    from csmdesk.usecases import conflicts as usecase

    with invocation.workspace() as workspace:
        found = usecase.find(workspace, operation)
        usecase.settle(workspace, found.id, how, workspace.now(), text=text)
    show(f"Settled: {found.about}. {_ENDINGS[how]}")


_ENDINGS = {
    "ours": "Ours is sent at the next sync.",
    "theirs": "The CRM's value stands.",
    "merge": "The merged text is sent at the next sync.",
    "archive": "The second record is archived at the next sync.",
    "keep": "Both records stay.",
}


@outbox.command()
@click.argument("operation")
@click.option("--again", is_flag=True, help="Also one that may already be in the CRM.")
@pass_invocation
def retry(invocation: Invocation, operation: str, again: bool) -> None:
    """Try a failed operation again at the next sync; look for a doubtful one then.

    What may have arrived is looked for in the CRM before it is sent again. One that failed and
    may be there all the same is only tried with --again.
    """
    from csmdesk.usecases import mending

    with invocation.workspace() as workspace:
        item = mending.retry(workspace, operation, again=again).item
    what = "looked for" if item.state == "uncertain" else "sent"
    show(f"Will be {what} at the next sync: {item.summary}")


@outbox.command()
@click.argument("operation")
@click.argument("remote_id", metavar="RECORD")
@click.option("--anyway", is_flag=True, help="Also one of another time, company or owner.")
@pass_invocation
def link(invocation: Invocation, operation: str, remote_id: str, anyway: bool) -> None:
    """Settle an operation with a RECORD found in the CRM: its number, or its address.

    The record is read there first. One of another time, company or owner is only linked with
    --anyway. csmdesk never removes a record that it did not make itself.
    """
    from csmdesk.usecases import outbox_link as usecase

    with invocation.workspace() as workspace:
        linked = usecase.link(workspace, operation, remote_id, anyway=anyway)
    show(f"Linked with {linked.record}: {linked.item.summary}")


@outbox.command()
@click.argument("operation")
@click.argument("account")
@pass_invocation
def attach(invocation: Invocation, operation: str, account: str) -> None:
    """Let what you logged belong to another ACCOUNT: its own has left the CRM.

    The touch and its next steps move there, and are sent as such. What may have arrived already
    is not moved.
    """
    from csmdesk.usecases import attaching, finding

    with invocation.workspace() as workspace:
        found = finding.find_account(workspace, account)
        moved = attaching.attach(workspace, operation, found.id, workspace.now())
    show(f"With {moved.account} now, sent at the next sync: {moved.words}")


@outbox.command()
@click.argument("operation")
@pass_invocation
def cancel(invocation: Invocation, operation: str) -> None:
    """Give an operation up, and what depends on it; what you logged stays here.

    csmdesk undo does not take this back; u in the workbench takes back what was given up there.
    """
    from csmdesk.usecases import mending
    from csmdesk.usecases import outbox as usecase

    with invocation.workspace() as workspace:
        before = usecase.get(workspace, operation)
        item = mending.cancel(workspace, operation).item
    show(f"Cancelled: {item.summary}")
    if before.may_be_there:
        show(usecase.maybe_there(before))


@outbox.command()
@click.argument("operation")
@click.argument("text")
@click.option("--field", metavar="NAME", help="Which field, where it changes several.")
@pass_invocation
def edit(invocation: Invocation, operation: str, text: str, field: str | None) -> None:
    """Change the TEXT of an operation that cannot have arrived, or the value of its field."""
    from csmdesk.usecases import mending

    with invocation.workspace() as workspace:
        item = mending.edit(workspace, operation, text, field=field).item
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


def _list(invocation: Invocation, *, everything: bool, as_json: bool) -> int:
    """Print what waits; return what `sync` would end with for it."""
    from csmdesk.usecases import conflicts as conflict_usecase
    from csmdesk.usecases import outbox as usecase
    from csmdesk.usecases.syncing import EXIT_CODES

    with invocation.workspace() as workspace:
        items = usecase.items(workspace, everything=everything or as_json)
        both = len(conflict_usecase.conflicts(workspace))
    code = EXIT_CODES[usecase.standing(items, both)]
    if as_json:
        show_document([item.document() for item in items])
        return code
    if not items and not both:
        show("Nothing waits for the CRM.")
        return code
    if items:
        _show_items(items)
    if both:
        waits = "waits" if both == 1 else "wait"
        show(f"{both} {waits} for your word: csmdesk outbox conflicts")
    return code


def _show_items(items: "Sequence[Item]") -> None:
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
