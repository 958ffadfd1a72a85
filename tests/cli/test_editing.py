"""`edit`, and settling on the command line what both sides changed."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.program import Program, is_one_error
from tests.cli.test_crm import CONNECT
from tests.sandbox.running import TOKEN, Sandbox, sandbox
from tests.sync.office import BOOK


@pytest.fixture
def tied(
    csmdesk: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Program, Sandbox]]:
    """Give the command line on a store that is connected and has been synced once."""
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    with sandbox(tmp_path / "crm", BOOK) as running:
        assert csmdesk(*CONNECT, "--base-url", running.url, "--yes").code == 0
        assert csmdesk("sync").code == 0
        yield csmdesk, running


def contact_there(crm: Sandbox, first: str = "Bo") -> str:
    """The id of a contact at the CRM."""
    records = crm.crm.state.records["contacts"].values()
    return next(str(each.id) for each in records if each.properties.get("firstname") == first)


def change_there(crm: Sandbox, **properties: str) -> None:
    """Change a contact as a colleague would."""
    path = f"/crm/objects/2026-09/contacts/{contact_there(crm)}"
    crm.ask("PATCH", path, {"properties": properties})


def test_fields_are_changed_and_sent(tied: tuple[Program, Sandbox]) -> None:
    csmdesk, crm = tied
    outcome = csmdesk("edit", "birch", "--person", "bo", "title=CIO", "phone=+49 30 1")
    assert outcome.code == 0, outcome.err
    assert "Bo Hall: title CTO → CIO" in outcome.out
    assert "Bo Hall: phone empty → +49 30 1" in outcome.out
    assert "queued for the CRM" in outcome.out
    assert csmdesk("sync").code == 0
    properties = crm.crm.state.records["contacts"][int(contact_there(crm))].properties
    assert (properties["jobtitle"], properties["phone"]) == ("CIO", "+49 30 1")
    done = csmdesk("outbox", "--all").out
    assert "Bo Hall: title CIO, phone +49 30 1" in done


def test_contract_fields_mean_the_only_contract(tied: tuple[Program, Sandbox]) -> None:
    csmdesk, _ = tied
    made = csmdesk("edit", "alder", "arr=51000", "forecast=at risk", "--json").document
    assert [each["field"] for each in made["changes"]] == ["arr", "forecast"]
    assert len(made["outbox"]) == 1
    assert is_one_error(csmdesk("edit", "alder", "arr=1", "segment=high"), "two commands")
    assert is_one_error(csmdesk("edit", "birch", "arr=1"), "no contract")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("birch", "segment=huge"), ("segment is one of",)),
        (("birch", "colour=red"), ("no field", "segment")),
        (("birch", "title=CEO"), ("--person",)),
        (("birch", "--person", "zed", "title=CEO"), ("no person",)),
        (("birch", "--touch", "T-9", "text=x"), ("no touch",)),
    ],
)
def test_what_cannot_be_changed_is_refused(
    tied: tuple[Program, Sandbox], arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert is_one_error(tied[0]("edit", *arguments), *words)


def test_a_change_without_a_value_is_wrong_usage(csmdesk: Program) -> None:
    assert csmdesk("edit", "birch", "segment").code == 2


def test_undo_takes_an_unsent_edit_back(tied: tuple[Program, Sandbox]) -> None:
    csmdesk, _ = tied
    csmdesk("edit", "birch", "--person", "bo", "title=CIO")
    outcome = csmdesk("undo")
    assert (outcome.code, "edit" in outcome.out, "title" in outcome.out) == (0, True, True)
    assert "nothing" in csmdesk("outbox").out.lower()


def test_a_book_alone_cannot_be_edited_but_a_judgement_can(csmdesk: Program) -> None:
    csmdesk.with_book()
    assert is_one_error(csmdesk("edit", "A-1", "segment=high"), "imported book")
    outcome = csmdesk("edit", "A-1", "forecast=commit")
    assert (outcome.code, "kept here" in outcome.out) == (0, True)


@pytest.mark.parametrize(("how", "there"), [("ours", "CIO"), ("theirs", "Chair")])
def test_a_conflict_is_shown_side_by_side_and_settled(
    tied: tuple[Program, Sandbox], how: str, there: str
) -> None:
    csmdesk, crm = tied
    csmdesk("edit", "birch", "--person", "bo", "title=CIO")
    change_there(crm, jobtitle="Chair")
    outcome = csmdesk("sync")
    assert (outcome.code, "1 to settle" in outcome.out) == (4, True)
    shown = csmdesk("outbox", "conflicts").out
    assert re.search(r"before +CTO\n +ours +CIO\n +theirs +Chair", shown)
    key = shown.split()[0]
    assert csmdesk("outbox", "list").out.count(key) >= 1
    assert [each["ours"] for each in csmdesk("outbox", "conflicts", "--json").document] == ["CIO"]
    assert csmdesk("outbox", "export").document[0]["conflict"]["theirs"] == "Chair"
    page = csmdesk("account", "birch").out
    assert (
        f"Both sides changed the title of Bo Hall; csmdesk outbox settle {key} ours|theirs" in page
    )
    assert csmdesk("outbox", "settle", key, how).code == 0
    assert "outbox settle" not in csmdesk("account", "birch").out
    assert csmdesk("sync").code == 0
    properties = crm.crm.state.records["contacts"][int(contact_there(crm))].properties
    assert properties["jobtitle"] == there
    people = csmdesk("account", "birch", "--json").out
    assert there in people
    assert csmdesk("outbox", "conflicts", "--json").document == []


def test_cancelling_a_field_shows_the_value_of_the_crm_again(
    tied: tuple[Program, Sandbox],
) -> None:
    csmdesk, _ = tied
    csmdesk("edit", "birch", "--person", "bo", "title=CIO")
    (item,) = csmdesk("outbox", "--json").document
    assert "title: CIO" in csmdesk("outbox", "show", item["op_id"]).out
    assert csmdesk("outbox", "edit", item["op_id"], "CFO").code == 0
    assert "CFO" in csmdesk("account", "birch", "--json").out
    assert csmdesk("outbox", "cancel", item["op_id"]).code == 0
    people = csmdesk("account", "birch", "--json").out
    assert ("CTO" in people, "CFO" in people) == (True, False)
