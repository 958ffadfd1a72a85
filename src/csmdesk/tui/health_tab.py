"""An account's health unfolded, as lines of a page. Pure."""

from csmdesk.domain.exact import half_up, plain, size
from csmdesk.domain.health import Override
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import EMPTY, Line, Piece, Voice, line, pad, pad_left, wrap
from csmdesk.usecases.health_page import HealthPage, Move, Own

LABEL = 12
"""Width of the headings at the left."""
_WHOSE = {"crm": "the CRM's score", "computed": "our own score"}
_TREND = {"up": "↑ rising", "down": "↓ falling", "flat": "→ steady"}
_VOICES: dict[str | None, Voice] = {"red": "red", "yellow": "yellow", "green": "green"}


def health_tab(page: HealthPage, width: int) -> list[Line]:
    """Return the lines: what counts, what it is made of, how it moved and why."""
    lines: list[Line] = [EMPTY]
    for label, body in (
        ("Now", _now(page, width)),
        ("26 weeks", _weeks(page, width)),
        ("Our score", _own(page.own, page, width)),
        ("Moves", _moves(page, width)),
        ("By hand", _by_hand(page)),
    ):
        for index, row in enumerate(body):
            head = label if index == 0 else ""
            lines.append((Piece(" "), Piece(pad(head, LABEL), "strong"), Piece(" "), *row))
        if body:
            lines.append(EMPTY)
    return lines


def _now(page: HealthPage, width: int) -> list[Line]:
    star = "*" if page.override is not None else ""
    name = f"{page.colour}{star}" if page.colour is not None else "unknown"
    head: list[Piece] = [fmt.health_sign(page.colour), Piece(" ")]
    rows: list[Line] = []
    if page.score is None:
        rows.append(line(*head, Piece(f"{name}, never scored", "strong")))
    else:
        score, on = plain(page.told(page.score.value)), fmt.short_day(page.score.on, page.today)
        if page.source is None:
            text = f"  last score {score} of {on} is too old to count"
        else:
            going = f", {_TREND[page.trend]}" if page.trend is not None else ""
            text = f"  {_WHOSE[page.source]} of {on}{going}"
        strong = name if page.source is None else f"{score} {name}"
        rows.append(line(*head, Piece(strong, "strong"), Piece(text)))
    if page.override is not None:
        rows += [line(row) for row in wrap(_words(page.override, page), max(width - 16, 10))]
        scored = page.scored if page.scored is not None else "nothing: none is fresh"
        rows.append(line(Piece(f"the score alone says {scored}", "muted")))
    return rows


def _words(one: Override, page: HealthPage) -> str:
    return (
        f"{one.colour}* set by hand {fmt.day_name(one.set_on, page.today)},"
        f" to {fmt.day_name(one.expires_on, page.today)}: {one.reason}"
    )


def _weeks(page: HealthPage, width: int) -> list[Line]:
    known = [value for value in page.weekly if value is not None]
    if not known:
        return []
    low, high = plain(page.told(min(known))), plain(page.told(max(known)))
    line_ = fmt.sparkline(page.weekly)
    told = f"0-100, lowest {low}, highest {high}; a gap is unknown"
    if len(line_) + 2 + len(told) <= width - LABEL - 2:
        return [line(Piece(line_, "accent"), Piece(f"  {told}", "muted"))]
    rows = wrap(told, max(width - LABEL - 2, 10))
    return [line(Piece(line_, "accent")), *(line(Piece(row, "muted")) for row in rows)]


def _own(own: Own | None, page: HealthPage, width: int) -> list[Line]:
    if own is None:
        return []
    if own.score is None:
        told = f"unknown: only {own.coverage} % of what it is made of is known, 40 % are needed"
    else:
        told = f"{own.score}, of {own.coverage} % of what it is made of"
    if own.on is not None:
        when = f"recorded {fmt.day_name(own.on, page.today)}"
    elif page.source == "crm":
        when = "as it would be now; it counts only where the CRM has no fresh score"
    else:
        when = "as it would be now; a sync or csmdesk health record records it"
    rows = [line(row) for row in wrap(f"{told} · {when}", max(width - 16, 10))]
    rows.append(line(Piece(_columns("part", "weight", "fresh", "value", "adds"), "muted")))
    for part in own.parts:
        if part.value is None:
            text = _columns(part.name, str(half_up(part.weight)), "", "missing", "")
            rows.append(line(Piece(text, "muted")))
            continue
        tenths = half_up(part.adds * 10)
        text = _columns(
            part.name,
            str(half_up(part.weight)),
            f"{half_up(part.freshness * 100)} %",
            str(half_up(part.value)),
            "" if own.score is None else f"{tenths // 10}.{tenths % 10}",
        )
        rows.append(line(text))
    return rows


def _columns(name: str, weight: str, fresh: str, value: str, adds: str) -> str:
    numbers = (pad_left(weight, 7), pad_left(fresh, 7), pad_left(value, 9), pad_left(adds, 7))
    return pad(name, 12) + "".join(numbers)


def _moves(page: HealthPage, width: int) -> list[Line]:
    rows = [row for move in page.told_moves for row in _move(move, page, width)]
    if not rows and page.score is not None:
        rows = [line(Piece("the score did not move in 26 weeks", "muted"))]
    return rows


def _move(move: Move, page: HealthPage, width: int) -> list[Line]:
    before, after = page.told(move.before), page.told(move.after)
    sign = "↑" if move.after > move.before else "↓"
    head = line(
        Piece(pad(fmt.day_name(move.on, page.today), 16), "muted"),
        fmt.health_sign(move.colour),
        Piece(f" {pad_left(plain(before), 3)} → {pad(plain(after), 4)}"),
        Piece(pad(f"{sign}{plain(size(after - before))} ", 5), _VOICES[move.colour]),
    )
    texts = wrap(move.cause or "cause not told", max(width - 16 - 32, 10))
    voice: Voice = "plain" if move.cause else "muted"
    rest = [line(" " * 32, Piece(text, voice)) for text in texts[1:]]
    return [(*head, Piece(texts[0], voice)), *rest]


def _by_hand(page: HealthPage) -> list[Line]:
    over = [one for one in page.overrides if one != page.override]
    rows = [line(Piece(_words(one, page), "muted")) for one in over]
    if page.override is None:
        rows.insert(0, line(Piece("e", "key"), Piece(" sets a colour against the score", "muted")))
    else:
        rows.insert(0, line(Piece("e", "key"), Piece(" changes the colour or clears it", "muted")))
    return rows
