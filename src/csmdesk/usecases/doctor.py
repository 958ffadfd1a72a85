"""A look at everything the program stands on, without the network and without changing anything."""

import os
import platform
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from csmdesk import secrets
from csmdesk.config import unknown_variables
from csmdesk.crm.pages import NO_ID
from csmdesk.errors import CsmdeskError, SecretError
from csmdesk.paths import Places
from csmdesk.store.places import way_back
from csmdesk.store.queries.connections import unreadable
from csmdesk.store.queries.soundness import ConnectionHealth, connections_health, soundness
from csmdesk.store.queries.spoiled import spoiled
from csmdesk.sync.copies import LET_GO
from csmdesk.usecases import rates, syncing
from csmdesk.usecases.workspace import Workspace

State = Literal["ok", "note", "bad"]

LEAST_SQLITE: Final = (3, 37, 0)
"""The first version with STRICT tables."""
LEAST_FREE: Final = 200 * 1024 * 1024
"""Bytes of free disk below which it is said."""


_MOST_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `bad` needs something done; `note` is worth knowing."""

    subject: str
    state: State
    text: str


def machine(places: Places, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what can be said without a store: versions, folders, terminal, keyring, proxies."""
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()}")
    sqlite = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        yield Finding("sqlite", "bad", f"{sqlite} is too old; 3.37 or newer is needed.")
    else:
        yield Finding("sqlite", "ok", sqlite)
    for name in unknown_variables(environ):
        yield Finding("environment", "note", f"{name} is set, but means nothing to csmdesk.")
    for folder in (places.config, places.data, places.state):
        yield _folder(folder)
    yield _room(places.data)
    yield _encryption(places.data)
    yield Finding("keyring", "ok", secrets.keyring_state())
    yield Finding("certificates", "ok", _certificates(environ))
    for proxy in _proxies(environ):
        yield Finding("proxy", "note", proxy)
    reports = sorted(places.reports.glob("*.txt")) if places.reports.is_dir() else []
    if reports:
        yield Finding(
            "reports", "note", f"{len(reports)} of things gone wrong, last: {reports[-1]}"
        )
    yield _terminal(environ)


