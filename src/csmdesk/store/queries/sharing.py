"""What could be shared with a CRM, what is, and how it stands there. Plain SQL."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from csmdesk.domain.records import MilestoneStatus, Side
from csmdesk.domain.sharing import Shareable, SharedKind, TaskValues
from csmdesk.store.encoding import decode_date, instant

_STEP_COLUMNS: Final = """\
SELECT 'next_step' AS kind, n.id, n.account_id, a.name, n.text, n.side, n.due_on, n.done_on,
       NULL AS status, t.type AS source, t.at, t.id AS parent, NULL AS person_id
FROM next_steps AS n JOIN accounts AS a ON a.id = n.account_id
LEFT JOIN book_touchpoints AS t ON t.id = n.touchpoint_id"""
_MILESTONE_COLUMNS: Final = """\
SELECT 'milestone' AS kind, m.id, p.account_id, a.name, m.title, m.side, m.due_on, m.done_on,
       m.status, p.title AS source, NULL AS at, p.id AS parent, m.person_id
FROM milestones AS m JOIN objectives AS o ON o.id = m.objective_id
JOIN plans AS p ON p.id = o.plan_id JOIN accounts AS a ON a.id = p.account_id"""
ACCOUNT_STEPS_SQL: Final = f"""\
SELECT * FROM (
  {_STEP_COLUMNS} WHERE n.account_id = :account
  UNION ALL
  {_MILESTONE_COLUMNS} WHERE p.account_id = :account AND p.status IN ('draft', 'active')
) AS s
WHERE s.done_on IS NULL AND coalesce(s.status, '') NOT IN ('done', 'dropped')
   OR EXISTS (SELECT 1 FROM shares AS h WHERE h.entity = s.kind AND h.local_id = s.id
              AND h.ended_at IS NULL)
ORDER BY coalesce(s.due_on, '9'), s.kind DESC, s.id"""  # noqa: S608 - own names
STEP_SQL: Final = f"""\
SELECT * FROM ({_STEP_COLUMNS} WHERE n.id = :id AND :kind = 'next_step'
UNION ALL {_MILESTONE_COLUMNS} WHERE m.id = :id AND :kind = 'milestone')"""  # noqa: S608 - own
PEOPLE_SQL: Final = """\
SELECT contact_id FROM book_attendees
WHERE touchpoint_id = (SELECT touchpoint_id FROM next_steps WHERE id = ?) ORDER BY position"""
SHARES_SQL: Final = """\
SELECT h.entity, h.local_id, h.connection, h.account_id, h.op_id, h.title, h.due_on, h.done,
       h.agreed_seq, h.held, h.before, h.ended_at, h.ended_as, c.state, c.remote_id, l.state,
       t.title, t.due_on, t.done_on
FROM shares AS h JOIN outbox AS c ON c.op_id = h.op_id
LEFT JOIN remote_links AS l
  ON l.connection = h.connection AND l.object_type = 'task' AND l.remote_id = c.remote_id
LEFT JOIN shared_tasks AS t ON t.connection = h.connection AND t.remote_id = c.remote_id"""
ACTIVE_SQL: Final = f"""\
{SHARES_SQL}
WHERE (:connection IS NULL OR h.connection = :connection)
  AND (:ids IS NULL OR h.local_id IN (SELECT value FROM json_each(:ids)))
  AND (h.ended_at IS NULL OR h.ended_as = 'deleted_there' AND l.state = 'active')
ORDER BY h.shared_at, h.local_id"""  # noqa: S608 - own names
OF_SQL: Final = f"""\
{SHARES_SQL} WHERE h.entity = ? AND h.local_id = ? ORDER BY h.connection"""
OPERATIONS_SQL: Final = """\
SELECT seq, op_id, kind, state, payload, sent_at, last_error_class, linked_at FROM outbox
WHERE connection = ? AND entity = ? AND local_id = ? AND object_type = 'task'
  AND seq >= (SELECT seq FROM outbox WHERE op_id = ?) ORDER BY seq"""
CONFLICTS_SQL: Final = """\
SELECT field, local, remote FROM conflicts
WHERE connection = ? AND entity = ? AND local_id = ? AND settled_at IS NULL"""
STATES_SQL: Final = """\
SELECT h.local_id, h.done, o.state,
       EXISTS (SELECT 1 FROM conflicts AS f WHERE f.entity = h.entity
               AND f.local_id = h.local_id AND f.settled_at IS NULL)
FROM shares AS h JOIN outbox AS c ON c.op_id = h.op_id
JOIN outbox AS o ON o.connection = h.connection AND o.entity = h.entity
  AND o.local_id = h.local_id AND o.seq >= c.seq AND o.state <> 'cancelled'
