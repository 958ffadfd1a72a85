"""Workspaces and a way to press keys, for the tests of the workbench."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from tests.builders import World
from tests.storing import stored
from textual.app import App
from textual.pilot import Pilot

from csmdesk.clock import FixedClock
from csmdesk.config import Config, Display, Syncing
from csmdesk.tui.app import WorkbenchApp
from csmdesk.usecases.workspace import Workspace

NOW = datetime.fromisoformat("2026-03-09T09:00:00+01:00")
EXAMPLES = Path(__file__).parents[1] / "data" / "agenda" / "worked-examples.json"

PEOPLE = [
    {
        "id": "C-ana",
        "account_id": "acme",
        "name": "Ana Silva",
        "title": "Head of Operations",
        "roles": ["champion"],
        "sentiment": 1,
    },
    {"id": "C-raj", "account_id": "acme", "name": "Raj Patel", "title": "CTO"},
]
TOUCHES = [
    {
        "id": "T-acme-last",
        "account_id": "acme",
        "type": "call",
        "at": "2026-03-05T10:00:00Z",
        "minutes": 30,
        "attendee_ids": ["C-ana"],
        "text": "SSO blocks the rollout; Raj wants a date.",
        "outcome": "held",
    }
]


def book(**more: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the worked examples of the agenda model with two people and a call at Acme."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))["book"]
    for name, rows in ({"contacts": PEOPLE, "touchpoints": TOUCHES} | more).items():
        found[name] = [*found.get(name, []), *rows]
    return found


def workspace(folder: Path, rows: dict[str, Any] | None = None, **display: Any) -> Workspace:
    """Return a workspace on a store that holds a book; its clock stands still."""
    return Workspace(
        store=stored(folder / "book.db", World(rows if rows is not None else book())),
        clock=FixedClock(NOW),
        config=Config(
            display=Display(**display),
            sync=Syncing(automatic=False),
            keys=MappingProxyType({}),
        ),
        zone=ZoneInfo("Europe/Berlin"),
    )


def with_keys(made: Workspace, **keys: str) -> Workspace:
    """Return a workspace whose user has keys of their own."""
    return replace(made, config=replace(made.config, keys=MappingProxyType(keys)))


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until every job has delivered and the screen is drawn."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys and wait after each for what it sets going, as a person does."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


async def typed(pilot: Pilot[Any], text: str) -> None:
    """Type a text into whatever has the keys."""
    names = {
        " ": "space", ",": "comma", "+": "plus", ">": "greater_than_sign", "/": "slash",
        ".": "full_stop", "!": "exclamation_mark", ":": "colon", "<": "less_than_sign",
    }  # fmt: skip
    await pilot.press(*(names.get(char, char) for char in text))
    await settled(pilot)


Story = Callable[[Any, Pilot[Any]], Awaitable[None]]


def play(made: Workspace, story: Story, size: tuple[int, int] = (120, 36)) -> None:
    """Open the workbench on a workspace, let a story happen in it, and close the store."""
    app = WorkbenchApp(made)
    run(app, story, size)
    made.store.close()


def run(app: App[Any], story: Story, size: tuple[int, int] = (120, 36)) -> None:
    """Run an app headless and let a story happen in it."""

    async def whole() -> None:
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await story(app, pilot)

    asyncio.run(whole())


def seen(app: App[Any]) -> str:
    """Return the characters on the screen."""
    width, height = app.size
    lines = app.screen._compositor.render_strips()
    del width, height
    return "\n".join(strip.text for strip in lines)
