"""`sync`: one pull and push."""

from typing import TYPE_CHECKING, Protocol

import click

from csmdesk.cli.invocation import Invocation, json_option, pass_invocation
from csmdesk.cli.output import Progress, show, show_document, tell

if TYPE_CHECKING:
    from csmdesk.usecases.syncing import SyncReport


class Step(Protocol):
    """How far a sync has come."""

    @property
    def phase(self) -> str:
        """What it is doing."""
        ...

    @property
    def object_type(self) -> str:
        """With which type of record."""
        ...

    @property
    def count(self) -> int:
        """How many so far."""
        ...


@click.command()
@click.option(
    "--accept-missing",
    is_flag=True,
    help="Believe the CRM that so many records are gone, after a sync stopped to ask.",
)
@click.option(
    "--thorough",
    is_flag=True,
    help="Look now for what was archived or deleted there; otherwise twice an hour, and daily.",
)
@click.option(
    "--confirm-copy",
    is_flag=True,
    help="Send from this copy of the store from now on; the other one is not used any more.",
)
@click.option("--anyway", is_flag=True, help="Try though the CRM has asked to wait.")
@json_option
@pass_invocation
@click.pass_context
def sync(
    ctx: click.Context,
    invocation: Invocation,
    accept_missing: bool,
    thorough: bool,
    confirm_copy: bool,
    anyway: bool,
    as_json: bool,
) -> None:
    """Read what is new in the CRM and send what waits, once.

    Exit code 0: all is sent and read. 3: something has to wait (network, limit, another sync).
    4: something needs you; csmdesk outbox shows it.
    """
    from csmdesk.usecases import rates, syncing
    from csmdesk.usecases.sync_words import counted_kind

    with invocation.workspace() as workspace, Progress() as progress:

        def follow(step: Step) -> None:
            progress.say(f"{step.phase} {counted_kind(step.count, step.object_type)}")

        report = syncing.sync(
            workspace,
            tell=follow,
            thorough=thorough,
            sweep=True if thorough else None,
            accept_missing=accept_missing,
            copy_confirmed=confirm_copy,
            anyway=anyway,
        )
        missing = rates.advice(rates.table(workspace))
    if as_json:
        show_document(report.document())
    else:
        show_report(report)
        if missing and report.read_all:
            show(missing)
    for notice in report.notices:
        tell(f"note: {notice}")
    for problem in report.problems:
        tell(f"error: {' '.join(problem.split())}")
    if report.parked:
        tell("note: csmdesk sync --anyway tries now.")
    ctx.exit(report.exit_code)


def show_report(report: "SyncReport") -> None:
    """Print what a sync did, for people."""
    from csmdesk.usecases.sync_words import counted_kind, left_words, sent_words

    changed = [
        counted_kind(counts["changed"], kind)
        for kind, counts in report.pulled.items()
        if counts["changed"]
    ]
    gone = sum(counts["gone"] for counts in report.pulled.values())
    news = (", ".join(changed) or "nothing new") + (f"; {gone} gone" if gone else "")
    if not report.read_all:
        seen = any(counts["seen"] for counts in report.pulled.values())
        news = f"{news}; not everything was read" if seen or gone else "nothing could be read"
    show(f"read: {news}")
    show("outbox: " + (", ".join((*sent_words(report), *left_words(report))) or "nothing waits"))
    if report.conflicts:
        waits = "waits" if report.conflicts == 1 else "wait"
        show(f"{report.conflicts} {waits} for your word: csmdesk outbox conflicts")
    if report.quarantined:
        show(f"unreadable records: {report.quarantined}; csmdesk doctor lists them")
    show(f"{report.requests} requests, {report.seconds:.1f} s")
