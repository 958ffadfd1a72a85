"""`sandbox`: the embedded CRM alone, for trying and testing against."""

import os
import secrets
from pathlib import Path

import click

from csmdesk.cli.output import tell
from csmdesk.errors import UsageError


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    required=True,
    help="The port on 127.0.0.1; 0 takes a free one.",
)
@click.option(
    "--book",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The book whose CRM part is served. Read at the first start on a state folder only.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder the CRM keeps its records and its log of effects in.",
)
@click.option(
    "--token",
    help="The token it accepts (environment: CSMDESK_SANDBOX_TOKEN). Without one it makes one"
    " up and tells it on standard error.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME=PROBABILITY",
    help="Go wrong in this way, in this share of the answers. May be given several times.",
)
def sandbox(
    port: int,
    book: Path,
    state: Path,
    token: str | None,
    faults: tuple[str, ...],
) -> None:
    """Serve the embedded CRM on this machine until interrupted.

    It speaks HubSpot's API over a book. The first line of standard output is its base URL;
    connect to it with: csmdesk connect hubspot --base-url URL
    """
    from csmdesk.bootstrap import embedded

    # Out of the environment, so that nothing this process starts could read it there.
    handed_over = os.environ.pop(embedded.HANDED_OVER_IN, "")
    secret = token or handed_over
    if not secret:
        secret = secrets.token_urlsafe(24)
        tell(f"token: {secret}")
    embedded.serve(
        port=port,
        book=book,
        state=state,
        token=secret,
        faults=_read(faults),
    )


def _read(faults: tuple[str, ...]) -> dict[str, float]:
    """Read NAME=PROBABILITY, a share from 0 to 1."""
    read: dict[str, float] = {}
    for fault in faults:
        name, sign, text = fault.partition("=")
        try:
            share = float(text) if sign else 1.0
        except ValueError:
            share = -1.0
        if not 0 <= share <= 1:
            raise UsageError(f"--fault takes NAME=PROBABILITY from 0 to 1, not {fault!r}.")
        read[name] = share
    return read
