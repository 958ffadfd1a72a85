"""Every scenario of the agenda model through the real store and the use cases."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.builders import World
from tests.expectations import check
from tests.storing import keep_rows, stored

from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.errors import InputError
from csmdesk.usecases import agenda, dispositions, touchpoints
from csmdesk.usecases.workspace import Workspace

FIXTURES = sorted((Path(__file__).parents[1] / "data" / "agenda").glob("*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_scenario_gives_the_list_it_tells_from_the_store(path: Path, tmp_path: Path) -> None:
    story = json.loads(path.read_text(encoding="utf-8"))
    world = World(story["book"])
    store = stored(tmp_path / "store.db", world)
    try:
        stage = Stage(
            Workspace(
                store, FixedClock(datetime.fromisoformat(story["as_of"])), Config(), world.zone
            )
        )
        check(stage.look(story["as_of"]), story["expect"])
        for step in story["steps"]:
            if step.get("refused"):
                before = stage.look(step["as_of"])
                with pytest.raises(InputError):
                    stage.act(step)
                assert stage.look(step["as_of"]) == before
            else:
                stage.act(step)
            if "expect" in step:
                check(stage.look(step["as_of"]), step["expect"])
    finally:
        store.close()


class Stage:
    """A store on which the steps of a scenario are played."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def look(self, as_of: str) -> dict[str, Any]:
        return agenda.document(agenda.today(self.workspace, datetime.fromisoformat(as_of)))

    def act(self, step: dict[str, Any]) -> None:
        now, account = datetime.fromisoformat(step["as_of"]), step.get("account_id", "")
        types, reason = step.get("types", ()), step.get("reason")
        match step["do"]:
            case "import":
                keep_rows(self.workspace.store, step["book"])
            case "log":
                touchpoints.log(self.workspace, account, step["line"], now)
            case "snooze":
                until = date.fromisoformat(step["until"])
                decided = dispositions.snooze(
                    self.workspace, account, until, types=types, reason=reason, now=now
                )
                causes = dispositions.document(decided)["causes"]
                for type_, day in step.get("sleeps_until", {}).items():
                    asleep = [cause for cause in causes if cause["type"] == type_]
                    assert {cause["until"] for cause in asleep} == {day}
                    assert {cause["shortened"] for cause in asleep} == {day != step["until"]}
            case "done":
                dispositions.done(self.workspace, account, types=types, reason=reason, now=now)
            case "dismiss":
                dispositions.dismiss(self.workspace, account, types=types, reason=reason, now=now)
            case "agenda":
                pass
            case other:
                raise AssertionError(other)