WHERE h.account_id = ? AND h.ended_at IS NULL ORDER BY h.local_id, o.seq"""
TOUCH_STEPS_SQL: Final = "SELECT id FROM next_steps WHERE touchpoint_id = ? ORDER BY position"


class StepRow(NamedTuple):
    """A next step or milestone with where it comes from.

    `source` is the touch's type or the plan's title, `parent` the id of that touch or plan.
    """

    kind: SharedKind
    id: str
    account_id: str
    account: str
    text: str
    side: Side
    due_on: date | None
    done_on: date | None
    status: MilestoneStatus | None
    source: str | None
    at: datetime | None
    parent: str
    person_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """A shared task as the CRM holds it."""

    title: str
    due_on: str
    done_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A step that was shared.

    Attributes:
        base: what both sides agree on, as far as we know.
        held: values of ours that are not to be sent.
        before: the status of a milestone before the CRM closed it.
        created: the state of the operation that makes the task.
        remote_id: the task, once it is made.
        link: how the task fares at the CRM: active, archived, gone; none before it is made.
        there: what the latest pull found, if it found it.
    """

    entity: SharedKind
    local_id: str
    connection: str
    account_id: str
    op_id: str
    base: TaskValues
    agreed_seq: int
    held: Mapping[str, str]
    before: str | None
    ended_as: str | None
    created: str
    remote_id: str | None
    link: str | None
    there: There | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOperation:
    """An operation about a shared task.

    Attributes:
        unsent: nothing of it can have arrived, so it may still say something else.
        linked: the task is one that the user named and we did not make.
    """

    seq: int
    op_id: str
    kind: str
    state: str
    payload: Mapping[str, Any]
    unsent: bool
    linked: bool


def shareable(row: StepRow, source: str = "", contact_ids: tuple[str, ...] = ()) -> Shareable:
    """Return a stored step as what could be shared."""
    return Shareable(
        kind=row.kind,
        id=row.id,
        account_id=row.account_id,
        account=row.account,
        text=row.text,
        side=row.side,
        due_on=row.due_on,
        done_on=row.done_on,
        source=source,
        status=row.status,
        contact_ids=contact_ids,
    )


def steps_of(connection: sqlite3.Connection, account_id: str) -> tuple[StepRow, ...]:
    """Return what is open or shared of an account, by due date."""
    rows = connection.execute(ACCOUNT_STEPS_SQL, {"account": account_id})
    return tuple(_step(row) for row in rows)


def step(connection: sqlite3.Connection, kind: str, local_id: str) -> StepRow | None:
    """Return a next step or milestone, or nothing if it is not there any more."""
    row = connection.execute(STEP_SQL, {"kind": kind, "id": local_id}).fetchone()
    return None if row is None else _step(row)


def people_at(connection: sqlite3.Connection, step_id: str) -> tuple[str, ...]:
    """Return who of the customer was present at the touch of a next step."""
    return tuple(row[0] for row in connection.execute(PEOPLE_SQL, (step_id,)))


def steps_of_touch(connection: sqlite3.Connection, touchpoint_id: str) -> tuple[str, ...]:
    """Return the next steps of a touch."""
    return tuple(row[0] for row in connection.execute(TOUCH_STEPS_SQL, (touchpoint_id,)))


def active(
    connection: sqlite3.Connection, key: str | None = None, ids: Collection[str] | None = None
) -> tuple[Share, ...]:
    """Return what is shared, and what was deleted at the CRM and has come back there.

    Args:
        connection: where to look.
        key: of this connection only.
        ids: these next steps and milestones only.
    """
    only = None if ids is None else json.dumps(list(ids))
    rows = connection.execute(ACTIVE_SQL, {"connection": key, "ids": only})
    return tuple(_share(row) for row in rows)


def shares_of(connection: sqlite3.Connection, kind: str, local_id: str) -> tuple[Share, ...]:
    """Return every share of a step, ended ones too."""
    return tuple(_share(row) for row in connection.execute(OF_SQL, (kind, local_id)))


def operations(connection: sqlite3.Connection, share: Share) -> tuple[ShareOperation, ...]:
    """Return what was queued for a shared task from its creation on."""
    rows = connection.execute(
        OPERATIONS_SQL, (share.connection, share.entity, share.local_id, share.op_id)
    )
    return tuple(
        ShareOperation(
            seq=seq,
            op_id=op_id,
            kind=kind,
            state=state,
            payload=json.loads(payload),
            unsent=state in ("pending", "failed")
            and (sent_at is None or error_class in ("refused", "not_sent")),
            linked=linked_at is not None,
        )
        for seq, op_id, kind, state, payload, sent_at, error_class, linked_at in rows
    )


def conflicts(
    connection: sqlite3.Connection, share: Share
) -> dict[str, tuple[str | None, str | None]]:
    """Return the fields both sides changed differently: ours and theirs, by field."""
    rows = connection.execute(CONFLICTS_SQL, (share.connection, share.entity, share.local_id))
    return {field: (local, remote) for field, local, remote in rows}


def states_of(
    connection: sqlite3.Connection, account_id: str
) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return of each shared step of an account whether its task is done, and its states.

    The states are those of its operations, and `conflict` where both sides changed a field.
    """
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for local_id, done, state, torn in connection.execute(STATES_SQL, (account_id,)):
        _, states = found.get(local_id, (done, ()))
        found[local_id] = (done, (*states, state, *(("conflict",) if torn else ())))
    return found


def _step(row: tuple[Any, ...]) -> StepRow:
    at = None if row[10] is None else instant(row[10])
    due_on, done_on = decode_date(row[6]), decode_date(row[7])
    return StepRow._make((*row[:6], due_on, done_on, *row[8:10], at, *row[11:]))


def _share(row: tuple[Any, ...]) -> Share:
    there = None
    if row[16] is not None:
        there = There(title=row[16], due_on=row[17] or row[6], done_on=decode_date(row[18]))
    return Share(
        entity=row[0],
        local_id=row[1],
        connection=row[2],
        account_id=row[3],
        op_id=row[4],
        base=TaskValues(title=row[5], due_on=row[6], done=row[7]),
        agreed_seq=row[8],
        held=json.loads(row[9]),
        before=row[10],
        ended_as=row[12] if row[11] is not None else None,
        created=row[13],
        remote_id=row[14],
        link=row[15],
        there=there,
    )
