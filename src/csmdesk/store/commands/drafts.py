"""Keeping what is being typed."""

import sqlite3
from datetime import datetime

from csmdesk.store.encoding import encode_instant, instant_text, sha256

SAVE_DRAFT_SQL = """\
INSERT INTO drafts (place, record, body, body_sha256, started_at, updated_at)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (place, record) DO UPDATE SET
  body = excluded.body, body_sha256 = excluded.body_sha256,
  started_at = excluded.started_at, updated_at = excluded.updated_at"""
DROP_DRAFT_SQL = "DELETE FROM drafts WHERE place = ? AND record = ?"

MOVE_DRAFT_SQL = "UPDATE drafts SET record = ? WHERE place = ? AND record = ?"


def save_draft(
    connection: sqlite3.Connection,
    place: str,
    record: str,
    body: str,
    started_at: datetime | None,
    now: datetime,
) -> None:
    """Keep what is typed at a place about a record; what was kept before is replaced."""
    row = (place, record, body, sha256(body), encode_instant(started_at), instant_text(now))
    connection.execute(SAVE_DRAFT_SQL, row)


def drop_draft(connection: sqlite3.Connection, place: str, record: str) -> None:
    """Forget what was typed at a place about a record."""
    connection.execute(DROP_DRAFT_SQL, (place, record))


def move_draft(connection: sqlite3.Connection, place: str, record: str, to: str) -> None:
    """Let what was typed about one record be about another, which has no draft there."""
    connection.execute(MOVE_DRAFT_SQL, (to, place, record))
