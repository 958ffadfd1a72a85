"""Changing fields and texts on an account's page, and settling what both sides changed."""

from datetime import UTC
from pathlib import Path
from typing import Any

from tests.rows import put
from tests.tui.test_outbox_screen import tied
from tests.tui.worlds import NOW, play, press, seen, settled, typed
from textual.pilot import Pilot

from csmdesk.store.encoding import instant_text
from csmdesk.store.tables.machinery import RemoteLinkRow
from csmdesk.usecases import conflicts, editing, outbox
from csmdesk.usecases.workspace import Workspace

LATER = instant_text(NOW.astimezone(UTC))


def known(folder: Path) -> Workspace:
    """Return a workspace whose Acme and its people are records of a CRM."""
    made = tied(folder)
    with made.store.writing() as connection:
        put(
            connection,
            RemoteLinkRow(
                connection="hubspot:1",
                object_type="contact",
                remote_id="88",
                entity="contact",
                local_id="C-raj",
                modified_at=LATER,
                seen_at=LATER,
            ),
        )
    return made


def disputed(folder: Path, *, text: bool = False) -> Workspace:
    """Return a workspace in which both sides changed Raj's title, or the text of a touch."""
    made = known(folder)
    if text:
        touch = outbox.items(made)[0].local_id
        with made.store.writing() as connection:
            connection.execute(
                "UPDATE outbox SET state = 'done', remote_id = '99', sent_at = ?", (LATER,)
            )
        change = {"text": "renewal is fine\nThey want SSO in April."}
        editing.change(made, "touchpoint", touch, change, NOW)
        about, values = (
            ("touchpoint", touch, "text"),
            (
                "renewal is fine",
                change["text"],
                "renewal is fine\nRaj asks for a security review first.",
            ),
        )
    else:
        editing.change(made, "contact", "C-raj", {"title": "CIO"}, NOW)
        about, values = ("contact", "C-raj", "title"), ("CTO", "CIO", "VP Engineering")
    from csmdesk.store.commands import edits

    with made.store.writing() as connection:
        edits.note_conflict(connection, "X-1", "hubspot:1", about, values, NOW.astimezone(UTC))
        connection.execute("UPDATE outbox SET state = 'conflict' WHERE base IS NOT NULL")
    return made


def title(made: Workspace) -> Any:
    """The title Raj has here."""
    with made.store.reading() as connection:
        return connection.execute("SELECT title FROM contacts WHERE id = 'C-raj'").fetchone()[0]


def test_a_field_is_picked_changed_shown_and_taken_back(tmp_path: Path) -> None:
    made = known(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "e")
        await typed(pilot, "title raj")
        await press(pilot, "enter")
        assert "CTO, as it is" in seen(app)
        await press(pilot, "ctrl+u")
        await typed(pilot, "CIO")
        assert "CTO → CIO · also in the CRM" in seen(app)
        await press(pilot, "enter")
        assert "Title of Raj Patel is CIO. Queued for the CRM. u undoes." in app.said.text
        assert "Raj Patel, CIO" in seen(app)
        await press(pilot, "u")
        assert "Raj Patel, CTO" in seen(app)
        assert [each.kind for each in outbox.items(made)].count("update") == 0

    play(made, story)


def test_a_field_the_crm_has_no_place_for_says_so(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "e")
        await typed(pilot, "segment")
        await press(pilot, "enter")
        assert app.screen.bar is None
        assert "The CRM has no property for the segment" in app.said.text

    play(known(tmp_path), story)


def test_a_judgement_of_ones_own_is_kept_here(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "e")
        await typed(pilot, "forecast")
        await press(pilot, "enter")
        await typed(pilot, "maybe")
        assert "The forecast is one of commit" in seen(app)
        await press(pilot, "ctrl+u")
        await typed(pilot, "at risk")
        await press(pilot, "enter")
        assert "is at risk. u undoes." in app.said.text

    play(known(tmp_path), story)


def test_the_text_of_a_touch_is_written_anew(tmp_path: Path) -> None:
    made = known(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "tab", "e")
        assert "What you noted on 09 Mar" in seen(app)
        await typed(pilot, " for now")
        await press(pilot, "escape")
        assert outbox.items(made)[0].payload["text"] == "renewal is fine"
        await press(pilot, "e")
        assert "renewal is fine for now" in seen(app)
        await press(pilot, "ctrl+s")
        assert outbox.items(made)[0].payload["text"] == "renewal is fine for now"
        assert "What you noted is changed. Queued for the CRM." in app.said.text
        await press(pilot, "u")
        assert outbox.items(made)[0].payload["text"] == "renewal is fine"

    play(made, story)


