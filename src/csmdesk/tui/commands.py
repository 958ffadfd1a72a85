"""Every command of the workbench: one table for keys, bottom line, palette, help and docs/keys.md.

A command works in some places; a place is a screen's name. Screens implement a command by a
method `do_<name>`. Keys are Textual's names for them. A user may give other keys by `keys.<name>`
in the configuration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

TODAY: Final = "today"
ACCOUNTS: Final = "accounts"
OUTBOX: Final = "outbox"
ACCOUNT: Final = "account"
WHY: Final = "why"
NEWS: Final = "news"
HIDDEN: Final = "hidden"
HELP: Final = "help"
FIRST: Final = "first"

PLACES: Final = {
    TODAY: "Today",
    ACCOUNTS: "Accounts",
    OUTBOX: "Outbox",
    ACCOUNT: "an account's page",
    WHY: "the full breakdown",
    NEWS: "what is new",
    HIDDEN: "what is hidden",
    HELP: "help",
    FIRST: "the first screen",
}
"""The places, by the name that messages give them."""

_ALL: Final = frozenset(PLACES) - {FIRST}
_EVEN_FIRST: Final = frozenset(PLACES)
_MODES: Final = frozenset({TODAY, ACCOUNTS, OUTBOX})
_WITH_ACCOUNT: Final = frozenset({TODAY, ACCOUNTS, ACCOUNT, WHY})
_AGENDA: Final = frozenset({TODAY, WHY})


@dataclass(frozen=True, slots=True)
class Command:
    """Something the user can do.

    Args:
        name: identifies it, also in the configuration.
        keys: the keys that do it; the first is the one shown.
        label: the word beside the key in the bottom line.
        words: what it does, one sentence for help and palette.
        group: the heading it stands under in help.
        places: where it works.
        rank: its place in the bottom line; the lowest is the last to go when room ends, 0 is never
            shown there.
        labels: other words for the bottom line of some places.
    """

    name: str
    keys: tuple[str, ...]
    label: str
    words: str
    group: str
    places: frozenset[str] = _ALL
    rank: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)

    def label_in(self, place: str) -> str:
        """Return the word of the bottom line in a place."""
        return self.labels.get(place, self.label)


MOVING: Final = "Moving"
ACCOUNTS_AND_CALLS: Final = "Accounts and calls"
DAY: Final = "The day"
CRM: Final = "The CRM"
EVERYWHERE: Final = "Everywhere"

COMMANDS: Final[tuple[Command, ...]] = (
    # The day
    Command("log", ("l",), "log", "Log a touch with the account in one line.",
            ACCOUNTS_AND_CALLS, _WITH_ACCOUNT, 1),
    Command("call", ("c",), "call", "Start a call: the log line with a running timer.",
            ACCOUNTS_AND_CALLS, _WITH_ACCOUNT, 2),
    Command("open", ("enter",), "open", "Open what is under the cursor.",
            ACCOUNTS_AND_CALLS,
            frozenset({TODAY, ACCOUNTS, OUTBOX, ACCOUNT, NEWS, HIDDEN, FIRST}), 3,
            {OUTBOX: "details", ACCOUNT: "unfold", FIRST: "begin", HIDDEN: "show again"}),
    Command("why", ("question_mark",), "why",
            "Show how the score is made, and why it is above the next one.",
            DAY, frozenset({TODAY}), 4),
    Command("done", ("d",), "done", "Mark what the line asks for as done.", DAY, _AGENDA, 5),
    Command("snooze", ("z",), "snooze", "Hide the line's reasons until a day.", DAY, _AGENDA, 6),
    Command("dismiss", ("x",), "dismiss", "Say that one reason does not apply.", DAY, _AGENDA, 7),
    Command("plan", ("plus",), "plan", "Take the account into today's plan.",
            DAY, frozenset({TODAY}), 8),
    Command("unplan", ("minus",), "unplan", "Take the account out of today's plan.",
            DAY, frozenset({TODAY}), 9),
    Command("replan", ("r",), "re-plan", "Plan the day anew from the ranking and accept it.",
            DAY, frozenset({TODAY}), 10),
    Command("news", ("w",), "what's new", "Show what changed in the book since you last looked.",
            DAY, _MODES, 14),
    Command("hidden", ("H",), "hidden", "List what is done, snoozed or dismissed, to take it back.",
            DAY, frozenset({TODAY}), 17),
    Command("earlier", ("left_square_bracket",), "a day back", "Look at the day before.",
            DAY, frozenset({TODAY}), 18),
    Command("later", ("right_square_bracket",), "a day ahead", "Look at the day after.",
            DAY, frozenset({TODAY}), 19),
    Command("pick_day", ("at",), "pick a day", "Look at any day: as it was, or as it will be.",
            DAY, frozenset({TODAY}), 20),
    Command("further", ("left_square_bracket",), "a week more",
            "Show what changed a week further back.", DAY, frozenset({NEWS}), 18),
    Command("nearer", ("right_square_bracket",), "a week less",
            "Show a week less of what changed.", DAY, frozenset({NEWS}), 19),
    # Accounts
    Command("filter", ("slash",), "filter", "Filter the list as you type.",
            ACCOUNTS_AND_CALLS, frozenset({TODAY, ACCOUNTS, OUTBOX, ACCOUNT}), 11),
    Command("sort", ("s",), "sort", "Sort by the next column.",
            ACCOUNTS_AND_CALLS, frozenset({ACCOUNTS}), 12),
    Command("reverse", ("v",), "reverse", "Turn the order round.",
            ACCOUNTS_AND_CALLS, frozenset({ACCOUNTS}), 13),
    Command("edit", ("e",), "edit",
            "Change what is under the cursor: a field, a text, on the Health tab the colour.",
            ACCOUNTS_AND_CALLS, frozenset({ACCOUNT, OUTBOX}), 6),
    Command("set_health", (), "set health",
            "Set the account's colour against its score, with a reason, or clear it.",
            ACCOUNTS_AND_CALLS, frozenset({ACCOUNT})),
    Command("copy", ("y",), "copy", "Copy the line's facts to the clipboard.",
            ACCOUNTS_AND_CALLS, frozenset({TODAY, ACCOUNTS, ACCOUNT, OUTBOX, WHY}), 23),
    Command("crm", ("o",), "open in CRM", "Open the account in the CRM.",
            ACCOUNTS_AND_CALLS, _WITH_ACCOUNT, 22),
    # The CRM
    Command("share", ("t",), "share",
            "Share a next step or a milestone with the CRM as a task, or take it back.",
            CRM, frozenset({ACCOUNT}), 7),
    Command("sync", ("S",), "sync", "Sync with the CRM now.", CRM, _ALL, 16),
    Command("retry", ("r",), "retry", "Try the item again.", CRM, frozenset({OUTBOX}), 5),
    Command("take_ours", ("greater_than_sign",), "ours",
            "Of what both sides changed: send ours.", CRM, frozenset({OUTBOX, ACCOUNT}), 9),
    Command("take_theirs", ("less_than_sign",), "theirs",
            "Of what both sides changed: take theirs.", CRM, frozenset({OUTBOX, ACCOUNT}), 10),
    Command("take_both", ("equals_sign",), "both",
            "Of texts both sides changed: send both in one; of what is there twice: keep both.",
            CRM, frozenset({OUTBOX, ACCOUNT}), 12),
    Command("link", ("L",), "link", "Say which record of the CRM this item became.",
            CRM, frozenset({OUTBOX}), 8),
    Command("attach", ("A",), "attach",
            "Let what was logged belong to another account: its own has left the CRM.",
            CRM, frozenset({OUTBOX}), 13),
    Command("cancel", ("x",), "cancel", "Do not send the item.", CRM, frozenset({OUTBOX}), 7),
    Command("export", ("E",), "export", "Write what waits for the CRM to a file.",
            CRM, frozenset({OUTBOX}), 17),
    # Moving
    Command("down", ("j", "down"), "down", "Down.", MOVING, _EVEN_FIRST),
    Command("up", ("k", "up"), "up", "Up.", MOVING, _EVEN_FIRST),
    Command("top", ("g", "home"), "first", "To the first line.", MOVING),
    Command("bottom", ("G", "end"), "last", "To the last line.", MOVING),
    Command("half_down", ("ctrl+d",), "half down", "Half a page down.", MOVING),
    Command("half_up", ("ctrl+u",), "half up", "Half a page up.", MOVING),
    Command("page_down", ("pagedown", "space"), "page down", "A page down.", MOVING),
    Command("page_up", ("pageup",), "page up", "A page up.", MOVING),
    Command("next_pane", ("tab",), "side", "To the next pane; on a narrow screen the side panel.",
            MOVING, frozenset({TODAY, ACCOUNT, ACCOUNTS, OUTBOX}), 21, {ACCOUNT: "next tab"}),
    Command("previous_pane", ("shift+tab",), "back", "To the pane before.", MOVING,
            frozenset({TODAY, ACCOUNT, ACCOUNTS, OUTBOX})),
    Command("back", ("escape",), "back", "Back; on a mode's first screen: stop a running sync.",
            MOVING, _ALL, 4, {TODAY: "", ACCOUNTS: "", OUTBOX: ""}),
    # Everywhere
    Command("mode_today", ("1",), "Today", "Go to Today.", EVERYWHERE),
    Command("mode_accounts", ("2",), "Accounts", "Go to Accounts.", EVERYWHERE),
    Command("mode_outbox", ("6",), "Outbox", "Go to the Outbox.", EVERYWHERE),
    Command("undo", ("u",), "undo", "Take the latest action back.", EVERYWHERE, _ALL, 15),
    Command("palette", ("ctrl+p", "colon"), "commands", "Find any command or account by name.",
            EVERYWHERE, _ALL, 24),
    Command("help", ("question_mark", "f1"), "help", "Show the keys that work here.",
            EVERYWHERE, _EVEN_FIRST, 25),
    Command("theme", (), "theme", "Choose the colours.", EVERYWHERE),
    Command("quit", ("q", "ctrl+q"), "quit", "Leave. What you typed is kept as a draft.",
            EVERYWHERE, _EVEN_FIRST, 26),
)  # fmt: skip

KEPT_KEYS: Final = {
    "3": "There is no mode 3: the modes are 1 Today, 2 Accounts and 6 Outbox.",
    "4": "There is no mode 4: the modes are 1 Today, 2 Accounts and 6 Outbox.",
    "5": "There is no mode 5: the modes are 1 Today, 2 Accounts and 6 Outbox.",
    "f": "f finds nothing yet: ^p finds any account or command by name.",
    "n": "There is nothing to make anew here: l logs a touch.",
}
"""Keys that mean something in the grammar but do nothing in any place yet, and what to say."""

_SHOWN: Final = {
    "question_mark": "?", "plus": "+", "minus": "-", "slash": "/", "colon": ":", "at": "@",
    "left_square_bracket": "[", "right_square_bracket": "]", "escape": "esc", "space": "space",
    "pagedown": "PgDn", "pageup": "PgUp", "down": "↓", "up": "↑",
    "greater_than_sign": ">", "less_than_sign": "<", "equals_sign": "=",
}  # fmt: skip


def shown_key(key: str) -> str:
    """Return a key as it is written on the screen: "?", "^p", "esc"."""
    if key.startswith("ctrl+"):
        return "^" + key.removeprefix("ctrl+")
    return _SHOWN.get(key, key)


@cache
def named(name: str) -> Command:
    """Return a command by its name.

    Raises:
        KeyError: there is none of that name.
    """
    for command in COMMANDS:
        if command.name == name:
            return command
    raise KeyError(name)


def keys_of(command: Command, other: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of a command, the user's own if they gave any ("L" or "f5,ctrl+l")."""
    if command.name in other:
        return tuple(key.strip() for key in other[command.name].split(",") if key.strip())
    return command.keys


