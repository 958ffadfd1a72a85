"""The settings as a whole: what the agenda model says to its part, and where each value stands."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import time
from decimal import Decimal
from fractions import Fraction

from csmdesk.config import Setting, Settings
from csmdesk.domain.exact import plain
from csmdesk.errors import ConfigError
from csmdesk.store.queries.book_info import book_info
from csmdesk.usecases.workspace import Workspace


def checked(settings: Settings) -> Settings:
    """Return the settings if the agenda model accepts its parameters.

    Raises:
        ConfigError: it does not; the message begins with the file and line, the variable or the
            flag that set the value.
    """
    if not settings.config.agenda:
        return settings  # the model's own defaults: at the start nothing of it need be loaded
    from csmdesk.domain.agenda.config import AgendaConfig

    try:
        AgendaConfig().overridden(settings.config.agenda)
    except ConfigError as error:
        named = re.search(r"agenda\.(\w+)", error.message)
        name = named[0] if named else "agenda"
        raise ConfigError(f"{_origin(settings, name)}: {error.message}", _hint(name)) from error
    return settings


def of_book(workspace: Workspace) -> Mapping[str, object]:
    """Return the settings that the open book carries; they override all others."""
    with workspace.store.reading() as connection:
        return book_info(connection).settings


def in_force(settings: Settings) -> tuple[Setting, ...]:
    """Return every setting with its value and origin, the agenda model's defaults included."""
    from csmdesk.domain.agenda.config import AgendaConfig

    agenda = AgendaConfig().overridden(settings.config.agenda)
    own = [setting for setting in settings.all() if not setting.name.startswith("agenda.")]
    model = [
        Setting(name, getattr(agenda, item.name), settings.origin(name))
        for item in fields(agenda)
        for name in (f"agenda.{item.name}",)
    ]
    return (*own, *model)


def written(value: object) -> str:
    """Return a value the way it is written in the settings file."""
    match value:
        case None:
            return "-"
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case time():
            return f'"{value:%H:%M}"'
        case Mapping():
            inner = ", ".join(f"{key} = {written(item)}" for key, item in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case tuple() | list():
            return "[" + ", ".join(written(item) for item in value) + "]"
        case Decimal():
            return format(value, "f")
        case Fraction():
            return plain(value)
        case _:
            return str(value)


def _origin(settings: Settings, name: str) -> str:
    """Return where a value was set; if it stands in conflict as a default, where its rival was."""
    if name in settings.origins:
        return settings.origins[name]
    rivals = [origin for key, origin in settings.origins.items() if key.startswith("agenda.")]
    return rivals[-1] if rivals else "settings"


def _hint(name: str) -> str:
    import difflib

    from csmdesk.domain.agenda.config import AgendaConfig

    known = [f"agenda.{item.name}" for item in fields(AgendaConfig)]
    if name in known:
        return ""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else "See: csmdesk config show"