def book(workspace: Workspace, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what can be said about an open store: its soundness, its connections, what waits."""
    store = workspace.store
    mode = stat.S_IMODE(store.path.stat().st_mode)
    size = store.path.stat().st_size / 1_048_576
    yield Finding(
        "store",
        "bad" if mode & 0o077 else "ok",
        f"{store.path}, {size:.1f} MiB, mode {mode:04o}",
    )
    if store.warning:
        yield Finding("store", "note", store.warning)
    with store.reading() as connection:
        sound = soundness(connection)
        connections = connections_health(connection)
        changed = spoiled(connection)
    if sound.verdict != "ok":
        yield Finding(
            "store", "bad", f"The file is damaged: {sound.verdict}. {way_back(store.path)}"
        )
    elif sound.orphan is not None:
        yield Finding("store", "bad", f"A row of {sound.orphan} points nowhere. Export the book.")
    else:
        yield Finding("store", "ok", f"sound, {sound.accounts} accounts")
    for text in changed:
        what = f"{text.kind} {text.id}"
        yield Finding("store", "bad", f"The text of {what} is not what was written. See a backup.")
    yield Finding("zone", "ok", getattr(workspace.zone, "key", str(workspace.zone)))
    told = rates.advice(rates.table(workspace))
    if told:
        yield Finding("rates", "note", told)
    if not connections:
        yield Finding("connection", "note", "none; connect with: csmdesk connect hubspot")
    for one in connections:
        yield from _connection(one, workspace, environ)
    standing = syncing.status(workspace)
    if standing.clock_off is not None:
        yield Finding("clock", "bad", standing.clock_off)
    if standing.held:
        yield Finding("copy", "bad", f"{standing.held} {LET_GO}")
    for told in standing.missing:
        yield Finding("missing", "bad", told)
    for told in standing.resting:
        yield Finding("mapping", "bad", told)
    if standing.keyless:
        yield Finding("key", "note", standing.keyless)


def _connection(
    one: ConnectionHealth, workspace: Workspace, environ: Mapping[str, str]
) -> Iterator[Finding]:
    synced = f"last synced {one.last_synced_at}" if one.last_synced_at else "never synced"
    yield Finding("connection", "ok", f"{one.key} ({one.portal_name or one.base_url}), {synced}")
    if one.paused_reason and one.paused_until is None:
        yield Finding("connection", "bad", f"{one.key} is paused: {one.paused_reason}")
    elif rests := syncing.parked_words(workspace, one.paused_reason, one.paused_until):
        yield Finding("connection", "bad", f"{one.key} is paused: {rests}")
    try:
        found = secrets.find(
            one.key,
            environ=environ,
            command=workspace.config.hubspot.token_command,
            place=one.token_place,
        )
    except SecretError as error:
        yield Finding("token", "bad", error.line)
    else:
        if found is None:
            variable = secrets.variables(one.key)[-1]
            yield Finding("token", "bad", f"none for {one.key}; set {variable} or connect again")
        else:
            yield Finding("token", "ok", f"from {found.place}")
    waiting = ", ".join(f"{count} {state}" for state, count in one.waiting.items())
    needs_you = any(one.waiting.get(state) for state in ("failed", "conflict"))
    yield Finding("outbox", "bad" if needs_you else "ok", waiting or "empty")
    yield from _unreadable(one, workspace)
    if told := syncing.put_off_words(workspace, one.key):
        yield Finding("outbox", "note", told)


def _unreadable(one: ConnectionHealth, workspace: Workspace) -> Iterator[Finding]:
    """Yield what the CRM sent and nobody could read: which record, why, since when."""
    with workspace.store.reading() as connection:
        found = unreadable(connection, one.key)
    for each in found[:_MOST_NAMED]:
        which = "without an id" if each.remote_id.startswith(NO_ID) else each.remote_id
        since = f"{each.since.astimezone(workspace.zone):%-d %b %Y}"
        kind = each.object_type
        yield Finding("unreadable", "note", f"{kind} {which}: {each.reason} (since {since})")
    if len(found) > _MOST_NAMED:
        yield Finding("unreadable", "note", f"and {len(found) - _MOST_NAMED:,} more")
    if found:
        yield Finding(
            "unreadable",
            "note",
            "They are read again when they change, and with csmdesk sync --thorough.",
        )


def _folder(folder: Path) -> Finding:
    try:
        status = folder.stat()
    except FileNotFoundError:
        return Finding("folder", "ok", f"{folder} (not there yet)")
    except OSError as error:
        return Finding("folder", "bad", f"{folder}: {error.strerror}")
    mode = stat.S_IMODE(status.st_mode)
    if status.st_uid != os.getuid():
        return Finding("folder", "bad", f"{folder} belongs to another user")
    if mode & 0o022:
        return Finding(
            "folder", "bad", f"{folder} can be written by others; run: chmod 700 {folder}"
        )
    return Finding("folder", "ok", f"{folder}, mode {mode:04o}")


def _room(folder: Path) -> Finding:
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free / 1_073_741_824:.1f} GiB free"
    return Finding("disk", "bad" if free < LEAST_FREE else "ok", text)


def _encryption(folder: Path) -> Finding:
    """Say whether the disk under a folder seems to be encrypted."""
    if sys.platform != "linux":
        return Finding("encryption", "note", "cannot tell; see that full-disk encryption is on")
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    device = existing.stat().st_dev
    node = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}")
    stack, seen = [node], 0
    while stack and seen < 32:
        seen += 1
        here = stack.pop()
        try:
            if (here / "dm/uuid").read_text(encoding="ascii").startswith("CRYPT-"):
                return Finding("encryption", "ok", "the disk seems to be encrypted")
        except (OSError, UnicodeDecodeError):
            pass
        below = here / "slaves"
        stack.extend(below.iterdir() if below.is_dir() else ())
    return Finding("encryption", "note", "the disk does not seem to be encrypted; the store is not")


def _certificates(environ: Mapping[str, str]) -> str:
    file = environ.get("SSL_CERT_FILE")
    return f"from SSL_CERT_FILE ({file})" if file else "those the operating system trusts"


def _proxies(environ: Mapping[str, str]) -> Iterator[str]:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"):
        value = environ.get(name) or environ.get(name.lower())
        if value:
            yield f"{name} = {_without_password(value)}"


def _without_password(address: str) -> str:
    scheme, sign, rest = address.rpartition("://")
    host = rest.rpartition("@")[2]
    return f"{scheme}{sign}{'***@' if '@' in rest else ''}{host}"


def _terminal(environ: Mapping[str, str]) -> Finding:
    size = shutil.get_terminal_size()
    words = [f"{size.columns}x{size.lines}", environ.get("TERM", "no TERM")]
    words.append(f"encoding {sys.stdout.encoding}")
    if environ.get("NO_COLOR"):
        words.append("NO_COLOR")
    return Finding("terminal", "ok", ", ".join(words))


def trouble(error: CsmdeskError, subject: str) -> Finding:
    """Return an error as a finding: what could not even be looked at."""
    return Finding(subject, "bad", error.line)
