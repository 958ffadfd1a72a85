"""The book on the command line: in, out, and everything that can be wrong with it."""

import json
import stat

import pytest
from tests.cli.program import BOOK, MONDAY, Program, is_one_error


def test_the_same_file_twice_changes_nothing_the_second_time(csmdesk: Program) -> None:
    first = csmdesk.load(BOOK)
    exported = csmdesk("export").out
    second = csmdesk.load(BOOK)
    assert (first.code, second.code) == (0, 0)
    assert first.out == second.out == ""
    assert "new" in first.err
    assert "new" not in second.err
    assert csmdesk("export").out == exported


def test_what_was_exported_comes_out_the_same_from_an_empty_store(csmdesk: Program) -> None:
    csmdesk.with_book()
    out = csmdesk.folder / "out.json"
    assert csmdesk("export", "--out", str(out)).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    other = csmdesk.folder / "other.db"
    assert csmdesk("import", str(out), "--as-of", MONDAY, store=other).code == 0
    assert csmdesk("export", store=other).out.encode() == out.read_bytes()


def test_a_file_is_not_replaced_unasked(csmdesk: Program) -> None:
    csmdesk.with_book()
    out = csmdesk.write("out.json", "precious")
    outcome = csmdesk("export", "--out", str(out))
    assert outcome.code == 1
    assert is_one_error(outcome, "--force")
    assert out.read_text() == "precious"
    assert csmdesk("export", "--out", str(out), "--force").code == 0


def test_every_problem_of_a_bad_book_is_told_and_nothing_changed(csmdesk: Program) -> None:
    csmdesk.with_book()
    before = csmdesk("export").out
    bad = {
        **BOOK,
        "nonsense": 1,
        "accounts": [{"id": "A-1", "name": ""}, {"id": "A-7", "name": "x", "owner_id": "U-9"}],
    }
    outcome = csmdesk.load(bad, "bad.json")
    assert outcome.code == 1
    assert outcome.out == ""
    lines = outcome.err.splitlines()
    assert lines[0].startswith("error: ")
    assert "bad.json" in lines[0]
    assert any("nonsense" in line for line in lines[1:])
    assert any("U-9" in line for line in lines[1:])
    assert csmdesk("export").out == before


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"format": "other"}'])
def test_a_file_that_is_no_book_is_told(csmdesk: Program, content: bytes) -> None:
    file = csmdesk.write("no-book.json", content)
    outcome = csmdesk("import", str(file))
    assert outcome.code == 1
    assert outcome.err.startswith("error: ")
    assert "Traceback" not in outcome.err


def test_a_file_that_is_not_there_is_told(csmdesk: Program) -> None:
    outcome = csmdesk("import", str(csmdesk.folder / "gone.json"))
    assert outcome.code == 1
    assert is_one_error(outcome, "gone.json")


def test_a_touch_later_than_the_clock_is_refused(csmdesk: Program) -> None:
    touch = {"id": "T-9", "account_id": "A-1", "type": "call", "at": "2026-03-10T10:00:00Z"}
    outcome = csmdesk.load({**BOOK, "touchpoints": [touch]})
    assert outcome.code == 1
    assert "touchpoints" in outcome.err


def test_the_zone_is_resolved_once_and_stays_with_the_book(
    csmdesk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert csmdesk("agenda").code == 0
    monkeypatch.setenv("TZ", "America/New_York")
    assert csmdesk("export").document["timezone"] == "Asia/Tokyo"


def test_the_schema_is_a_json_schema(csmdesk: Program) -> None:
    schema = csmdesk.bare("schema").document
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(json.dumps(BOOK)))


def test_settings_of_a_book_hold_for_that_book(csmdesk: Program) -> None:
    csmdesk.with_book({"settings": {"agenda.focus_share": 100}})
    capacity = csmdesk("agenda", "--as-of", MONDAY, "--json").document["capacity"]
    assert capacity["capacity_minutes"] == capacity["free_minutes"]
