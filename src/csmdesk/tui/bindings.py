"""The table of commands as Textual bindings."""

from textual.binding import Binding, BindingType

from csmdesk.tui.commands import COMMANDS, KEPT_KEYS, commands_in, keys_in


def bindings_of(place: str) -> list[BindingType]:
    """Return the bindings of a place; where two commands want a key, the first in the table has it.

    Each carries its command's name as id, so that the user's own keys can replace it.
    """
    keys = keys_in(place, {})
    return [
        Binding(
            ",".join(keys[command.name]),
            f"command('{command.name}')",
            command.label,
            show=False,
            id=command.name,
        )
        for command in commands_in(place)
        if keys[command.name]
    ]


def bindings_elsewhere() -> list[BindingType]:
    """Return bindings for every key of the table, for the app: they tell where a key works.

    They have no ids: a screen's own binding always comes first.
    """
    taken: set[str] = set()
    result: list[BindingType] = []
    for command in COMMANDS:
        for key in command.keys:
            if key not in taken:
                taken.add(key)
                result.append(
                    Binding(key, f"elsewhere('{command.name}')", command.label, show=False)
                )
    result.extend(
        Binding(key, f"nowhere('{key}')", words, show=False)
        for key, words in KEPT_KEYS.items()
        if key not in taken
    )
    return result
