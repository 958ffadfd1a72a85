"""The settings: one frozen tree with a documented default per field.

A value comes from the first of: a flag, the environment, the file, the default. A book may carry
settings of its own; they override all of these, for that book only.
The parameters of the agenda model are passed on as written; the model itself checks them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

from csmdesk.errors import ConfigError

Theme = Literal["csmdesk-dark", "csmdesk-light", "csmdesk-cb"]

ENVIRONMENT_PREFIX: Final = "CSMDESK_"
FREE_TABLES: Final = ("agenda", "keys")
"""Tables whose keys are checked by their owners: the agenda model and the table of commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How the workbench looks."""

    theme: str = "csmdesk-dark"
    """The colours: csmdesk-dark, csmdesk-light, csmdesk-cb (safe for colour blindness), or any
    theme of Textual's."""
    ascii: bool = False
    """Plain ASCII signs instead of ● ◐ ▲ and the like, for terminals and fonts without them."""
    mouse: bool = True
    """Whether the workbench takes mouse events; without them the terminal's own selection works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Syncing:
    """When the workbench talks to the CRM by itself."""

    automatic: bool = True
    """Sync in the background while the workbench is open; `S` works either way."""
    interval_minutes: int = 10
    """Minutes between two background syncs, 1 to 1440."""
    share_next_steps: str = "never"
    """Whether our own next steps become tasks of the CRM when a touch is logged: "never" (only what
    you share yourself), "ask" after each, or "always"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubSpot:
    """How HubSpot is reached."""

    base_url: str | None = None
    """HubSpot's address if it is not the public one, for example that of an embedded CRM; http is
    taken for this machine only."""
    token_command: tuple[str, ...] = ()
    """A command that prints the access token: a list of words, run without a shell, for example
    ["pass", "show", "hubspot"]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a user can set."""

    timezone: str | None = None
    """IANA name of your zone, for example "Europe/Berlin". Without it the book's zone holds, else
    the machine's."""
    display: Display = Display()
    sync: Syncing = Syncing()
    hubspot: HubSpot = HubSpot()
    agenda: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    """Parameters of the agenda model that differ from its defaults, under their own names."""
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Other keys for commands: the command's name and the key, for example log = "L"."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value in force and where it comes from, for example `…/config.toml:3`."""

    name: str
    value: object
    origin: str


@dataclass(frozen=True, slots=True)
class Settings:
    """A configuration together with the origin of everything that is not a default."""

    config: Config
    origins: Mapping[str, str]

    def origin(self, name: str) -> str:
        """Return where the value of a dotted name comes from; `default` if nobody set it."""
        return self.origins.get(name, "default")

    def all(self) -> tuple[Setting, ...]:
        """Return every setting in force, in the order of the tree, free tables last."""
        return tuple(
            Setting(name, value, self.origin(name)) for name, value in flat(self.config).items()
        )


def load(
    file: Path | None,
    *,
    environ: Mapping[str, str],
    flags: Mapping[str, str] = MappingProxyType({}),
    book: Mapping[str, object] = MappingProxyType({}),
    required: bool = False,
) -> Settings:
    """Read the settings.

    Args:
        file: the TOML file; an absent one is empty unless `required`.
        environ: the environment, of which `CSMDESK_DISPLAY_THEME` sets `display.theme`.
        flags: dotted names given on the command line, with their text.
        book: the settings the open book carries.
        required: whether the file was asked for by name.

    Raises:
        ConfigError: a name is unknown, a value has the wrong type or the file cannot be read; the
            message names file and line.
    """
    values: dict[str, object] = {}
    origins: dict[str, str] = {}
    for layer in (
        _from_file(file, required=required),
        _from_environment(environ),
        {name: (_from_text(name, text), f"--set {name}") for name, text in flags.items()},
        {name: (value, "the book") for name, value in book.items()},
    ):
        for name, (value, origin) in layer.items():
            values[name] = checked(name, value, origin)
            origins[name] = origin
    return Settings(_tree(values), MappingProxyType(origins))


def flat(config: Config) -> dict[str, object]:
    """Return the tree as dotted names and values."""
    result: dict[str, object] = {}
    for entry in fields(config):
        value = getattr(config, entry.name)
        if isinstance(value, Mapping):
            result.update({f"{entry.name}.{key}": item for key, item in value.items()})
        elif entry.name in _TABLES:
            result.update(
                {f"{entry.name}.{part.name}": getattr(value, part.name) for part in fields(value)}
            )
        else:
            result[entry.name] = value
    return result


def zone_named(name: str) -> ZoneInfo | None:
    """Return the time zone of an IANA name, or None if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def unknown_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names in the environment that look like ours and mean nothing."""
    known = {*_VARIABLES, "CSMDESK_STORE", "CSMDESK_CONFIG"}
    return tuple(
        sorted(
            name
            for name in environ
            if name.startswith(ENVIRONMENT_PREFIX)
            and name not in known
            and not name.startswith(("CSMDESK_TOKEN_", "CSMDESK_AGENDA_", "CSMDESK_SANDBOX_"))
        )
    )


_TABLES: Final[Mapping[str, type]] = {"display": Display, "sync": Syncing, "hubspot": HubSpot}
_KINDS: Final[Mapping[str, str]] = {
    "timezone": "zone",
    "display.theme": "text",
    "display.ascii": "flag",
    "display.mouse": "flag",
    "sync.automatic": "flag",
    "sync.interval_minutes": "minutes",
    "sync.share_next_steps": "sharing",
    "hubspot.base_url": "text",
    "hubspot.token_command": "words",
}
_VARIABLES: Final[Mapping[str, str]] = {
    ENVIRONMENT_PREFIX + name.replace(".", "_").upper(): name for name in _KINDS
}
THEMES: Final = get_args(Theme)
SHARING: Final = ("never", "ask", "always")


