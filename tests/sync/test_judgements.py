"""What is expected of a renewal, where the portal has a property for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.changing import change_there, conflicts, contract, edit, remote_of, there
from tests.sync.office import Desk, office

from csmdesk.usecases import conflicts as conflict_usecase

DEFINITION = {
    "name": "forecast_category",
    "label": "Renewal forecast",
    "groupName": "dealinformation",
    "type": "enumeration",
    "fieldType": "select",
    "options": [
        {"label": label, "value": value, "displayOrder": place}
        for place, (value, label) in enumerate(
            [("c1", "Commit"), ("b2", "Best case"), ("AT_RISK", "At risk")]
        )
    ],
}


@pytest.fixture
def desk_and_crm(tmp_path: Path) -> Iterator[tuple[Sandbox, Desk]]:
    """A desk tied to a portal with a forecast and a likelihood on its renewal deals."""
    with office(tmp_path) as (crm, desk):
        crm.ask("POST", "/crm/properties/2026-09/deals", DEFINITION)
        number = {**DEFINITION, "name": "renewal_likelihood", "label": "Likelihood", "options": []}
        number |= {"type": "number", "fieldType": "number"}
        crm.ask("POST", "/crm/properties/2026-09/deals", number)
        desk.connect()
        desk.sync()
        yield crm, desk


def judgement(desk: Desk) -> Any:
    """Forecast and likelihood as they are here."""
    return desk.rows("SELECT forecast, likelihood FROM renewal_judgements")


def test_what_the_crm_says_is_taken_where_nothing_is_said_here(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    deal = remote_of(desk, contract(desk))
    change_there(crm, "deals", deal, forecast_category="AT_RISK", renewal_likelihood="40.0")
    assert desk.sync().exit_code == 0
    assert judgement(desk) == [("at_risk", 40)]
    change_there(crm, "deals", deal, renewal_likelihood="60")
    desk.sync()
    assert judgement(desk) == [("at_risk", 60)]
    assert desk.states() == []


def test_ours_is_sent_as_the_option_that_means_it(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    made = edit(desk, "subscription", contract(desk), forecast="best case", likelihood="55")
    assert len(made.op_ids) == 1
    assert desk.sync().exit_code == 0
    held = there(
        crm, "deals", remote_of(desk, contract(desk)), "forecast_category", "renewal_likelihood"
    )
    assert (held["forecast_category"], held["renewal_likelihood"]) == ("b2", "55")
    assert desk.sync().exit_code == 0
    assert judgement(desk) == [("best_case", 55)]
    assert desk.one("SELECT last_error FROM outbox") is None
    change_there(crm, "deals", remote_of(desk, contract(desk)), forecast_category="c1")
    assert desk.sync().exit_code == 0
    assert judgement(desk) == [("commit", 55)]


@pytest.mark.parametrize(("how", "here"), [("ours", 70), ("theirs", 20)])
def test_both_sides_said_something_else(
    desk_and_crm: tuple[Sandbox, Desk], how: Any, here: int
) -> None:
    crm, desk = desk_and_crm
    which = contract(desk)
    deal = remote_of(desk, which)
    edit(desk, "subscription", which, likelihood="70")
    change_there(crm, "deals", deal, renewal_likelihood="20")
    assert desk.sync().exit_code == 4
    assert conflicts(desk) == [("subscription", "likelihood", None, "70", "20")]
    (found,) = conflict_usecase.conflicts(desk.workspace)
    conflict_usecase.settle(desk.workspace, found.id, how, desk.clock.now())
    assert desk.sync().exit_code == 0
    held = there(crm, "deals", deal, "renewal_likelihood")
    assert (judgement(desk)[0][1], held["renewal_likelihood"]) == (here, str(here))


@pytest.mark.parametrize("how", ["ours", "theirs"])
def test_what_was_judged_before_the_portal_had_a_place_is_asked_about(
    tmp_path: Path, how: Any
) -> None:
    with office(tmp_path) as (crm, desk):
        desk.sync()
        which = contract(desk)
        with desk.store.writing() as connection:
            connection.execute(
                "INSERT INTO renewal_judgements (subscription_id, forecast) VALUES (?, 'commit')",
                (which,),
            )
        crm.ask("POST", "/crm/properties/2026-09/deals", DEFINITION)
        desk.connect()
        deal = remote_of(desk, which)
        change_there(crm, "deals", deal, forecast_category="AT_RISK")
        assert desk.sync().exit_code == 4
        assert conflicts(desk) == [("subscription", "forecast", None, "commit", "at_risk")]
        (found,) = conflict_usecase.conflicts(desk.workspace)
        conflict_usecase.settle(desk.workspace, found.id, how, desk.clock.now())
        assert desk.sync().exit_code == 0
        held = there(crm, "deals", deal, "forecast_category")["forecast_category"]
        ends = {"ours": ("commit", "c1"), "theirs": ("at_risk", "AT_RISK")}[how]
        assert (judgement(desk)[0][0], held) == ends
        assert desk.sync().exit_code == 0


def test_a_word_of_the_portals_own_changes_nothing(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    edit(desk, "subscription", contract(desk), likelihood="70")
    desk.sync()
    change_there(crm, "deals", remote_of(desk, contract(desk)), renewal_likelihood="170")
    assert desk.sync().exit_code == 0
    assert judgement(desk) == [(None, 70)]
