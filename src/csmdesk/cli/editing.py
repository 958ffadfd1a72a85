"""`edit`: change a field of an account, of its contract, of a person, or the text of a touch."""

import click

from csmdesk.cli.invocation import Invocation, json_option, pass_invocation
from csmdesk.cli.output import show, show_document


@click.command()
@click.argument("account")
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE…")
@click.option("--person", metavar="NAME", help="Change a person: title, email, phone.")
@click.option(
    "--contract", metavar="PRODUCT", help="Which contract, if there are several: its name or id."
)
@click.option("--touch", metavar="ID", help="Change the text of a touch of yours: text=…")
@json_option
@pass_invocation
def edit(
    invocation: Invocation,
    account: str,
    changes: tuple[str, ...],
    person: str | None,
    contract: str | None,
    touch: str | None,
    as_json: bool,
) -> None:
    """Change fields of ACCOUNT, here and in the CRM.

    \b
    account    name  domain  industry  segment=high|mid|low|tech
    contract   arr  term-end=2026-12-31  notice-days  auto-renew=yes|no
               forecast="at risk"  likelihood=40
    person     title  email  phone            with --person NAME
    touch      text                           with --touch ID
    \b
    csmdesk edit acme segment=high
    csmdesk edit acme --person ana title="VP Operations" phone=
    csmdesk edit acme forecast=commit likelihood=80

    An empty value empties the field. What you change shows at once and is sent at the next sync,
    unless the CRM's side changed the same field meanwhile: then csmdesk outbox conflicts shows
    both. csmdesk undo takes an edit back that was not sent yet.
    """
    from csmdesk.usecases import edit_targets, editing, finding

    typed = dict(_pair(each) for each in changes)
    with invocation.workspace() as workspace:
        found = finding.find_account(workspace, account)
        target = edit_targets.named_target(
            workspace, found.id, tuple(typed), person=person, contract=contract, touch=touch
        )
        made = editing.change(workspace, target.entity, target.local_id, typed, workspace.now())
    if as_json:
        show_document(made.document())
        return
    if not made.changes:
        show(f"Nothing to change: {target.name} has these values already.")
        return
    for each in made.changes:
        show(f"{target.name}: {each.words} {_shown(each.before)} → {_shown(each.after)}")
    show("  queued for the CRM; csmdesk sync sends it" if made.op_ids else "  kept here")


def _pair(change: str) -> tuple[str, str]:
    field, sign, value = change.partition("=")
    if not sign or not field:
        raise click.UsageError(f"{change!r} is no change: write FIELD=VALUE.")
    return field.strip().lower().replace("-", "_"), value


def _shown(value: str | None) -> str:
    return "empty" if value is None else " ".join(value.replace("_", " ").split())