def test_what_came_with_a_book_is_not_changed_here(tmp_path: Path) -> None:
    made = known(tmp_path)
    with made.store.writing() as connection:
        connection.execute("UPDATE touchpoints SET origin = 'imported' WHERE id = 'T-acme-last'")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter", "tab")
        await press(pilot, "slash")
        await typed(pilot, "rollout")
        await press(pilot, "enter", "e")
        assert "comes from an imported book" in app.said.text
        await press(pilot, "slash", "ctrl+u")
        await typed(pilot, "health")
        await press(pilot, "enter", "e")
        assert "Only what you logged yourself" in app.said.text

    play(made, story)


def test_a_conflict_is_shown_side_by_side_and_ends_with_one_key(tmp_path: Path) -> None:
    made = disputed(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        await press(pilot, "6")
        text = seen(app)
        assert "1 waits for your word" in text
        assert "Raj Patel: title CIO or VP Engin" in text
        assert any("CIO" in row and "│ VP Engineering" in row for row in text.split("\n"))
        await press(pilot, "less_than_sign")
        assert title(made) == "VP Engineering"
        assert "Settled: title of Raj Patel. Theirs stands. u undoes." in app.said.text
        await press(pilot, "u")
        assert title(made) == "CIO"
        assert len(conflicts.conflicts(made)) == 1
        await press(pilot, "g", "equals_sign")
        assert "cannot be one" in app.said.text
        await press(pilot, "greater_than_sign")
        assert conflicts.conflicts(made) == ()
        (item,) = [each for each in outbox.items(made) if each.kind == "update"]
        assert (item.state, item.payload) == ("pending", {"fields": {"title": "CIO"}})

    play(made, story)


def test_a_conflict_is_shown_and_settled_on_the_accounts_page(tmp_path: Path) -> None:
    made = disputed(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        text = seen(app)
        assert "title of Raj Patel" in text
        assert any("CIO" in row and "│ VP Engineering" in row for row in text.split("\n"))
        assert "> ours  < theirs" in text
        assert "= both" not in text
        await press(pilot, "tab", "less_than_sign")
        assert "Both sides changed the title" in app.said.text
        assert title(made) == "CIO"
        await press(pilot, "less_than_sign")
        assert title(made) == "VP Engineering"
        assert "Theirs stands. u undoes." in app.said.text
        assert "│ VP Engineering" not in seen(app)
        assert "> ours" not in seen(app)
        await press(pilot, "greater_than_sign")
        assert "Both sides agree on everything of this account." in app.said.text

    play(made, story)


def test_texts_are_settled_on_the_accounts_page_as_well(tmp_path: Path) -> None:
    made = disputed(tmp_path, text=True)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "j", "enter")
        assert "both in one" in seen(app)
        await press(pilot, "equals_sign")
        assert "Both in one is queued for the CRM. u undoes until it is sent." in app.said.text
        assert conflicts.conflicts(made) == ()

    play(made, story, (80, 24))


def test_texts_are_merged_in_the_users_own_words(tmp_path: Path) -> None:
    made = disputed(tmp_path, text=True)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "both in one" in seen(app)
        await press(pilot, "e")
        await typed(pilot, " Both.")
        await press(pilot, "ctrl+s")
        (item,) = [each for each in outbox.items(made) if each.kind == "update"]
        assert item.payload["fields"]["text"] == (
            "renewal is fine\nThey want SSO in April.\nRaj asks for a security review first. Both."
        )

    play(made, story)


def test_a_key_for_conflicts_says_when_there_is_none(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "greater_than_sign")
        assert "Both sides agree" in app.said.text

    play(known(tmp_path), story)


def test_the_page_says_of_a_changed_field_that_the_crm_has_another_value(tmp_path: Path) -> None:
    made = known(tmp_path)
    editing.change(made, "contact", "C-raj", {"title": "CIO"}, NOW)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("acme")
        await press(pilot, "enter")
        shown = " ".join(seen(app).split())
        assert "title of Raj Patel: CIO ↑ queued, the CRM has CTO" in shown
        # The call that waits is marked too, where it is told lately.
        assert "call with Ana Silva ↑ queued renewal is fine" in shown
        with made.store.writing() as connection:
            connection.execute("UPDATE outbox SET state = 'failed' WHERE base IS NOT NULL")
        app.book_changed()
        await settled(pilot)
        shown = " ".join(seen(app).split())
        assert "CIO ▲ failed, the CRM has CTO; 6 repairs it" in shown

    play(made, story)
