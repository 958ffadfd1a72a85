"""Mending in the Outbox: `u` takes back what was just done, and the cursor stays in place."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.rows import put
from tests.tui.test_outbox_screen import tied
from tests.tui.worlds import NOW, play, press, seen, typed, workspace
from textual.pilot import Pilot

from csmdesk.store.tables.machinery import ConflictRow
from csmdesk.usecases import editing, outbox, timeline
from csmdesk.usecases.workspace import Workspace


def edited(folder: Path, state: str = "failed") -> Workspace:
    """Return a workspace with a call that waits and a changed domain in some state."""
    made = tied(folder)
    editing.change(made, "account", "acme", {"domain": "good.example"}, NOW)
    with made.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = ?, last_error_class = 'refused', last_error = 'No.',"
            " sent_at = created_at, attempts = 1 WHERE kind = 'update'",
            (state,),
        )
    return made


def in_conflict(folder: Path) -> Workspace:
    """Return the same, whose domain was changed there as well."""
    made = edited(folder, "conflict")
    with made.store.writing() as connection:
        put(
            connection,
            ConflictRow(
                id="both",
                connection="hubspot:1",
                entity="account",
                local_id="acme",
                field="domain",
                base=None,
                local="good.example",
                remote="other.example",
                found_at="2026-03-09T08:00:00Z",
            ),
        )
    return made


def states(made: Workspace) -> list[str]:
    return [item.state for item in outbox.items(made, everything=True)]


def domain(made: Workspace) -> str | None:
    return next(
        each.value
        for each in editing.editable(made, "account", "acme")
        if each.field.name == "domain"
    )


def texts(made: Workspace) -> list[str | None]:
    return [one.text for one in timeline.timeline(made, "acme", made.now())]


def told(app: Any) -> str:
    """What stands beside the list."""
    return " ".join((app.screen.copied() or "").split())


async def log(app: Any, pilot: Pilot[Any], words: str) -> None:
    """Log something in this session, which an older `u` would fall through to."""
    app.screen.list.move_to_key("acme")
    await press(pilot, "l")
    await typed(pilot, words)
    await press(pilot, "enter", "6", "g")


def test_undo_after_a_cancel_takes_the_cancel_back_and_no_note(tmp_path: Path) -> None:
    made = edited(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await log(app, pilot, "c worried about price")
        before = states(made)
        assert "failed" in before
        await press(pilot, "x", "y")
        assert (states(made).count("cancelled"), domain(made)) == (1, None)
        assert "u undoes" in app.said.text
        await press(pilot, "u")
        assert (states(made), domain(made)) == (before, "good.example")
        assert "worried about price" in texts(made)
        assert app.said.text.startswith("Taken back: it was refused")

    play(made, story)


def test_undo_after_a_cancel_that_something_happened_to_changes_nothing(tmp_path: Path) -> None:
    made = edited(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await log(app, pilot, "c worried about price")
        await press(pilot, "x", "y")
        editing.change(made, "account", "acme", {"domain": "newer.example"}, NOW)
        before = states(made)
        await press(pilot, "u")
        assert "Something has happened to it since" in app.said.text
        assert (states(made), domain(made)) == (before, "newer.example")
        assert "worried about price" in texts(made)

    play(made, story)


def test_undo_after_trying_again_and_after_a_repair_takes_those_back(tmp_path: Path) -> None:
    made = edited(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await log(app, pilot, "c worried about price")
        before = states(made)
        await press(pilot, "r")
        assert "failed" not in states(made)
        await press(pilot, "u")
        assert states(made) == before
        await press(pilot, "e")
        await typed(pilot, "best.example")
        await press(pilot, "enter")
        assert domain(made) == "best.example"
        await press(pilot, "u")
        assert (states(made)[: len(before)], domain(made)) == (before, "good.example")
        assert "worried about price" in texts(made)

    play(made, story)


@pytest.mark.parametrize("key", ["less_than_sign", "greater_than_sign", "x"])
def test_undo_after_a_conflict_was_settled_opens_it_again(tmp_path: Path, key: str) -> None:
    made = in_conflict(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await log(app, pilot, "c worried about price")
        await press(pilot, key)
        if key == "x":
            await press(pilot, "y")
        assert "Settled" in app.said.text
        await press(pilot, "u")
        assert "waits for your word again" in app.said.text
        assert domain(made) == "good.example"
        assert "worried about price" in texts(made)

    play(made, story)


def test_giving_ours_up_in_a_conflict_is_said_and_asked_first(tmp_path: Path) -> None:
    made = in_conflict(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "g")
        assert "x asks, then takes theirs" in told(app)
        await press(pilot, "x")
        assert "Not send ours? The CRM's domain stands." in seen(app)
        await press(pilot, "n")
        assert "conflict" in states(made)
        await press(pilot, "x", "y")
        assert domain(made) == "other.example"

    play(made, story)


def under_cursor(app: Any) -> Any:
    return app.screen.list.rows.at(app.screen.list.cursor_index)


def test_after_a_repair_the_cursor_is_on_what_takes_its_place(tmp_path: Path) -> None:
    made = edited(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "g", "e")
        await typed(pilot, "best.example")
        await press(pilot, "enter")
        head = under_cursor(app).head
        assert (head.state, head.payload["fields"]) == ("pending", {"domain": "best.example"})

    play(made, story)


def test_after_a_cancel_the_cursor_stays_at_its_place(tmp_path: Path) -> None:
    made = edited(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "g", "x", "y")
        assert app.screen.list.cursor_index == 0
        head = under_cursor(app).head
        assert (head.state, head.kind) == ("pending", "create")

    play(made, story)


def test_a_field_that_was_given_up_is_not_said_to_be_a_log(tmp_path: Path) -> None:
    made = edited(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "g", "x", "y", "G", "e")
        assert app.said.text == (
            "It was given up and is not sent; change the field on the account's page again to"
            " send it."
        )

    play(made, story)


def test_the_panel_offers_only_what_can_be_done(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "g")
        assert "failed, was refused; retry, edit or cancel it" in told(app)

    play(edited(tmp_path), story)


def test_a_field_that_arrived_says_where_it_is_changed(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "G", "e")
        assert "e on the account's page changes it again" in app.said.text

    play(edited(tmp_path, "done"), story)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
@pytest.mark.parametrize("world", [edited, in_conflict])
def test_help_is_always_in_the_bottom_line(
    tmp_path: Path, size: tuple[int, int], world: Any
) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "g")
        assert "? help" in seen(app).split("\n")[-1]

    play(world(tmp_path), story, size)


def many_sent(folder: Path) -> Workspace:
    """Return a workspace with one refused field and seven touches that arrived."""
    from csmdesk.usecases import touchpoints

    made = edited(folder)
    for number in range(6):
        touchpoints.log(made, "acme", f"c ana 20m talk {number}", NOW)
    with made.store.writing() as connection:
        connection.execute("UPDATE outbox SET state = 'done' WHERE kind <> 'update'")
    return made


def test_what_was_sent_is_folded_into_one_line(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "7 sent in the last day · enter shows them" in seen(app)
        assert "talk 3" not in seen(app)
        await press(pilot, "G", "x")
        assert app.said.text == "These are settled: enter shows them one by one."
        await press(pilot, "enter")
        assert "talk 3" in seen(app)
        assert "enter hides them" in seen(app)
        await press(pilot, "enter")
        assert "talk 3" not in seen(app)
        await press(pilot, "slash")
        await typed(pilot, "talk")
        assert "talk 3" in seen(app)

    play(many_sent(tmp_path), story)


def test_what_is_given_up_last_leaves_the_cursor_on_the_folded_line(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "g", "x", "y")
        assert "7 sent, 1 cancelled in the last day · enter shows them" in seen(app)
        await press(pilot, "u")
        assert "1 needs you" in seen(app)

    play(many_sent(tmp_path), story)


def test_what_waits_is_written_to_a_file_that_was_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    made = edited(tmp_path)
    there = tmp_path / "csmdesk-outbox-2026-03-09.json"
    there.write_text("kept")
    new = tmp_path / "csmdesk-outbox-2026-03-09-2.json"

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "E", "enter")
        assert app.said.text == f"3 items written to {new}"
        assert (json.loads(new.read_text()), new.stat().st_mode & 0o777) == (
            outbox.export(made),
            0o600,
        )
        await press(pilot, "E")
        await typed(pilot, str(there))
        assert "that file is there already: give another name" in seen(app)
        await press(pilot, "enter")
        assert app.screen.bar is not None
        assert there.read_text() == "kept"

    play(made, story)


def test_nothing_is_written_where_nothing_waits(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "E export" not in seen(app)
        await press(pilot, "E")
        assert app.said.text == "Nothing waits for the CRM, so there is nothing to write."

    play(workspace(tmp_path), story)


def test_the_palette_writes_what_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "colon")
        await typed(pilot, "export")
        await press(pilot, "enter", "enter")
        assert "3 items written to" in app.said.text

    play(edited(tmp_path), story)
