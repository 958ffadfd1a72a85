"""What the commands print: documents for machines, plain text for people, nothing a terminal obeys.

A document goes out as UTF-8 whatever the terminal's encoding; text is cleaned and, where the
terminal cannot show a sign, that sign becomes `?`.
"""

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Final, Self

from csmdesk.documents import document_bytes
from csmdesk.errors import CsmdeskError
from csmdesk.text import clean_text

WIDEST: Final = 40
"""Cells of the widest column of a table, but for the last one."""


def show_document(value: object) -> None:
    """Print a JSON document."""
    show_bytes(document_bytes(value))


def show_bytes(content: bytes) -> None:
    """Write a finished document to standard output as it is."""
    with _writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def finish() -> None:
    """Hand on what is still buffered.

    Raises:
        CsmdeskError: it cannot be written.
    """
    with _writing():
        sys.stdout.flush()


def show(text: str = "") -> None:
    """Print text for people."""
    _write(text, to_error=False)


def show_value(label: str, value: object) -> None:
    """Print a value behind its label; the further lines of a text stand under its first."""
    written = "empty" if value is None else str(value)
    show(label + written.replace("\n", "\n" + " " * width(label)))


def tell(text: str) -> None:
    """Print a message beside the document: to standard error."""
    _write(text, to_error=True)


def show_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()
) -> None:
    """Print rows in columns that fit their widest cell, but for the last one `WIDEST` at most.

    On a terminal longer cells are cut, and those of the last column to what room is left. In a
    pipe nothing is cut: a longer cell moves the rest of its row to the right.

    Args:
        headings: one per column.
        rows: the cells, each one line of text.
        right: the columns whose cells stand on the right, as numbers do.
    """
    cleaned = [[clean_text(cell, one_line=True) for cell in row] for row in (headings, *rows)]
    widths = [max(width(row[column]) for row in cleaned) for column in range(len(headings))]
    widths = [*(min(cells, WIDEST) for cells in widths[:-1]), widths[-1]]
    if sys.stdout.isatty():
        room = shutil.get_terminal_size().columns - sum(widths[:-1]) - 2 * (len(widths) - 1)
        widths[-1] = min(widths[-1], max(room, 20))
        cleaned = [
            [cut(cell, widths[column]) for column, cell in enumerate(row)] for row in cleaned
        ]
    for row in cleaned:
        cells = [
            " " * (widths[column] - width(cell)) + cell
            if column in right
            else cell + " " * (widths[column] - width(cell))
            for column, cell in enumerate(row)
        ]
        show("  ".join(cells).rstrip())


class Progress:
    """A line on the terminal that says how far a long piece of work is; nothing in a pipe.

    Use it in a `with` block, at whose end the line is gone.
    """

    def __init__(self) -> None:
        self._shown = ""
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._draw("")

    def show(self, done: int, total: int, what: str) -> None:
        """Say that so much of something is done; as often as the eye can follow."""
        moment = time.monotonic()
        if moment < self._next and done < total:
            return
        self._next = moment + 0.1
        self._draw(f"{what} {done:,} of {total:,}" if total > 1 else f"{what}…")

    def say(self, line: str) -> None:
        """Say in a line what is being done."""
        self._draw(line)

    def _draw(self, text: str) -> None:
        if not sys.stderr.isatty() or text == self._shown:
            return
        self._shown = text
        line = clean_text(text, one_line=True, limit=78)
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()


def width(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(sign) or unicodedata.category(sign) in {"Mn", "Me", "Cf"}
        else 2
        if unicodedata.east_asian_width(sign) in "WF"
        else 1
        for sign in text
    )


def cut(text: str, cells: int) -> str:
    """Return the text in at most so many cells, ending in … if something is missing."""
    if width(text) <= cells:
        return text
    while text and width(text) > cells - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _write(text: str, *, to_error: bool) -> None:
    stream = sys.stderr if to_error else sys.stdout
    encoding = stream.encoding or "utf-8"
    line = (clean_text(text) + "\n").encode(encoding, "replace").decode(encoding)
    if to_error:
        # Where messages cannot be written either, the exit code is all that is left.
        with suppress(OSError):
            stream.write(line)
        return
    with _writing():
        stream.write(line)


@contextmanager
def _writing() -> Iterator[None]:
    """Tell output that cannot be written from everything else that can go wrong with files."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from error


def unwritten(error: OSError) -> CsmdeskError:
    """Give standard output up and return what to say about it."""
    # What is still buffered must not raise again at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    why = (error.strerror or "unknown reason").lower()
    return CsmdeskError(f"The output cannot be written: {why}.")
