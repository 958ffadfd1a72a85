"""Every scenario of the agenda model, from records to the document, with the exact numbers."""

import json
from dataclasses import replace
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.builders import World, record
from tests.expectations import check

from csmdesk.domain.agenda import decide
from csmdesk.domain.agenda.assess import assess
from csmdesk.domain.agenda.document import agenda_document
from csmdesk.domain.agenda.rank import rank
from csmdesk.domain.agenda.reduce import reduce_busy, reduce_ledger
from csmdesk.domain.records import NextStep, Touchpoint
from csmdesk.errors import InputError

FIXTURES = sorted((Path(__file__).parents[2] / "data" / "agenda").glob("*.json"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_scenario_gives_the_list_it_tells(path: Path) -> None:
    story = json.loads(path.read_text(encoding="utf-8"))
    stage = Stage(story["book"])
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


def test_a_line_says_where_each_fact_is_from() -> None:
    story = json.loads(FIXTURES[-1].read_text(encoding="utf-8"))
    items = Stage(story["book"]).look(story["as_of"])["items"]
    lines = {item["account_id"]: item["line"] for item in items}
    assert lines["oscorp"].endswith("[log]")
    assert "[contract]" in lines["massive"]
    assert "[people]" in lines["techcorp"]
    assert "[usage]" in lines["techcorp"]


class Stage:
    """A book in memory on which the steps of a scenario are played."""

    def __init__(self, book: dict[str, Any]) -> None:
        self.world = World(book)
        self.numbers = count(1)

    def look(self, as_of: str) -> dict[str, Any]:
        moment = self.world.moment(datetime.fromisoformat(as_of))
        ledger = self.world.ledger
        return agenda_document(
            rank(reduce_ledger(ledger, moment), reduce_busy(ledger, moment), moment)
        )

    def act(self, step: dict[str, Any]) -> None:
        match step["do"]:
            case "import":
                self.world.add(step["book"])
            case "log":
                self.log(step)
            case "snooze" | "done" | "dismiss":
                self.decide(step)
            case "agenda":
                pass
            case other:
                raise AssertionError(other)

    def log(self, step: dict[str, Any]) -> None:
        moment = self.world.moment(datetime.fromisoformat(step["as_of"]))
        touch: Touchpoint = record(Touchpoint, {"id": f"L-{next(self.numbers)}"} | step["makes"])
        if touch.type in ("qbr", "ebr") and not any(s.side == "us" for s in touch.next_steps):
            due = moment.workdays.next(moment.day_of(touch.at))
            recap = NextStep(id=f"{touch.id}-1", text="Send the recap", side="us", due_on=due)
            touch = replace(touch, next_steps=(*touch.next_steps, recap))
        self.world.put("touchpoints", touch)

    def decide(self, step: dict[str, Any]) -> None:
        moment = self.world.moment(datetime.fromisoformat(step["as_of"]))
        facts = reduce_ledger(self.world.ledger, moment)
        one = next(assess(row, moment) for row in facts if row.id == step["account_id"])
        types, reason = step.get("types", ()), step.get("reason")
        if step["do"] == "snooze":
            until = date.fromisoformat(step["until"])
            decided = decide.snooze(one, moment, until, types, reason)
        elif step["do"] == "done":
            decided = decide.done(one, moment, types, reason)
        else:
            decided = decide.dismiss(one, moment, reason, types)
        for type_, day in step.get("sleeps_until", {}).items():
            asleep = [cause for cause in decided.causes if cause.signal.type == type_]
            assert {str(cause.until) for cause in asleep} == {day}
            assert {cause.shortened for cause in asleep} == {day != step["until"]}
        ids = (f"D-{next(self.numbers)}" for _ in decided.causes)
        for row in decided.dispositions(ids, moment):
            self.world.put("dispositions", row)
        for cause in decided.causes:
            if decided.action == "done":
                self.close(cause.signal.type, cause.signal.subject, moment.today)

    def close(self, type_: str, subject: str, today: date) -> None:
        lists = self.world.lists
        if type_ == "task":
            self.world.put("tasks", replace(lists["tasks"][(subject,)], done_on=today))
        elif type_ in ("meeting", "review"):
            self.world.put("meetings", replace(lists["meetings"][(subject,)], prep="ready"))
        elif type_ == "promise":
            for touch in list(lists["touchpoints"].values()):
                steps = tuple(
                    replace(one, done_on=today) if one.id == subject else one
                    for one in touch.next_steps
                )
                self.world.put("touchpoints", replace(touch, next_steps=steps))
