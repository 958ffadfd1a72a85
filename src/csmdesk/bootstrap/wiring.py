"""Making a workspace: the store, the settings, the zone, the clock and the way to the CRM.

Nothing heavy is imported before it is used: opening a workspace loads no ORM, no HTTP client and
no keyring.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from csmdesk.bootstrap.connecting import WayToCrm
from csmdesk.bootstrap.zones import machine_zone
from csmdesk.clock import Clock
from csmdesk.config import Settings, load, zone_named
from csmdesk.errors import ConfigError, StoreUnusable
from csmdesk.paths import borrowed_home, places, private_folder
from csmdesk.store.commands.zone import remember_zone
from csmdesk.store.database import Store, open_store
from csmdesk.store.queries.book_info import BookInfo, book_info
from csmdesk.store.queries.book_info import is_empty as nothing_in
from csmdesk.usecases import configuration
from csmdesk.usecases.workspace import Workspace

NO_FLAGS: Mapping[str, str] = MappingProxyType({})


def open_workspace(
    store_file: Path | None,
    *,
    config_file: Path | None,
    flags: Mapping[str, str] = NO_FLAGS,
    environ: Mapping[str, str],
    clock: Clock,
    create: bool = True,
) -> Workspace:
    """Open the user's book and everything around it.

    Args:
        store_file: the store; the user's own one if not given.
        config_file: the settings; the user's own ones if not given.
        flags: settings of this run, as text by dotted name.
        environ: the environment.
        clock: what tells the time.
        create: whether a missing store is made.

    Raises:
        ConfigError: a setting cannot be used.
        StoreError: the store cannot be used.
    """
    home = borrowed_home()
    if home is not None and store_file is None:
        raise StoreUnusable(
            f"csmdesk runs as root in the home of another user ({home}).",
            "Run it as yourself, without sudo.",
        )
    # A mistake in the settings is told before anything is made on disk.
    read_settings(config_file, environ=environ, flags=flags)
    store = open_store(store_place(store_file), create=create)
    try:
        with store.reading() as connection:
            book = book_info(connection)
        settings = read_settings(config_file, environ=environ, flags=flags, book=book.settings)
        zone = resolve_zone(settings, book, environ)
        if book.timezone is None:
            with store.writing() as connection:
                remember_zone(connection, zone.key)
    except BaseException:
        store.close()
        raise
    return Workspace(
        store=store,
        clock=clock,
        config=settings.config,
        zone=zone,
        connect=WayToCrm(store, settings.config, environ),
    )


def store_place(store_file: Path | None) -> Path:
    """Return the file of the store; make the folder of the user's own one, closed to others."""
    if store_file is not None:
        return store_file
    own = places().store
    private_folder(own.parent)
    return own


def read_settings(
    config_file: Path | None,
    *,
    environ: Mapping[str, str],
    flags: Mapping[str, str] = NO_FLAGS,
    book: Mapping[str, object] = MappingProxyType({}),
) -> Settings:
    """Read the settings, the agenda model's parameters checked by the model itself.

    Raises:
        ConfigError: with the file and line, the variable, the flag or the book that is wrong.
    """
    file = config_file or places().config_file
    return configuration.checked(
        load(file, environ=environ, flags=flags, book=book, required=config_file is not None)
    )


def resolve_zone(settings: Settings, book: BookInfo, environ: Mapping[str, str]) -> ZoneInfo:
    """Return the user's zone: the configuration's, else the book's, else the machine's.

    Raises:
        ConfigError: the book names a zone this machine does not know.
    """
    name = settings.config.timezone or book.timezone
    if name is None:
        return machine_zone(environ)
    zone = zone_named(name)
    if zone is None:
        raise ConfigError(
            f"The book's time zone {name!r} is not known here.",
            "Set timezone in the settings, for example: csmdesk --set timezone=Europe/Berlin",
        )
    return zone


def is_empty(store: Store) -> bool:
    """Tell whether nothing was ever imported or connected: then the first-run screen helps."""
    with store.reading() as connection:
        return nothing_in(connection)