def _from_file(file: Path | None, *, required: bool) -> dict[str, tuple[object, str]]:
    """Return the dotted names of a TOML file with their place in it."""
    if file is None:
        return {}
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if not required:
            return {}
        raise ConfigError(
            f"There is no file {file}.", "Check --config or CSMDESK_CONFIG."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text.", "Save it as UTF-8.") from error
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    import tomllib

    try:
        document = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        place = f"{file}:{where[1]}" if where else str(file)
        raise ConfigError(f"{place} is not valid TOML: {str(error).split(' (at')[0]}.") from error
    return {
        name: (value, f"{file}:{line_of(text, name)}") for name, value in _flatten(document).items()
    }


def _flatten(document: Mapping[str, object]) -> dict[str, object]:
    """Return a TOML document as dotted names, one level deep: a table in a table stays a value."""
    result: dict[str, object] = {}
    for name, value in document.items():
        if isinstance(value, dict) and (name in _TABLES or name in FREE_TABLES):
            result.update({f"{name}.{key}": item for key, item in value.items()})
        else:
            result[name] = value
    return result


def line_of(text: str, name: str) -> int:
    """Return the line of a TOML text on which a dotted name is set, as well as reading tells."""
    table = ""
    best = 1
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if header:
            table = header[1].replace('"', "").replace(" ", "")
            if name == table or name.startswith(f"{table}."):
                best = number
            continue
        entry = re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", line)
        if not entry:
            continue
        here = f"{table}.{entry[1]}" if table else entry[1]
        if here == name:
            return number
        if name.startswith(f"{here}."):
            best = number
    return best


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[object, str]]:
    """Return what the environment sets. An empty variable sets nothing."""
    result: dict[str, tuple[object, str]] = {}
    for variable, text in environ.items():
        if not text:
            continue
        name = _VARIABLES.get(variable)
        if name is None and variable.startswith("CSMDESK_AGENDA_"):
            name = "agenda." + variable.removeprefix("CSMDESK_AGENDA_").lower()
        if name is not None:
            result[name] = (_from_text(name, text), variable)
    return result


def _from_text(name: str, text: str) -> object:
    """Read a value that was given as text, by the kind of its setting.

    Agenda parameters and lists are written as JSON; whatever is no JSON stays text and is checked
    like a value of the file.
    """
    kind = _KINDS.get(name)
    if kind in {"text", "zone", "sharing"} or name.startswith("keys."):
        return text
    if kind == "flag":
        word = text.strip().lower()
        if word in {"1", "true", "yes", "on"}:
            return True
        return False if word in {"0", "false", "no", "off"} else text
    import json

    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return text


def checked(name: str, value: object, origin: str) -> object:
    """Return the value in its own type, or say what was expected and where it stands."""
    table = name.partition(".")[0]
    kind = _KINDS.get(name)
    if kind is None and "." in name and table == "agenda":
        return value
    if kind is None and "." in name and table == "keys":
        kind = "text"
    match kind, value:
        case "text", str():
            return value
        case "zone", str():
            if zone_named(value) is None:
                raise ConfigError(
                    f"{origin}: {name} is {value!r}, which is no time zone.",
                    'Use an IANA name such as "Europe/Berlin".',
                )
            return value
        case "flag", bool():
            return value
        case "minutes", int() if not isinstance(value, bool) and 1 <= value <= 1440:
            return value
        case "sharing", str() if value in SHARING:
            return value
        case "words", list() if all(isinstance(word, str) for word in value):
            return tuple(value)
    if kind is None and (name in _TABLES or name in FREE_TABLES):
        raise ConfigError(f"{origin}: {name} is a table of settings, not one.", f"Write [{name}].")
    if kind is None:
        raise ConfigError(f"{origin}: there is no setting {name!r}.", _nearest(name))
    expected = {
        "text": "text",
        "zone": "the name of a time zone",
        "flag": "true or false",
        "minutes": "a whole number from 1 to 1440",
        "sharing": "never, ask or always",
        "words": "a list of words",
    }[kind]
    raise ConfigError(f"{origin}: {name} is {value!r}; expected {expected}.")


def _nearest(name: str) -> str:
    """Return a hint that names the setting most like an unknown one."""
    import difflib

    near = difflib.get_close_matches(name, [*_KINDS, *_TABLES, *FREE_TABLES], n=1, cutoff=0.6)
    return f"Did you mean {near[0]}?" if near else "See: csmdesk config show"


def _tree(values: Mapping[str, object]) -> Config:
    """Build the tree from checked dotted names."""
    free: dict[str, dict[str, object]] = {name: {} for name in FREE_TABLES}
    tables: dict[str, dict[str, object]] = {name: {} for name in _TABLES}
    top: dict[str, object] = {}
    for name, value in values.items():
        table, _, key = name.partition(".")
        if not key:
            top[table] = value
        elif table in free:
            free[table][key] = value
        else:
            tables[table][key] = value
    made = {name: _TABLES[name](**entries) for name, entries in tables.items()}
    proxies = {name: MappingProxyType(entries) for name, entries in free.items()}
    return Config(**top, **made, **proxies)  # type: ignore[arg-type]  # every value was checked by checked
