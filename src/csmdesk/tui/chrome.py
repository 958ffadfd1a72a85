"""The lines around every screen: modes and sync state above, keys below. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from csmdesk.tui import format as fmt
from csmdesk.tui.commands import bottom_line, keys_in, keys_of, named, shown_key
from csmdesk.tui.ink import EMPTY, Line, Piece, Voice, line, spread, width_of, wrap
from csmdesk.tui.shortening import LEAST, longest_quote_shortened, widest

_STATUS_ROWS = 2


class Chunk(NamedTuple):
    """A part of a line that can be clicked: it runs a command."""

    line: Line
    command: str | None = None


class SyncView(NamedTuple):
    """What the top line tells about the CRM.

    `trouble` is a word or two that outranks the rest: "offline", "token refused".
    """

    connected: bool = False
    running: bool = False
    last: datetime | None = None
    queued: int = 0
    uncertain: int = 0
    attention: int = 0
    trouble: str = ""


def top_chunks(
    mode: str, sync: SyncView, now: datetime, today: date, width: int, *, shown_day: date | None
) -> list[Chunk]:
    """Return the top line: the modes at the left, sync state and date at the right.

    Args:
        mode: the mode that is open.
        sync: the state of the CRM.
        now: the instant, for "4 min ago".
        today: the day in the user's zone.
        width: the room in cells. The name goes first, then the words of the sync state.
        shown_day: the day being looked at, if it is not today.
    """
    for short in (0, 1, 2, 3):
        left = _modes(mode, with_name=short < 1, with_words=short < 3)
        right = _state(sync, now, today, short=short, shown_day=shown_day)
        used = sum(width_of(chunk.line) for chunk in (*left, *right))
        if used + 1 <= width or short == 3:
            gap = max(width - used, 1)
            return [*left, Chunk((Piece(" " * gap),)), *right]
    return []


def _modes(mode: str, *, with_name: bool, with_words: bool) -> list[Chunk]:
    chunks = [Chunk(line(Piece(" csmdesk ", "muted")))] if with_name else []
    for name in ("today", "accounts", "outbox"):
        command = named(f"mode_{name}")
        key = shown_key(command.keys[0])
        here = name == mode
        word = f" {command.label}" if with_words or here else ""
        chunks.append(
            Chunk(
                line(
                    Piece(f" {key}", "here" if here else "muted"),
                    Piece(f"{word} ", "here" if here else "plain"),
                ),
                command.name,
            )
        )
    return chunks


def _state(
    sync: SyncView, now: datetime, today: date, *, short: int, shown_day: date | None
) -> list[Chunk]:
    parts: list[Chunk] = []
    if sync.running:
        parts.append(Chunk(line(Piece("⟳ syncing" if short < 2 else "⟳", "accent"))))
    elif sync.trouble:
        parts.append(Chunk(line(Piece(sync.trouble, "yellow")), "sync"))
    elif sync.connected:
        age = fmt.ago(sync.last, now) if sync.last else "never synced"
        age = age.removesuffix(" ago") if short >= 2 else age
        parts.append(Chunk(line(Piece(f"⟳ {age}", "muted")), "sync"))
    if sync.attention:
        needs = " needs you" if sync.attention == 1 else " need you"
        words = f"▲ {sync.attention}{needs if short < 2 else ''}"
        parts.append(Chunk(line(Piece(words, "red")), "mode_outbox"))
    if sync.uncertain:
        words = " uncertain" if short < 2 else ""
        parts.append(Chunk(line(Piece(f"? {sync.uncertain}{words}", "yellow")), "mode_outbox"))
    if sync.queued:
        words = " queued" if short < 2 else ""
        parts.append(Chunk(line(Piece(f"↑ {sync.queued}{words}")), "mode_outbox"))
    day = shown_day or today
    if shown_day is not None and shown_day != today:
        parts.append(
            Chunk(line(Piece(f"not now: {fmt.day_name(day, today)}", "yellow")), "pick_day")
        )
    else:
        parts.append(Chunk(line(Piece(fmt.day_name(day, today), "plain")), None))
    chunks: list[Chunk] = []
    for part in parts:
        chunks += [part, Chunk((Piece("  "),))]
    return [*chunks[:-1], Chunk((Piece(" "),))]


def key_chunks(
    place: str, width: int, other: Mapping[str, str], works: Callable[[str], bool] = lambda _: True
) -> list[Chunk]:
    """Return the bottom line of a place: as many keys as fit, the most important first.

    Args:
        place: the screen's name.
        width: cells there are.
        other: the user's own keys.
        works: whether a command can do anything to what is under the cursor.
    """
    keys = keys_in(place, other)
    wanted = [
        Chunk(
            line(
                Piece(shown_key(keys[command.name][0]), "key"),
                Piece(f" {command.label_in(place)}  ", "muted"),
            ),
            command.name,
        )
        for command in bottom_line(place)
        if keys[command.name] and works(command.name)
    ]
    # The way to all other keys is not what room ends for, where it has its own key.
    way_on = named("help")
    own = keys.get(way_on.name, ())[:1] == keys_of(way_on, other)[:1]
    kept = [chunk for chunk in wanted if own and chunk.command == way_on.name]
    chunks: list[Chunk] = [Chunk((Piece(" "),))]
    room = width - 1 - sum(width_of(chunk.line) for chunk in kept)
    for chunk in wanted:
        needed = 0 if chunk in kept else width_of(chunk.line)
        if needed <= room:
            chunks.append(chunk)
            room -= needed
    return chunks


def flat(chunks: Sequence[Chunk]) -> Line:
    """Return chunks as one line."""
    return tuple(piece for chunk in chunks for piece in chunk.line)


def command_at(chunks: Sequence[Chunk], x: int) -> str | None:
    """Return the command of the chunk at a cell, if it has one."""
    for chunk in chunks:
        x -= width_of(chunk.line)
        if x < 0:
            return chunk.command
    return None


def command_at_end(chunks: Sequence[Chunk], x: int, width: int) -> str | None:
    """Return the command at a cell of a line of some width that ends with the chunks."""
    start = width - width_of(flat(chunks))
    return command_at(chunks, x - start) if x >= start else None


def status_lines(message: str, *, trouble: bool, progress: str, width: int) -> list[Line]:
    """Return the status line: what happened at the left, what goes on at the right.

    What does not fit goes on in a second line. Where that is not enough the quoted words lose
    their middle, so that dates and the way back stay whole.
    """
    if not message and not progress:
        return []
    right = line(Piece(progress, "accent"), " ") if progress else EMPTY
    room = max(width - 2, 1)

    def rows(quoted: int) -> list[str]:
        return wrap(longest_quote_shortened(message, quoted), room)

    told = rows(len(message) * 2) if message else [""]
    if len(told) > _STATUS_ROWS:
        told = rows(widest(len(message), lambda size: len(rows(size)) <= _STATUS_ROWS) or LEAST)
    voice: Voice = "yellow" if trouble else "plain"
    lines = [line(" ", Piece(row, voice)) for row in told]
    if right:
        if width_of(lines[-1]) + 1 + width_of(right) > width and message:
            lines.append(EMPTY)
        lines[-1] = spread(lines[-1], right, width)
    return lines
