"""The keys that work in a place, from the table of commands."""

from csmdesk.tui import commands
from csmdesk.tui.bindings import bindings_of
from csmdesk.tui.commands import PLACES, Command, commands_in, grouped, keys_in, shown_key
from csmdesk.tui.ink import EMPTY, Line, Piece, line, pad, wrap
from csmdesk.tui.screens.page import Page

_KEYS_WIDTH = 16


class Help(Page):
    """Every key that works where help was asked for."""

    PLACE = commands.HELP
    BINDINGS = bindings_of(PLACE)

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place

    def heading(self, width: int) -> Line:  # noqa: ARG002 - fits anywhere
        """Return whose keys these are."""
        return line(" ", Piece(f"Keys in {PLACES[self._place]}", "strong"))

    def lines(self, width: int) -> list[Line]:
        """Return the commands under their headings."""
        result: list[Line] = []
        for group, members in grouped(commands_in(self._place)).items():
            result += [EMPTY, line(" ", Piece(group, "strong"))]
            for command in members:
                result += self._entry(command, width)
        result += [
            EMPTY,
            line(" ", Piece("In the log line", "strong")),
            *_paragraph(
                "c Ana, Raj 25m + renewal ok > send plan fri   reads as: call, Ana and Raj, 25"
                " min, positive, text, and our next step for Friday. Types: c call, m meeting,"
                " o onsite, t training, q qbr, b ebr, e email, s slack, n note, i internal."
                " > ours, < theirs.",
                width,
            ),
            EMPTY,
            line(" ", Piece("Signs", "strong")),
            *_paragraph(
                "‼ its renewal has to be acted on by the next working day, ! it has to be in"
                " today's plan. Health: ● green, ◐ yellow, ○ red, ◌ no score that counts, * a"
                " colour set by hand. ≈ an amount converted from another currency, – unknown,"
                " ? behind points: the money at stake is unknown.",
                width,
            ),
        ]
        return result

    def _entry(self, command: Command, width: int) -> list[Line]:
        keys = keys_in(self._place, self.bench.keys)[command.name]
        shown = "  ".join(shown_key(key) for key in keys) or "by ^p"
        rows = wrap(command.words, max(width - _KEYS_WIDTH - 3, 10))
        return [
            line(
                "   ",
                Piece(pad(shown if index == 0 else "", _KEYS_WIDTH), "key"),
                Piece(row),
            )
            for index, row in enumerate(rows)
        ]

    def do_help(self) -> None:
        """A second press closes it."""
        self.do_back()


def _paragraph(text: str, width: int) -> list[Line]:
    return [line("   ", Piece(row, "muted")) for row in wrap(text, max(width - 4, 10))]
