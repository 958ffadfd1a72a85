"""`import`, `export`, `schema`: the book goes in and out."""

from datetime import datetime
from pathlib import Path

import click

from csmdesk.cli.invocation import Invocation, as_of_option, pass_invocation
from csmdesk.cli.output import Progress, show_bytes, tell
from csmdesk.errors import UsageError


@click.command()
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file instead."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@pass_invocation
def export(invocation: Invocation, out: Path | None, force: bool) -> None:
    """Write the whole book as one JSON document.

    The same book is the same document, byte for byte.
    """
    from csmdesk.usecases import books

    with invocation.workspace() as workspace:
        content = books.export_book(workspace)
    write_out(content, out, force=force)


@click.command()
def schema() -> None:
    """Print the JSON Schema of the book."""
    from csmdesk.usecases import books

    show_bytes(books.schema())


def write_out(content: bytes, out: Path | None, *, force: bool) -> None:
    """Print a document, or put it in a file that only the user can read.

    Raises:
        InputError: the file is there already and was not to be replaced, or cannot be written.
    """
    if out is None:
        show_bytes(content)
        return
    from csmdesk.documents import put_file

    put_file(out, content, replace=force, otherwise="Choose another name, or add --force.")


@click.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="Say what a column of a CSV file is; - ignores it.",
)
@as_of_option
@pass_invocation
def import_(
    invocation: Invocation,
    files: tuple[Path, ...],
    maps: tuple[str, ...],
    as_of: datetime | None,
) -> None:
    """Read a book into the store. A file with a mistake changes nothing, and all are told.

    The same file twice changes nothing the second time; a row replaces the whole row of its id.
    Later files may refer to earlier ones. A CSV file holds accounts (with their contracts),
    contacts, subscriptions, tasks or measurements, as its name says; columns are recognised by
    their heads.
    """
    from csmdesk.usecases import books

    columns = {}
    for one in maps:
        column, sign, field = one.rpartition("=")
        if not sign:
            raise UsageError(f"--map {one} names no field.", "Write it as COLUMN=FIELD.")
        columns[column] = field
    with invocation.workspace(as_of=as_of, fills=True) as workspace, Progress() as progress:
        report = books.import_book(
            workspace, files, now=workspace.now(), progress=progress.show, columns=columns
        )
    counts = [(report.added, "new"), (report.changed, "changed"), (report.same, "the same")]
    tell("Imported: " + ", ".join(f"{count} {word}" for count, word in counts if count) + ".")
    if report.ignored:
        tell(f"Ignored columns: {', '.join(report.ignored)}.")
