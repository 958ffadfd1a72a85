"""Saying in the Outbox which record of the CRM a touch is."""

from pathlib import Path
from typing import Any

from tests.sync.office import office
from tests.tui.worlds import play, press, seen, settled, typed
from textual.pilot import Pilot

from csmdesk.usecases import outbox


def test_a_record_of_another_time_is_shown_and_linked_after_a_yes(tmp_path: Path) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        call = {"hs_call_title": "Kick-off", "hs_timestamp": "2026-01-12T10:00:00Z"}
        record = crm.ask("POST", "/crm/objects/2026-09/calls", {"properties": call})["id"]
        crm.fault("invalid", path="/calls/batch/upsert", method="POST", times=None)
        op_id = desk.log("Alder Freight", "c Ana 25m fine").op_ids[0]

        async def story(app: Any, pilot: Pilot[Any]) -> None:
            await press(pilot, "6")
            await settled(pilot)
            await press(pilot, "L")
            await typed(pilot, f"https://app.hubspot.com/record/{record}/?a=b#c")
            assert f"it is record {record}" in seen(app)
            await press(pilot, "enter")
            await settled(pilot)
            shown = " ".join(seen(app).split())
            assert "the call “Kick-off” of 12 Jan 2026" in shown
            assert "csmdesk outbox link" not in shown
            assert outbox.get(desk.workspace, op_id).state == "failed"
            await press(pilot, "y")
            await settled(pilot)
            assert "Linked with the call “Kick-off”" in " ".join(seen(app).split())
            assert outbox.get(desk.workspace, op_id).remote_id == record
            await press(pilot, "u")
            await settled(pilot)
            assert "which u does not undo" in app.said.text
            assert app.screen.bar is None
            await press(pilot, "u")
            await settled(pilot)
            assert "What you linked it with stays in HubSpot" in " ".join(seen(app).split())

        play(desk.workspace, story)