def commands_in(place: str) -> tuple[Command, ...]:
    """Return what works in a place, in the order of the table."""
    return tuple(command for command in COMMANDS if place in command.places)


def keys_in(place: str, other: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the keys of each command of a place; the first in the table to want a key has it."""
    taken: set[str] = set()
    result: dict[str, tuple[str, ...]] = {}
    for command in commands_in(place):
        keys = tuple(key for key in keys_of(command, other) if key not in taken)
        taken.update(keys)
        result[command.name] = keys
    return result


def bottom_line(place: str) -> tuple[Command, ...]:
    """Return the commands of the bottom line of a place, the most important first."""
    shown = [c for c in commands_in(place) if c.rank and c.label_in(place)]
    return tuple(sorted(shown, key=lambda command: command.rank))


def problems(other: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is wrong with the keys a user gave: unknown names, the same key twice."""
    known = {command.name for command in COMMANDS}
    found = [f"keys.{name}: there is no such command." for name in other if name not in known]
    for place in PLACES:
        taken: dict[str, str] = {}
        for command in commands_in(place):
            for key in keys_of(command, other):
                if key in taken and taken[key] != command.name and command.name in other:
                    found.append(
                        f"keys.{command.name}: {shown_key(key)} already does {taken[key]}"
                        f" in {PLACES[place]}."
                    )
                taken.setdefault(key, command.name)
    return tuple(dict.fromkeys(found))


def where(command: Command) -> str:
    """Return the places of a command in words: "Today and the full breakdown"."""
    names = [PLACES[place] for place in PLACES if place in command.places]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def grouped(commands: Iterable[Command]) -> dict[str, list[Command]]:
    """Return commands under their headings, both in the order of the table."""
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    return groups


def keys_page() -> str:
    """Return `docs/keys.md`: every command with its keys and where it works."""
    parts = [
        "# Keys",
        "",
        "The same key means the same thing everywhere. Inside an input only `esc`, `enter`, `tab`",
        "and control keys act; everything else is text. Give a command another key in the",
        'configuration: `[keys]`, then for example `log = "L"`.',
        "",
        "This page is made from the table of commands (`src/csmdesk/tui/commands.py`).",
    ]
    for group, commands in grouped(COMMANDS).items():
        parts += [
            "",
            f"## {group}",
            "",
            "| key | name | what it does | where |",
            "| --- | --- | --- | --- |",
        ]
        for command in commands:
            keys = " ".join(f"`{shown_key(key)}`" for key in command.keys) or "palette"
            place = "everywhere" if command.places == _ALL else where(command)
            parts.append(f"| {keys} | `{command.name}` | {command.words} | {place} |")
    return "\n".join(parts) + "\n"
