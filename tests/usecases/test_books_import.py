"""Importing: all or nothing, whole rows by id, twice is once, nothing leaves."""

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.book.documents import Document, documents, encoded, full

from csmdesk.book.reading import read_book
from csmdesk.book.records import contents_of
from csmdesk.clock import FixedClock
from csmdesk.config import Config
from csmdesk.errors import BookInvalid, InputError
from csmdesk.store.database import open_store
from csmdesk.usecases import books
from csmdesk.usecases.books import ImportReport
from csmdesk.usecases.workspace import Workspace

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
PORTAL = "hubspot:1"


def workspace(path: Path, *, timezone: str | None = None) -> Workspace:
    """Return a workspace on a store of its own."""
    return Workspace(
        store=open_store(path),
        clock=FixedClock(NOW),
        config=Config(timezone=timezone),
        zone=ZoneInfo(timezone or "Europe/Berlin"),
    )


def take(world: Workspace, *documents: object, now: datetime = NOW) -> ImportReport:
    """Import documents as files."""
    paths = []
    for number, document in enumerate(documents):
        path = world.store.path.parent / f"book-{number}.json"
        path.write_bytes(document if isinstance(document, bytes) else encoded(document))
        paths.append(path)
    return books.import_book(world, paths, now=now)


def partial(**lists: Any) -> Document:
    """Return a book that holds only these keys."""
    return {"format": "csmdesk-book", "version": 1, **lists}


def exported(world: Workspace) -> Document:
    """Return the export as JSON values."""
    document: Document = json.loads(books.export_book(world))
    return document


def value(world: Workspace, sql: str) -> Any:
    """Return the first value of a query."""
    with world.store.reading() as connection:
        return connection.execute(sql).fetchone()[0]


def problems(world: Workspace, *documents: object, now: datetime = NOW) -> tuple[str, ...]:
    """Import what must be refused; return what was told. Nothing may have changed."""
    before = books.export_book(world)
    with pytest.raises(BookInvalid) as caught:
        take(world, *documents, now=now)
    assert books.export_book(world) == before
    return caught.value.problems


def test_what_went_in_comes_out_and_goes_into_another_store_the_same(tmp_path: Path) -> None:
    first, second = workspace(tmp_path / "a.db"), workspace(tmp_path / "b.db")
    take(first, full())
    out = books.export_book(first)
    assert (
        contents_of(read_book(out)).touchpoints
        == contents_of(read_book(encoded(full()))).touchpoints
    )
    take(second, out)
    assert books.export_book(second) == out


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(documents(), st.randoms(use_true_random=False))
def test_any_book_survives_export_and_import_byte_for_byte(
    tmp_path: Path, document: Document, dice: Any
) -> None:
    name = f"{dice.getrandbits(64):x}"
    first, second = workspace(tmp_path / f"{name}-1.db"), workspace(tmp_path / f"{name}-2.db")
    try:
        report = take(first, document)
        assert (report.changed, report.same) == (0, 0)
        out = books.export_book(first)
        take(second, out)
        assert books.export_book(second) == out
        again = take(first, document)
        assert (again.added, again.changed) == (0, 0)
        assert books.export_book(first) == out
    finally:
        for world in (first, second):
            world.store.close()
            world.store.path.unlink()


