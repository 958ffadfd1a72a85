"""What the command palette offers: every command that works here, every account, every theme."""

from typing import TYPE_CHECKING

from csmdesk.tui.commands import MOVING, PLACES, commands_in, keys_in, shown_key
from csmdesk.tui.picking import Entry

if TYPE_CHECKING:
    from csmdesk.tui.global_commands import GlobalCommands


def command_entries(bench: "GlobalCommands", place: str) -> list[Entry]:
    """Return the commands that work in a place, as entries that run them."""
    keys = keys_in(place if place in PLACES else "today", bench.keys)
    entries = []
    for command in commands_in(place):
        if command.group == MOVING or command.name == "palette":
            continue
        mark = shown_key(keys[command.name][0]) if keys.get(command.name) else ""
        name = command.name

        def run(name: str = name) -> None:
            bench.run_named(name)

        entries.append(Entry(f"command:{name}", command.label, command.words, mark, run))
    return entries


def account_entries(bench: "GlobalCommands") -> list[Entry]:
    """Return every account, as entries that open its page. For a thread."""
    from csmdesk.usecases import absent, finding

    entries = []
    for account in finding.accounts(bench.workspace):

        def run(account_id: str = account.id) -> None:
            bench.open_account(account_id)

        entries.append(
            Entry(f"account:{account.id}", account.name, "open the account", "", run, hidden=True)
        )
    for left in finding.departed_accounts(bench.workspace):

        def look(account_id: str = left.id) -> None:
            bench.open_account(account_id)

        entries.append(
            Entry(f"account:{left.id}", left.name, "no longer in the CRM", "", look, hidden=True)
        )
    for other in absent.merged_accounts(bench.workspace):

        def turn(account_id: str = other.into_id) -> None:
            bench.open_account(account_id)

        words = f"part of {other.into} now"
        entries.append(Entry(f"account:{other.id}", other.name, words, "", turn, hidden=True))
    return entries


def theme_entries(bench: "GlobalCommands") -> list[Entry]:
    """Return every theme, ours first, as entries that put it on."""
    names = sorted(bench.available_themes, key=lambda name: (not name.startswith("csmdesk"), name))
    entries = []
    for name in names:

        def run(name: str = name) -> None:
            bench.theme = name
            bench.say(f'Colours: {name}. To keep them, set theme = "{name}" under [display].')

        now = "in use" if name == bench.theme else ""
        entries.append(Entry(f"theme:{name}", name, now, "", run))
    return entries
