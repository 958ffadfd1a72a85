"""Reading what was typed to set an account's colour, and saying what it would do. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from csmdesk.domain import overriding
from csmdesk.domain.touch.dates import day_ahead
from csmdesk.domain.touch.words import DUE
from csmdesk.domain.vocabulary import Colour
from csmdesk.errors import InputError
from csmdesk.tui import format as fmt
from csmdesk.tui.ink import Piece, line
from csmdesk.tui.widgets.ask_bar import Preview
from csmdesk.usecases.health_page import HealthPage

CLEAR: Final = "clear"
COLOURS: Final[tuple[Colour, ...]] = ("red", "yellow", "green")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed: a colour with its reason and last day, or to leave it to the score."""

    colour: Colour | None = None
    clear: bool = False
    until: date | None = None
    reason: str = ""


def read_colour(text: str, page: HealthPage) -> Wish | None:
    """Read "red champion gone", "yellow +2w their CEO called" or "clear"; None if it is neither."""
    words = text.split()
    if not words:
        return None
    first = words[0].casefold()
    if CLEAR.startswith(first):
        return Wish(clear=True)
    colour = next((one for one in COLOURS if one.startswith(first)), None)
    if colour is None:
        return None
    until, rest = None, words[1:]
    for taken in (2, 1):
        match = DUE.match(" ".join(rest[:taken])) if len(rest) >= taken else None
        if match is not None:
            until, rest = day_ahead(match, page.today, page.workdays), rest[taken:]
            break
    return Wish(colour, until=until, reason=" ".join(rest))


def colour_preview(text: str, page: HealthPage) -> Preview:
    """Return what an answer would do."""
    wish = read_colour(text, page)
    if wish is None:
        more = " · clear" if page.override is not None else ""
        hint = f"red · yellow · green{more}, then until when (+2w, fri, 30 mar) if not 30 days, why"
        return Preview(line(Piece(hint, "muted")), ok=False)
    if wish.clear:
        if page.override is None:
            return Preview(line(Piece("its colour is not set by hand", "yellow")), ok=False)
        return Preview(line(Piece(f"left to the score: {page.scored or 'unknown'}")))
    if not wish.reason:
        return Preview(line(Piece(f"{wish.colour}*: now say why", "muted")), ok=False)
    try:
        made = overriding.override(
            page.account_id,
            wish.colour or "red",
            wish.reason,
            scored=page.scored,
            today=page.today,
            until=wish.until,
        )
    except InputError as error:
        return Preview(line(Piece(error.line, "yellow")), ok=False)
    last = fmt.day_name(made.expires_on, page.today)
    return Preview(
        line(Piece(f"{made.color}* to {last}"), Piece(f" · because “{made.reason}”", "muted"))
    )
