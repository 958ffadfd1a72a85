"""Taking things back: a refusal loses nothing, and every question names what it is about."""

from pathlib import Path
from typing import Any

from tests.tui.test_first_screen import EMPTY
from tests.tui.test_outbox_screen import tied
from tests.tui.worlds import play, press, seen, typed, workspace
from textual.pilot import Pilot

from csmdesk.usecases import day_plan, dispositions, outbox, timeline
from csmdesk.usecases.workspace import Workspace


def arrive(made: Workspace) -> None:
    """Have everything in the outbox arrive at the CRM."""
    with made.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = 'done', remote_id = '900' || seq, done_at = created_at,"
            " sent_at = created_at"
        )


def removals(made: Workspace) -> list[str]:
    return [item.summary for item in outbox.items(made) if item.kind == "delete"]


def texts(made: Workspace) -> list[str | None]:
    return [one.text for one in timeline.timeline(made, "acme", made.now())]


async def log_and_arrive(made: Workspace, pilot: Pilot[Any]) -> None:
    await press(pilot, "j", "l")
    await typed(pilot, "c worried about price")
    await press(pilot, "enter")
    arrive(made)


def test_a_refusal_leaves_the_action_to_be_taken_back(tmp_path: Path) -> None:
    made = tied(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await log_and_arrive(made, pilot)
        named = "Archive the call with Acme of 09:00 “worried about price” in HubSpot too?"
        for refusal in ("n", "escape"):
            await press(pilot, "u")
            assert named in seen(app)
            await press(pilot, refusal)
            assert app.said.text == "Nothing was undone."
            assert "worried about price" in texts(made)
            assert not removals(made)
        await press(pilot, "u")
        assert named in seen(app)
        await press(pilot, "y")
        assert "worried about price" not in texts(made)
        assert len(removals(made)) == 1

    play(made, story)


def test_asking_twice_takes_the_action_back_once(tmp_path: Path) -> None:
    made = tied(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await log_and_arrive(made, pilot)
        await press(pilot, "u")
        await press(pilot, "u")
        await press(pilot, "y")
        assert len(removals(made)) == 1
        await press(pilot, "u")
        assert "All of this session is taken back." in seen(app)
        assert "“renewal is fine”" in seen(app)

    play(made, story)


def test_after_a_restart_the_question_names_the_touch_and_what_the_crm_is_told(
    tmp_path: Path,
) -> None:
    made = tied(tmp_path)
    arrive(made)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "u")
        text = " ".join(seen(app).split())
        assert "Nothing was done since the start." in text
        assert "the call with Acme of 09:00 “renewal is fine”, and archive it in HubSpot?" in text
        await press(pilot, "n")
        assert not removals(made)
        await press(pilot, "u", "y")
        assert len(removals(made)) == 1
        assert "HubSpot is told at the next sync" in app.said.text

    play(made, story, (80, 24))


def test_after_a_restart_what_never_left_is_named_as_such(tmp_path: Path) -> None:
    made = tied(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "u")
        assert "It never left." in seen(app)
        assert "HubSpot" not in seen(app)
        await press(pilot, "y")
        assert "renewal is fine" not in texts(made)
        assert not outbox.items(made)

    play(made, story)


def test_what_is_sent_while_the_question_stands_is_not_archived_unasked(tmp_path: Path) -> None:
    made = tied(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "u")
        arrive(made)
        await press(pilot, "y")
        assert not removals(made)
        assert "u asks again" in app.said.text

    play(made, story)


def test_after_a_restart_a_decision_is_named(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    dispositions.dismiss(made, "acme", reason="known")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "u")
        assert "Take back the dismissal of Acme" in " ".join(seen(app).split())
        await press(pilot, "y")
        assert "shown again" in app.said.text

    play(made, story)


def test_after_a_restart_a_change_of_the_plan_is_named(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    day_plan.unplan(made, "acme")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "u")
        text = " ".join(seen(app).split())
        assert "Take back that Acme was taken out of today's plan, at 09:00?" in text
        await press(pilot, "n")
        assert day_plan.planned(made, app.today())
        await press(pilot, "u", "y")
        assert app.said.text == "Took back that Acme was taken out of today's plan."
        assert day_plan.planned(made, app.today()) == ()
        assert "acme" in app.screen.view.planned

    play(made, story)


def test_after_a_restart_planning_anew_is_named(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    day_plan.accept(made)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "u")
        assert "Take back that today was planned anew, at 09:00?" in " ".join(seen(app).split())

    play(made, story)


def test_a_change_of_the_plan_is_taken_back_once(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    dispositions.dismiss(made, "acme", reason="known")

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("globex")
        await press(pilot, "minus", "r", "u", "u")
        assert app.said.text == "Globex is back in today's plan."
        await press(pilot, "u")
        assert "Take back the dismissal of Acme" in " ".join(seen(app).split())

    play(made, story)


def test_a_change_that_was_made_over_elsewhere_is_left_alone(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        app.screen.list.move_to_key("globex")
        await press(pilot, "minus")
        day_plan.unplan(made, "acme")
        before = day_plan.planned(made, app.today())
        await press(pilot, "u")
        assert "changed again since" in app.said.text
        assert day_plan.planned(made, app.today()) == before

    play(made, story)


def test_nothing_to_take_back_is_said_without_a_question(tmp_path: Path) -> None:
    async def story(app: Any, pilot: Pilot[Any]) -> None:
        await press(pilot, "u")
        assert app.screen.bar is None
        assert "nothing to undo" in app.said.text

    play(workspace(tmp_path, EMPTY), story)
