"""`python -m csmdesk.sandbox`: the embedded CRM alone, for tests; the token comes by environment.

Ends when standard input closes, if `--with-parent` is given.
"""

import argparse
import os
import sys
from pathlib import Path

from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.sandbox.server import Options, serve

TOKEN_VARIABLE = "CSMDESK_SANDBOX_TOKEN"  # noqa: S105  # the name of a variable, not a token


def main() -> None:
    """Reads the arguments and serves."""
    parser = argparse.ArgumentParser(prog="python -m csmdesk.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--book", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=PROBABILITY")
    parser.add_argument("--per-ten-seconds", type=int, default=190)
    parser.add_argument("--searches-per-second", type=int, default=5)
    parser.add_argument("--index-lag", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--with-parent", action="store_true")
    given = parser.parse_args()
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        parser.error(f"set {TOKEN_VARIABLE}")
    chances = (entry.rpartition("=") for entry in given.fault)
    options = Options(
        per_ten_seconds=given.per_ten_seconds,
        searches_per_second=given.searches_per_second,
        index_lag=given.index_lag,
        faults={name: float(chance) for name, _, chance in chances},
        parent=sys.stdin.fileno() if given.with_parent else None,
    )
    contents = contents_of(read_book(given.book.read_bytes()))
    serve(given.port, contents, given.state, token, options)


if __name__ == "__main__":
    main()
