"""The outbox as a user has it: what waits, what it says, changing one's mind."""

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.rows import put
from tests.tui.worlds import NOW, play, press, seen, settled, typed, workspace
from textual.pilot import Pilot

from csmdesk.errors import InputError
from csmdesk.store.commands.connections import pause
from csmdesk.store.commands.sync import begin_run, end_run
from csmdesk.store.queries.sync import A_COPY
from csmdesk.store.tables.machinery import ConnectionRow, RemoteLinkRow
from csmdesk.usecases import mending, outbox, touchpoints
from csmdesk.usecases.workspace import Workspace

NOON = NOW.replace(hour=12)


def tied(folder: Path) -> Workspace:
    """Return a workspace whose Acme is a company of a CRM, with one call waiting to be sent."""
    made = workspace(folder)
    at = NOW.astimezone(UTC).isoformat()
    with made.store.writing() as connection:
        put(
            connection,
            ConnectionRow(
                key="hubspot:1",
                crm="hubspot",
                base_url="https://x",
                portal_name="Example portal",
                created_at=at,
            ),
        )
        put(
            connection,
            RemoteLinkRow(
                connection="hubspot:1",
                object_type="company",
                remote_id="77",
                entity="account",
                local_id="acme",
                seen_at=at,
            ),
        )
    touchpoints.log(made, "acme", "c ana 20m renewal is fine", NOW)
    return made


def test_what_waits_is_listed_with_what_will_be_sent(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        text = seen(app)
        assert "1 item waiting for Example portal" in text
        assert "renewal is fine" in text
        assert "link to the company: queued" in text
        assert "↑ 1 queued" in text

    play(tied(tmp_path), story)


def test_the_text_can_be_changed_before_it_is_sent(tmp_path: Path) -> None:
    made = tied(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "e")
        await typed(pilot, "renewal is at risk")
        await press(pilot, "enter")
        assert outbox.items(made)[0].payload["text"] == "renewal is at risk"

    play(made, story)


def test_an_item_is_given_up_only_after_a_question(tmp_path: Path) -> None:
    made = tied(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "x", "n")
        assert outbox.items(made)
        await press(pilot, "x", "y")
        assert not outbox.items(made)
        assert "Nothing is waiting" in seen(app)

    play(made, story)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("done", "Already in the CRM"),
        ("cancelled", "It was given up and is not sent"),
        ("sending", "It is being sent at this moment"),
    ],
)
def test_a_key_that_comes_too_late_says_why_and_asks_nothing(
    tmp_path: Path, state: str, words: str
) -> None:
    made = tied(tmp_path)
    with made.store.writing() as connection:
        connection.execute("UPDATE outbox SET state = ?", (state,))

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        for key in ("x", "r", "e", "L"):
            app.say("")
            await press(pilot, key)
            assert app.screen.bar is None
            assert words in app.said.text
            if state == "done":
                way = "e on its account's Timeline changes it" if key == "e" else "u takes it back"
                assert way in app.said.text

    play(made, story)


def test_the_bottom_line_offers_only_what_works_on_the_item(tmp_path: Path) -> None:
    made = tied(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        bottom = seen(app).split("\n")[-1]
        assert "x cancel" in bottom
        assert "> ours" not in bottom
        with made.store.writing() as connection:
            connection.execute("UPDATE outbox SET state = 'done', sent_at = created_at")
        app.book_changed(own=True)
        await press(pilot, "g")
        bottom = seen(app).split("\n")[-1]
        assert "enter details" in bottom
        assert not any(key in bottom for key in ("r retry", "e edit", "x cancel", "L link"))

    play(made, story)


def test_what_is_said_inside_the_outbox_does_not_send_one_to_it(tmp_path: Path) -> None:
    made = tied(tmp_path)
    op_id = outbox.items(made)[0].op_id
    mending.cancel(made, op_id)
    with pytest.raises(InputError) as caught:
        mending.cancel(made, op_id)
    assert "csmdesk outbox" not in caught.value.line
    made.store.close()


def test_a_sync_without_a_way_to_the_crm_says_so(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "S")
        assert "No CRM is connected" in app.said.text

    play(workspace(tmp_path), story)


def in_doubt(folder: Path, state: str, why: str) -> Workspace:
    """Return the same, whose call was sent without anybody knowing what became of it."""
    made = tied(folder)
    with made.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = ?, last_error_class = ?, sent_at = ?, not_before = ?"
            " WHERE kind = 'create'",
            (state, why, NOW.astimezone(UTC).isoformat(), (NOW + timedelta(minutes=1)).isoformat()),
        )
    return made


def test_trying_what_is_in_doubt_again_looks_for_it(tmp_path: Path) -> None:
    made = in_doubt(tmp_path, "uncertain", "doubt")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "r")
        assert app.said.text == "It is looked for now; S syncs, u undoes until then."
        assert "looked for at the next sync" in seen(app)
        assert outbox.items(made)[0].state == "uncertain"
        assert outbox.items(made)[0].not_before is None

    play(made, story)


