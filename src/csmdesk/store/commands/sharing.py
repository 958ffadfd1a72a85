"""Writing what is shared with a CRM, what both sides agree on, and what the CRM did to a step."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final, NamedTuple

from csmdesk.domain.sharing import CLOSED, SharedKind, TaskValues
from csmdesk.domain.touchpoints import Effect
from csmdesk.store.commands import edits
from csmdesk.store.commands.outbox import enqueue
from csmdesk.store.encoding import encode_date, encode_json, instant_text
from csmdesk.store.queries.sharing import Share

SHARE_SQL: Final = (
    "INSERT INTO shares (entity, local_id, connection, account_id, op_id, title, due_on, done,"
    " agreed_seq, held, before, shared_at, ended_at, ended_as)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, '{}', NULL, ?, NULL, NULL)"
    " ON CONFLICT (entity, local_id, connection) DO UPDATE SET account_id = excluded.account_id,"
    " op_id = excluded.op_id, title = excluded.title, due_on = excluded.due_on,"
    " done = excluded.done, agreed_seq = 0, held = '{}', before = NULL,"
    " shared_at = excluded.shared_at, ended_at = NULL, ended_as = NULL"
)
THERE_SQL: Final = (
    "INSERT OR REPLACE INTO shared_tasks (connection, remote_id, title, due_on, done_on)"
    " VALUES (?, ?, ?, ?, ?)"
)
_OF: Final = " WHERE entity = ? AND local_id = ? AND connection = ?"


class TaskThere(NamedTuple):
    """A shared task as a pull found it."""

    remote_id: str
    title: str
    due_on: date | None
    done_on: date | None


def share(
    connection: sqlite3.Connection,
    kind: SharedKind,
    local_id: str,
    account_id: str,
    values: TaskValues,
    effects: tuple[Effect, ...],
    now: datetime,
) -> None:
    """Note that a step is shared, and queue what makes its task; the first effect creates it."""
    enqueue(connection, effects, entity=kind, local_id=local_id, account_id=account_id, now=now)
    first = effects[0]
    connection.execute(
        SHARE_SQL,
        (
            *(kind, local_id, first.connection, account_id, first.op_id),
            *(values.title, values.due_on, values.done, instant_text(now)),
        ),
    )
    _mark(connection, kind, local_id, shared=True)


def end(connection: sqlite3.Connection, share: Share, ended_as: str, now: datetime) -> None:
    """Note that a step is shared no more; the step itself stays as it is."""
    connection.execute(
        f"UPDATE shares SET ended_at = ?, ended_as = ?{_OF}",  # noqa: S608 - own words
        (instant_text(now), ended_as, *_key(share)),
    )
    others = connection.execute(
        "SELECT 1 FROM shares WHERE entity = ? AND local_id = ? AND ended_at IS NULL",
        (share.entity, share.local_id),
    ).fetchone()
    if others is None:
        _mark(connection, share.entity, share.local_id, shared=False)


def end_shares_of_touch(connection: sqlite3.Connection, touchpoint_id: str, now: datetime) -> None:
    """Note that the next steps of a touch that is taken back are shared no more."""
    connection.execute(
        "UPDATE shares SET ended_at = ?, ended_as = 'unshared' WHERE entity = 'next_step'"
        " AND ended_at IS NULL"
        " AND local_id IN (SELECT id FROM next_steps WHERE touchpoint_id = ?)",
        (instant_text(now), touchpoint_id),
    )


def revive(connection: sqlite3.Connection, share: Share) -> None:
    """Note that a step is shared again with the task it had."""
    connection.execute(
        f"UPDATE shares SET ended_at = NULL, ended_as = NULL{_OF}",  # noqa: S608 - own words
        _key(share),
    )
    _mark(connection, share.entity, share.local_id, shared=True)


def agree(
    connection: sqlite3.Connection,
    share: Share,
    base: TaskValues,
    held: Mapping[str, str],
    agreed_seq: int,
) -> None:
    """Note what both sides agree on, and which values of ours are not to be sent."""
    connection.execute(
        "UPDATE shares SET title = ?, due_on = ?, done = ?, held = ?, agreed_seq = ?" + _OF,  # noqa: S608 - own words
        (base.title, base.due_on, base.done, encode_json(held), agreed_seq, *_key(share)),
    )


def write_there(connection: sqlite3.Connection, key: str, tasks: Iterable[TaskThere]) -> None:
    """Write shared tasks as the CRM holds them; part of the mirror."""
    connection.executemany(
        THERE_SQL,
        [
            (key, each.remote_id, each.title, encode_date(each.due_on), encode_date(each.done_on))
            for each in tasks
        ],
    )


def take_text(connection: sqlite3.Connection, share: Share, text: str) -> None:
    """Let a step say what its task was renamed to."""
    column = "text" if share.entity == "next_step" else "title"
    connection.execute(
        f"UPDATE {_table(share.entity)} SET {column} = ? WHERE id = ?",  # noqa: S608 - own names
        (text, share.local_id),
    )


def take_due(connection: sqlite3.Connection, share: Share, due: str, today: date) -> None:
    """Let a step be due when its task is; of a milestone the move is kept."""
    if share.entity == "milestone":
        _move_milestone(connection, share.local_id, due, today)
    connection.execute(
        f"UPDATE {_table(share.entity)} SET due_on = ? WHERE id = ?",  # noqa: S608 - own names
        (due, share.local_id),
    )


def _move_milestone(connection: sqlite3.Connection, local_id: str, due: str, today: date) -> None:
    """Keep that a milestone is moved; a move of today that is taken back was none."""
    back = connection.execute(
        'DELETE FROM milestone_moves WHERE milestone_id = ?1 AND from_on = ?2 AND "on" = ?3'
        " AND to_on = (SELECT due_on FROM milestones WHERE id = ?1)"
        " AND position = (SELECT max(position) FROM milestone_moves WHERE milestone_id = ?1)",
        (local_id, due, today.isoformat()),
    ).rowcount
    if back:
        return
    connection.execute(
        'INSERT INTO milestone_moves (milestone_id, position, from_on, to_on, "on")'
        " SELECT id, (SELECT count(*) FROM milestone_moves WHERE milestone_id = ?1),"
        " due_on, ?2, ?3 FROM milestones WHERE id = ?1 AND due_on <> ?2",
        (local_id, due, today.isoformat()),
    )
    connection.execute(
        "UPDATE milestones SET due_original = coalesce(due_original, due_on) WHERE id = ?",
        (local_id,),
    )


def take_done(
    connection: sqlite3.Connection, share: Share, done_on: date | None, status: str | None
) -> None:
    """Let a step be done since its task is, or open again.

    Args:
        connection: inside a writing transaction.
        share: which step.
        done_on: when it was completed; nothing opens it again.
        status: that of the milestone so far.
    """
    if share.entity == "next_step":
        connection.execute(
            "UPDATE next_steps SET done_on = ? WHERE id = ?",
            (encode_date(done_on), share.local_id),
        )
        return
    if done_on is not None:
        after = "done"
        connection.execute(f"UPDATE shares SET before = ?{_OF}", (status, *_key(share)))  # noqa: S608 - own words
    else:
        known = share.before is not None and share.before not in CLOSED
        after = share.before if known and share.before is not None else "todo"
    connection.execute(
        "UPDATE milestones SET status = ?, done_on = ? WHERE id = ?",
        (after, encode_date(done_on), share.local_id),
    )


def note_change(
    connection: sqlite3.Connection,
    share: Share,
    field: str,
    before: str | None,
    after: str | None,
    now: datetime,
) -> None:
    """Note what the CRM did to a shared step, to be told to the user."""
    connection.execute(
        "INSERT OR REPLACE INTO share_changes"
        " (entity, local_id, connection, at, field, account_id, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*_key(share), instant_text(now), field, share.account_id, before, after),
    )


def note_conflict(
    connection: sqlite3.Connection,
    conflict_id: str,
    share: Share,
    field: str,
    values: tuple[str, str, str],
    now: datetime,
) -> None:
    """Keep base, ours and theirs of a field that both sides changed differently."""
    about = (share.entity, share.local_id, field)
    edits.note_conflict(connection, conflict_id, share.connection, about, values, now)


def settle_same(connection: sqlite3.Connection, share: Share, field: str, now: datetime) -> None:
    """Settle a conflict of which both sides have come to say the same."""
    connection.execute(
        "UPDATE conflicts SET settled_at = ?, settled_as = 'same'"
        " WHERE connection = ? AND entity = ? AND local_id = ? AND field = ?"
        " AND settled_at IS NULL",
        (instant_text(now), share.connection, share.entity, share.local_id, field),
    )


def _mark(connection: sqlite3.Connection, kind: str, local_id: str, *, shared: bool) -> None:
    if kind == "milestone":
        connection.execute("UPDATE milestones SET shared = ? WHERE id = ?", (int(shared), local_id))


def _table(kind: str) -> str:
    return "next_steps" if kind == "next_step" else "milestones"


def _key(share: Share) -> tuple[str, str, str]:
    return share.entity, share.local_id, share.connection
