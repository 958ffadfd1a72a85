"""Accounts that were merged into others at the CRM: which one each is part of now. Plain SQL."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from csmdesk.store.encoding import instant

# The link of an absorbed record points at the survivor; whose it was tells the id of the account,
# which is made of the remote one. The join begins with the few links of that kind.
PAIRS_SQL = """\
SELECT a.id, a.name, l.local_id, l.seen_at
FROM remote_links AS l CROSS JOIN accounts AS a
  ON a.id = replace(l.connection, ':', '-') || '-' || l.object_type || '-' || l.remote_id
WHERE l.entity = 'account' AND l.state = 'merged' AND a.state = 'merged' AND l.local_id <> a.id
ORDER BY a.name, a.id"""
NAME_SQL = "SELECT name FROM accounts WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Absorbed:
    """An account that is part of another one now.

    Attributes:
        id: of the account that was.
        name: what it was called.
        into_id: the account it is part of, after all merges.
        into: what that is called.
        since: when the merge was found out.
    """

    id: str
    name: str
    into_id: str
    into: str
    since: datetime


def absorbed(connection: sqlite3.Connection) -> tuple[Absorbed, ...]:
    """Return every account that is part of another one now, by name."""
    pairs = connection.execute(PAIRS_SQL).fetchall()
    next_of = {old: new for old, _, new, _ in pairs}
    found = []
    for old, name, new, seen_at in pairs:
        seen = {old}
        while new in next_of and new not in seen:
            seen.add(new)
            new = next_of[new]  # noqa: PLW2901 - followed to the last of the chain
        row = connection.execute(NAME_SQL, (new,)).fetchone()
        if row is not None and new not in seen:
            found.append(Absorbed(old, name, new, row[0], instant(seen_at)))
    return tuple(found)


def part_of(connection: sqlite3.Connection, account_id: str) -> Absorbed | None:
    """Return what became of an account that was merged into another; nothing if it was not."""
    row = connection.execute(
        "SELECT 1 FROM accounts WHERE id = ? AND state = 'merged'", (account_id,)
    ).fetchone()
    if row is None:
        return None
    return next((each for each in absorbed(connection) if each.id == account_id), None)