def test_what_failed_and_may_be_there_is_tried_again_after_a_question(tmp_path: Path) -> None:
    made = in_doubt(tmp_path, "failed", "several")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "r")
        assert "1 needs you" in seen(app)
        assert "on the way" not in seen(app)
        assert "▲ 1 needs you" in seen(app).split("\n")[0]
        assert "It may already be in the CRM" in seen(app)
        await press(pilot, "n")
        assert outbox.items(made)[0].state == "failed"
        await press(pilot, "r", "y")
        assert outbox.items(made)[0].state == "uncertain"

    play(made, story)


def test_giving_up_what_was_sent_without_an_answer_says_that_it_may_be_there(
    tmp_path: Path,
) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "looked for after" in seen(app)
        await press(pilot, "x")
        assert "It may be in the CRM already." in seen(app)

    play(in_doubt(tmp_path, "uncertain", "doubt"), story)


def test_a_link_that_failed_is_given_up_while_the_call_stays(tmp_path: Path) -> None:
    made = tied(tmp_path)
    with made.store.writing() as connection:
        connection.execute("UPDATE outbox SET state = 'done', sent_at = created_at")
        connection.execute(
            "UPDATE outbox SET state = 'failed', last_error_class = 'refused'"
            " WHERE kind = 'associate'"
        )

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6", "x", "y")
        states = [item.state for item in outbox.items(made, everything=True)]
        assert states == ["done", "cancelled"]
        assert "Nothing is waiting" in seen(app)

    play(made, story)


def test_a_copy_sends_nothing_until_the_user_says_so(tmp_path: Path) -> None:
    made = tied(tmp_path)
    with made.store.writing() as connection:
        begin_run(connection, "run", "hubspot:1", A_COPY, NOW)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "sending held" in seen(app).split("\n")[0]
        assert "not sent from this copy: S" in seen(app)
        await press(pilot, "S")
        assert "Is the other one not used any more?" in seen(app)
        await press(pilot, "escape")
        assert app.screen.bar is None

    play(made, story)


def test_the_top_line_says_that_records_are_missing(tmp_path: Path) -> None:
    made = tied(tmp_path)
    with made.store.writing() as connection:
        begin_run(connection, "run", "hubspot:1", "here", NOW)
        end_run(connection, "run", "needs_user", {"missing": {"contact": "60 of 90 left."}}, NOW)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert "records missing" in seen(app).split("\n")[0]
        with made.store.writing() as connection:
            begin_run(connection, "next", "hubspot:1", "here", NOW)
            end_run(connection, "next", "finished", {"missing": {}}, NOW)
        app.sync.refresh()
        await settled(pilot)
        assert "records missing" not in seen(app).split("\n")[0]

    play(made, story)


def test_the_page_of_an_account_that_left_keeps_what_was_written(tmp_path: Path) -> None:
    made = tied(tmp_path)
    with made.store.writing() as connection:
        connection.execute("UPDATE accounts SET state = 'archived' WHERE id = 'acme'")
        connection.execute("UPDATE remote_links SET state = 'archived' WHERE local_id = 'acme'")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert "Acme" not in seen(app)
        await press(pilot, "colon")
        await typed(pilot, "acme")
        (entry,) = app.screen.query_one("#picks").rows.entries
        assert (entry.name, entry.words) == ("Acme", "no longer in the CRM")
        await press(pilot, "enter")
        top = seen(app).split("\n")[:4]
        assert any("No longer in the CRM since 9 Mar 2026" in row for row in top)
        assert any("what you wrote is kept" in row for row in top)
        await press(pilot, "tab")
        assert "renewal is fine" in seen(app)
        await press(pilot, "l")
        assert "no longer in the CRM; what you wrote is kept" in app.said.text
        assert app.screen.bar is None

    play(made, story)


def test_a_sync_while_the_crm_asks_to_wait_says_until_when_and_is_asked_for_twice(
    tmp_path: Path,
) -> None:
    made = tied(tmp_path)
    until = (NOON + timedelta(hours=12, minutes=1)).astimezone(UTC)
    with made.store.writing() as connection:
        pause(connection, "hubspot:1", "The allowance for today is used up.", until)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        assert "sync paused" in seen(app).split("\n")[0]
        await press(pilot, "S")
        assert app.said.text == (
            "The allowance for today is used up. Sync rests until Tue 10 Mar 00:01."
            " S again tries now."
        )
        await press(pilot, "S")
        assert "No CRM is connected" in app.said.text

    play(made, story)


def test_what_was_logged_is_attached_to_another_account_and_taken_back(tmp_path: Path) -> None:
    made = tied(tmp_path)
    with made.store.writing() as connection:
        put(
            connection,
            RemoteLinkRow(
                connection="hubspot:1",
                object_type="company",
                remote_id="78",
                entity="account",
                local_id="globex",
                seen_at=NOW.astimezone(UTC).isoformat(),
            ),
        )

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "6")
        assert "A attach" in seen(app)
        await press(pilot, "A")
        await typed(pilot, "globex")
        await press(pilot, "enter")
        assert app.said.text == (
            "“Call with Acme: renewal is fine” is with Globex now. S sends it; u undoes until then."
        )
        assert "Call with Globex" in seen(app)
        await press(pilot, "u")
        assert "Call with Acme" in seen(app)
        assert {item.account_id for item in outbox.items(made)} == {"acme"}

    play(made, story)
