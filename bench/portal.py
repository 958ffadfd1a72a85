"""The embedded CRM with a big book and no rate limit, for measuring a pull.

Prints its base URL; ends when its standard input closes.
"""

import argparse
import json
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.books import book
from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.sandbox.portal import portal_of
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.seeding import seed
from csmdesk.sandbox.server import Options, serve
from csmdesk.sandbox.state import State
from csmdesk.sandbox.timing import CrmClock
from csmdesk.sandbox.values import iso

TOKEN = "bench-token"  # noqa: S105  # opens nothing but this process
UNLIMITED = 10**9
LAST_CHANGE = timedelta(days=2)


def fill(companies: int, activities_each: int, folder: Path, now: datetime) -> None:
    """Fill the account; its records were last changed one by one, as in years of work."""
    document = json.dumps(book(companies, activities_each, now=now)).encode()
    clock = CrmClock()
    state = State(folder, clock)
    portal = portal_of(contents_of(read_book(document)), clock())
    count = len(portal.records)
    portal.records[:] = [
        (kind, _changed(record, now - LAST_CHANGE - timedelta(seconds=(count - place) * 10)))
        for place, (kind, record) in enumerate(portal.records)
    ]
    seed(state, portal)
    state.close()


def _changed(record: Record, at: datetime) -> Record:
    names = [name for name in record.properties if name.endswith("lastmodifieddate")]
    when = iso(at)
    properties = {**record.properties, **dict.fromkeys(names, when)}
    return replace(record, properties=properties, updated=when)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("companies", type=int)
    parser.add_argument("activities_each", type=int)
    parser.add_argument("state", type=Path)
    options = parser.parse_args()
    now = datetime.now(UTC)
    fill(options.companies, options.activities_each, options.state, now)
    empty = contents_of(read_book(json.dumps(book(0)).encode()))
    limits = Options(
        per_ten_seconds=UNLIMITED,
        per_day=UNLIMITED,
        searches_per_second=UNLIMITED,
        parent=sys.stdin.fileno(),
    )
    serve(0, empty, options.state, TOKEN, limits)