def test_the_same_file_twice_changes_nothing_in_the_file(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    added = take(world, full()).added
    before = books.export_book(world)
    report = take(world, full())
    assert (report.added, report.changed, report.same) == (0, 0, added)
    assert books.export_book(world) == before


def test_a_row_replaces_the_whole_row_with_its_nested_lists(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    touch = {"id": "T-1", "account_id": "A-2", "type": "call", "at": "2026-03-01T09:00:00Z"}
    step = {"id": "N-9", "text": "new", "side": "us"}
    contact = {"id": "C-1", "account_id": "A-2", "name": "Dana"}
    plan = {**full()["plans"][0], "objectives": [{"id": "J-1", "title": "Other"}]}
    subscription = {**full()["subscriptions"][0]}
    for key in ("ramp", "breaks", "forecast"):
        del subscription[key]
    report = take(
        world,
        partial(
            touchpoints=[{**touch, "next_steps": [step]}],
            contacts=[contact],
            plans=[plan],
            subscriptions=[subscription],
        ),
    )
    assert (report.added, report.changed) == (0, 4)
    out = exported(world)
    assert out["touchpoints"] == [{**touch, "next_steps": [step]}]
    assert out["contacts"][0] == contact
    assert out["plans"][0]["objectives"] == [{"id": "J-1", "title": "Other"}]
    assert "ramp" not in out["subscriptions"][1]
    assert "forecast" not in out["subscriptions"][1]
    assert value(world, "SELECT count(*) FROM milestones") == 0


def test_rows_that_a_file_does_not_name_stay(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    before = exported(world)
    take(world, partial(accounts=[{"id": "A-3", "name": "Third"}]))
    after = exported(world)
    assert [row["id"] for row in after.pop("accounts")] == ["A-1", "A-2", "A-3"]
    before.pop("accounts")
    assert after == before


def test_a_natural_key_replaces_its_row(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    row = {"account_id": "A-2", "metric": "active_users", "on": "2026-03-08", "value": 7}
    take(world, partial(measurements=[row]))
    assert exported(world)["measurements"][1] == {**row, "value": "7"}


def test_holidays_and_settings_are_replaced_only_when_given(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    take(world, partial(accounts=[]))
    assert len(exported(world)["holidays"]) == 2
    take(world, partial(holidays=["2026-05-01"], settings={}))
    assert exported(world)["holidays"] == ["2026-05-01"]
    assert "settings" not in exported(world)


def test_references_resolve_against_the_store_too(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    task = {"id": "W-7", "account_id": "A-2", "title": "Call"}
    (line,) = problems(world, partial(tasks=[task]))
    assert line.startswith('tasks[0].account_id: "A-2": expected an id in accounts')
    take(world, full())
    take(world, partial(tasks=[task]))
    assert {row["id"] for row in exported(world)["tasks"]} == {"W-1", "W-7"}


def test_a_later_file_may_refer_to_an_earlier_one(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    account = partial(accounts=[{"id": "A-9", "name": "Nine"}])
    task = partial(tasks=[{"id": "W-7", "account_id": "A-9", "title": "Call"}])
    assert problems(world, task, account)
    assert take(world, account, task).added == 2


def test_one_bad_file_of_two_changes_nothing(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    assert problems(world, full(), partial(accounts=[{"id": "A-9"}]))


def test_a_nested_id_of_another_row_is_not_taken(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    touch = {"id": "T-2", "account_id": "A-2", "type": "note", "at": "2026-03-01T09:00:00Z"}
    touch["next_steps"] = [{"id": "N-1", "text": "mine", "side": "us"}]
    (line,) = problems(world, partial(touchpoints=[touch]))
    assert line.startswith('touchpoints[0].next_steps[0].id: "N-1": expected an id that no other')
    given_up = {**full()["touchpoints"][0], "next_steps": []}
    take(world, partial(touchpoints=[touch, given_up]))
    assert [len(row.get("next_steps", ())) for row in exported(world)["touchpoints"]] == [0, 1]


def test_a_touch_later_than_the_clock_is_refused(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    earlier = datetime(2026, 2, 27, 7, tzinfo=UTC)
    lines = problems(world, full(), now=earlier)
    assert [line.split(":")[0] for line in lines] == ["touchpoints[0].at"]


def test_the_users_own_zone_decides_what_day_it_is(tmp_path: Path) -> None:
    late = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    book = partial(timezone="UTC", accounts=[{"id": "A", "name": "x"}])
    ended = {"id": "S", "account_id": "A", "start_on": "2025-01-01", "auto_renew": False}
    book["subscriptions"] = [{**ended, "status": "ended", "ended_on": "2026-03-10"}]
    assert problems(workspace(tmp_path / "a.db"), book, now=late)
    take(workspace(tmp_path / "b.db", timezone="Europe/Berlin"), book, now=late)


def test_outside_text_is_cleaned_on_the_way_in(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    book = full()
    book["accounts"][1]["name"] = "\x1b]0;pwned\x07two\nlines\u202e"
    book["accounts"][1]["notes"] = "one\r\ntwo\x00"
    book["touchpoints"][0]["next_steps"][0]["text"] = "send\tit\x9b"
    book["accounts"][1]["tags"] = ["a\x07", "\ud800"]
    take(world, json.dumps(book).encode())
    out = exported(world)
    assert out["accounts"][1]["name"] == "]0;pwnedtwo lines\ufffd"
    assert out["accounts"][1]["notes"] == "one\ntwo"
    assert out["accounts"][1]["tags"] == ["a", "\ufffd"]
    assert out["touchpoints"][0]["next_steps"][0]["text"] == "send it"


def test_the_only_user_is_me_and_the_zone_is_remembered(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, partial(users=[{"id": "U", "name": "Ana"}]))
    assert exported(world)["me"] == "U"
    assert exported(world)["timezone"] == "Europe/Berlin"
    take(world, partial(users=[{"id": "V", "name": "Bo"}], timezone="UTC"))
    assert exported(world)["me"] == "U"
    assert exported(world)["timezone"] == "UTC"


def tied(world: Workspace) -> None:
    """Let a connection own what the store has of account A-2, as after a pull."""
    with world.store.writing() as connection:
        for table in ("accounts", "contacts", "subscriptions", "meetings", "tickets", "tasks"):
            connection.execute(f"UPDATE {table} SET source = ?", (PORTAL,))  # noqa: S608
        connection.execute("UPDATE measurements SET source = ?", (PORTAL,))
        connection.execute("UPDATE health_records SET source = ?", (PORTAL,))
        connection.execute(
            "INSERT INTO activities (id, source, state, account_id, type, at)"
            " VALUES ('call-1', ?, 'active', 'A-2', 'call', '2026-03-01T09:00:00.000000Z')",
            (PORTAL,),
        )


def test_of_a_connections_row_an_import_takes_only_what_is_authored(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    tied(world)
    book = copy.deepcopy(full())
    book["accounts"][1] |= {"name": "Other", "notes": "mine", "tags": []}
    book["contacts"][0] |= {"name": "Other", "influence": 1}
    book["subscriptions"][0] |= {"arr": 1, "forecast": "at_risk"}
    book["meetings"][0] |= {"title": "Other", "prep": "started"}
    book["tickets"][0] |= {"subject": "Other"}
    book["tasks"][0] |= {"title": "Other", "done_on": "2026-03-09"}
    book["measurements"][0] |= {"value": 1}
    book["health"][1] |= {"score": 1}
    step = {"id": "N-7", "text": "agreed", "side": "us"}
    book["touchpoints"].append(
        {"id": "call-1", "account_id": "A-2", "type": "note", "at": "2026-03-02T09:00:00Z"}
        | {"text": "not mine", "next_steps": [step]}
    )
    take(world, book)
    out = exported(world)
    account, contact, contract = out["accounts"][1], out["contacts"][0], out["subscriptions"][1]
    assert (account["name"], account["notes"], "tags" in account) == ("Ελένη & Sons", "mine", False)
    assert (contact["name"], contact["influence"]) == ("Dana Ruiz", 1)
    assert (contract["arr"], contract["forecast"]) == ("45000.5", "at_risk")
    assert (out["meetings"][0]["title"], out["meetings"][0]["prep"]) == ("Review", "started")
    assert out["tickets"][0]["subject"] == "Down"
    assert (out["tasks"][0]["title"], out["tasks"][0]["done_on"]) == ("Quote", "2026-03-09")
    assert out["measurements"][1]["value"] == "0.1"
    assert [row["score"] for row in out["health"]] == ["57.5", "40"]
    call = next(row for row in out["touchpoints"] if row["id"] == "call-1")
    assert call == {
        "id": "call-1",
        "account_id": "A-2",
        "type": "call",
        "at": "2026-03-01T09:00:00Z",
        "next_steps": [step],
    }
    assert take(world, book).changed == 0


def test_an_import_queues_nothing_and_computes_nothing(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    tied(world)
    take(world, full())
    assert value(world, "SELECT count(*) FROM outbox") == 0
    assert value(world, "SELECT count(*) FROM health_scores") == 1


def test_an_export_holds_no_reference_to_what_is_out_of_sight(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, full())
    with world.store.writing() as connection:
        connection.execute("UPDATE contacts SET state = 'merged' WHERE id = 'C-1'")
        connection.execute("UPDATE users SET state = 'no_access'")
        connection.execute("UPDATE accounts SET state = 'merged' WHERE id = 'A-1'")
    read_book(books.export_book(world))
    out = exported(world)
    assert out["touchpoints"][0]["attendee_ids"] == ["C-2"]
    assert "reports_to_id" not in out["contacts"][0]
    assert "me" not in out
    with world.store.writing() as connection:
        connection.execute("UPDATE accounts SET state = 'archived'")
    read_book(books.export_book(world))
    assert {row["crm_state"] for row in exported(world)["accounts"]} == {"archived"}
    with world.store.writing() as connection:
        connection.execute("UPDATE accounts SET state = 'merged'")
    assert set(exported(world)) <= {
        *("format", "version", "timezone", "base_currency", "settings", "holidays", "rates"),
        "meetings",  # a block of one's own time has no account
    }


def test_a_fraction_in_the_settings_stays_a_number(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    take(world, partial(settings={"agenda.value_knots": [[0, 70], [5000, 80.10]]}))
    assert exported(world)["settings"] == {"agenda.value_knots": [[0, 70], [5000, 80.1]]}
    stored = value(world, "SELECT settings FROM book_info")
    assert stored == '{"agenda.value_knots":[[0,70],[5000,80.1]]}'


def test_settings_that_nobody_could_start_with_are_refused(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    wrong = {"agenda.focus_share": "much", "agenda.nothing": 1, "display.thme": "x", "sync.x": 0}
    lines = problems(world, partial(settings={**wrong, "agenda.weights": [100, 25, 10]}))
    assert [line.split(":")[0] for line in lines] == [f"settings.{name}" for name in wrong]


def test_progress_counts_up_to_all_rows(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    path = tmp_path / "book.json"
    path.write_bytes(encoded(full()))
    seen: list[tuple[int, int, str]] = []
    report = books.import_book(
        world, [path], now=NOW, progress=lambda done, total, what: seen.append((done, total, what))
    )
    rows = [(done, total) for done, total, what in seen if what != "checking"]
    assert rows == sorted(rows)
    assert rows[-1] == (report.added, report.added)


def test_a_file_that_cannot_be_read_is_told_plainly(tmp_path: Path) -> None:
    world = workspace(tmp_path / "a.db")
    with pytest.raises(InputError, match=r"nowhere.json cannot be read: no such file"):
        books.import_book(world, [tmp_path / "nowhere.json"], now=NOW)
    with pytest.raises(InputError, match="is a directory"):
        books.import_book(world, [tmp_path], now=NOW)
