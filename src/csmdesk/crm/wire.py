"""Pages between two processes of ours: plain values in frames over a pipe.

A frame is its length in four bytes, then the value as `marshal` writes it. Both ends are the same
csmdesk of the same Python, and nobody else holds the pipe.
"""

import marshal
import os
from dataclasses import fields
from typing import Any, Final

from csmdesk import errors
from csmdesk.crm.pages import KINDS, Cursor, Malformed, Page, RemoteRecord
from csmdesk.domain.spelling import (
    SpelledRecords,
    all_spelled,
    read,
    spelled,
)

_LENGTH: Final = 4
_PLAIN: Final = tuple(
    field.name for field in fields(Page) if field.name not in ("records", "malformed", "cursor")
)


class Closed(Exception):
    """The other end is gone."""


def frame(value: Any) -> bytes:
    """Return a value as a frame."""
    body = marshal.dumps(value)
    return len(body).to_bytes(_LENGTH, "big") + body


def send(pipe: int, data: bytes) -> None:
    """Write a whole frame.

    Raises:
        Closed: nobody reads any more.
    """
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(pipe, left) :]
    except BrokenPipeError as error:
        raise Closed from error


def receive(pipe: int) -> Any:
    """Read the next frame's value.

    Raises:
        Closed: there is none, or only a part of one.
    """
    size = int.from_bytes(_exactly(pipe, _LENGTH), "big")
    return marshal.loads(_exactly(pipe, size))  # noqa: S302 - written by our own process


def _exactly(pipe: int, size: int) -> bytearray:
    found = bytearray(size)
    left = memoryview(found)
    while left:
        count = os.readv(pipe, [left])
        if not count:
            raise Closed
        left = left[count:]
    return found


def plain_page(page: Page) -> Any:
    """Return a page as plain values."""
    return (
        {name: getattr(page, name) for name in _PLAIN},
        [_plain_record(record) for record in page.records],
        [spelled(one)[1] for one in page.malformed],
        None if page.cursor is None else spelled(page.cursor)[1],
    )


def page_of(plain: Any) -> Page:
    """Return the page that `plain_page` made plain."""
    more, records, malformed, cursor = plain
    return Page(
        **more,
        records=tuple(_record(each) for each in records),
        malformed=tuple(read(Malformed, each) for each in malformed),
        cursor=None if cursor is None else read(Cursor, cursor),
    )


def plain_error(error: errors.CsmdeskError) -> Any:
    """Return an error that a user is told as plain values."""
    return type(error).__name__, dict(vars(error))


def error_of(plain: Any) -> errors.CsmdeskError:
    """Return the error that `plain_error` made plain."""
    name, data = plain
    kind: type[errors.CsmdeskError] = getattr(errors, name)
    found = kind.__new__(kind, data["message"])
    vars(found).update(data)
    return found


def _plain_record(record: RemoteRecord) -> Any:
    kind, remote_id, at, rows, *more = record
    return kind, remote_id, at, all_spelled(rows), *more


def _record(plain: Any) -> RemoteRecord:
    kind, remote_id, at, rows, *more = plain
    return RemoteRecord(kind, remote_id, at, SpelledRecords(rows, KINDS), *more)
