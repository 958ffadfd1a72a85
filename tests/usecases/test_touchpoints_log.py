"""Logging a line: everything it brings about is there afterwards, in one transaction."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.acme import NOW, PORTAL, acme, link, meeting, numbered
from tests.rows import put

from csmdesk.errors import AmbiguousName, InputError, StoreUnusable, UnknownAccount
from csmdesk.store.tables.authored import StakeholderRow
from csmdesk.store.tables.mirror import ContactRow
from csmdesk.usecases.drafts import LOG_BAR, draft, drafts, drop_draft, save_draft
from csmdesk.usecases.log_lines import line_reader, reading
from csmdesk.usecases.touchpoints import amend, latest_logged, log, undo_log
from csmdesk.usecases.workspace import Workspace


def rows(workspace: Workspace, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with workspace.store.reading() as connection:
        return connection.execute(sql, values).fetchall()


def operations(workspace: Workspace) -> list[dict[str, Any]]:
    names = "kind", "object_type", "payload", "depends_on", "state", "op_id", "remote_id"
    found = rows(workspace, f"SELECT {', '.join(names)} FROM outbox ORDER BY seq")  # noqa: S608
    operations = [dict(zip(names, row, strict=True)) for row in found]
    for operation in operations:
        operation["payload"] = json.loads(operation["payload"])
    return operations


def sentiment(workspace: Workspace, contact_id: str) -> tuple[Any, ...]:
    found = rows(
        workspace, "SELECT sentiment, sentiment_on FROM book_contacts WHERE id = ?", contact_id
    )
    return found[0]


def test_a_line_becomes_a_touch_with_attendees_steps_and_moods(tmp_path: Path) -> None:
    world = acme(tmp_path)
    line = "c Ana, Raj 25m + renew ok if SSO ships > send SSO plan fri"
    logged = log(world, "acme", line, NOW, new_id=numbered())
    assert logged.document() == {
        "touchpoint_id": "id-1",
        "account_id": "acme",
        "type": "call",
        "at": "2026-03-09T09:31:00Z",
        "minutes": 25,
        "attendee_ids": ["ana", "raj"],
        "outcome": "held",
        "sentiment": 1,
        "text": "renew ok if SSO ships",
        "next_steps": [
            {"id": "id-2", "text": "send SSO plan", "side": "us", "due_on": "2026-03-13"}
        ],
        "outbox": [],
    }
    stored = rows(world, "SELECT id, type, at, minutes, user_id, text FROM book_touchpoints")
    at = "2026-03-09T09:31:00.000000Z"
    assert stored == [("id-1", "call", at, 25, "me", "renew ok if SSO ships")]
    attendees = rows(world, "SELECT contact_id FROM book_attendees ORDER BY position")
    assert attendees == [("ana",), ("raj",)]
    steps = rows(world, "SELECT touchpoint_id, account_id, text, side, due_on FROM next_steps")
    assert steps == [("id-1", "acme", "send SSO plan", "us", "2026-03-13")]
    assert sentiment(world, "ana") == sentiment(world, "raj") == (1, "2026-03-09")
    assert logged.observed_ids == ("ana", "raj")
    assert rows(world, "SELECT count(*) FROM outbox") == [(0,)]


def test_a_review_gets_the_recap_on_the_next_working_day_of_the_book(tmp_path: Path) -> None:
    logged = log(acme(tmp_path), "acme", "q 60m Reviewed the goals", NOW)
    (step,) = logged.touch.next_steps
    assert (step.text, step.side, step.due_on) == ("Send the recap", "us", date(2026, 3, 11))


def test_an_unknown_name_waits_to_become_a_contact(tmp_path: Path) -> None:
    world = acme(tmp_path)
    logged = log(world, "acme", 'm raj, @"Lena Berg" intro', NOW)
    assert (logged.touch.attendee_ids, logged.new_names) == (("raj",), ("Lena Berg",))
    assert rows(world, "SELECT name, account_id, settled_at FROM new_contacts") == [
        ("Lena Berg", "acme", None)
    ]


@pytest.mark.parametrize(
    "line", ["i ana - angry", "c ana !noshow - angry", "n ana - angry", "e ana - angry", "c ana hi"]
)
def test_a_mood_is_noted_of_those_met_only(tmp_path: Path, line: str) -> None:
    world = acme(tmp_path)
    assert log(world, "acme", line, NOW).observed_ids == ()
    assert sentiment(world, "ana") == (None, None)


def test_a_mood_does_not_overwrite_a_newer_one(tmp_path: Path) -> None:
    world = acme(tmp_path)
    with world.store.writing() as connection:
        put(connection, StakeholderRow(contact_id="ana", sentiment=2, sentiment_on="2026-03-08"))
    assert log(world, "acme", "c 2026-03-07 ana - angry", NOW).observed_ids == ()
    assert sentiment(world, "ana") == (2, "2026-03-08")
    assert log(world, "acme", "c yesterday ana - angry", NOW).observed_ids == ("ana",)
    assert sentiment(world, "ana") == (-1, "2026-03-08")


def test_a_linked_account_queues_a_creation_and_its_associations(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    logged = log(world, "acme", "c Ana, Raj 25m + renew ok > send plan fri", NOW)
    create, company, contact = operations(world)
    assert logged.op_ids == (create["op_id"], company["op_id"], contact["op_id"])
    assert (create["kind"], create["object_type"], create["state"]) == ("create", "call", "pending")
    assert create["payload"] == {
        "type": "call",
        "at": "2026-03-09T09:31:00.000000Z",
        "minutes": 25,
        "outcome": "held",
        "title": "Call with Acme Corp",
        "text": "renew ok",
    }
    assert company["payload"] == {"to_type": "company", "to_id": "acme"}
    assert contact["payload"] == {"to_type": "contact", "to_id": "ana"}
    for association in (company, contact):
        assert association["kind"] == "associate"
        assert association["depends_on"] == create["op_id"]
    assert rows(world, "SELECT DISTINCT connection, entity, account_id FROM outbox") == [
        (PORTAL, "touchpoint", "acme")
    ]


@pytest.mark.parametrize(
    ("letter", "object_type"),
    [("c", "call"), ("e", "email"), ("s", "note"), ("n", "note")]
    + [(letter, "meeting") for letter in "motqb"],
)
def test_what_each_type_is_at_the_crm(tmp_path: Path, letter: str, object_type: str) -> None:
    world = acme(tmp_path, linked=True)
    log(world, "acme", f"{letter} hello", NOW)
    assert operations(world)[0]["object_type"] == object_type


def test_an_internal_note_never_leaves(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    assert log(world, "acme", "i finance wants a discount", NOW).op_ids == ()
    assert operations(world) == []


def test_an_account_that_is_not_linked_queues_nothing(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    assert log(world, "globex", "c hello", NOW).op_ids == ()


@pytest.mark.parametrize(
    ("meetings", "line", "expected"),
    [
        ([("a", "10:00", "11:00", "call", "planned")], "c hi", "a"),
        ([("a", "10:00", "11:00", "qbr", "planned")], "c hi", None),
        ([("a", "10:00", "11:00", "meeting", "planned")], "o hi", "a"),
        ([("a", "09:00", "09:30", "call", "planned")], "c hi", "a"),
        ([("a", "09:00", "09:30", "call", "held")], "c hi", "a"),
        ([("a", "10:00", "11:00", "call", "held")], "c hi", "a"),
        ([("a", "09:00", "09:30", "call", "canceled")], "c hi", None),
        ([("a", "10:00", "11:00", "call", "no_show")], "c hi", None),
        ([("a", "11:00", "12:00", "call", "planned")], "c hi", None),
        ([("a", "09:00", "11:00", "call", "planned")], "c 08:30 hi", None),
        ([("a", "09:00", "11:00", "call", "planned")], "c yesterday hi", None),
        ([("a", "08:00", "09:00", "call", "planned")], "e<> hi", None),
        (
            [
                ("a", "08:00", "11:00", "call", "planned"),
                ("b", "10:00", "12:00", "call", "planned"),
            ],
            "c hi",
            "b",
        ),
    ],
)
def test_a_touch_is_linked_to_the_meeting_it_is_the_record_of(
    tmp_path: Path, meetings: list[tuple[str, ...]], line: str, expected: str | None
) -> None:
    world = acme(tmp_path)
    with world.store.writing() as connection:
        for id_, start, end, kind, status in meetings:
            meeting(connection, id_, start, end, kind=kind, status=status)
    assert log(world, "acme", line, NOW).touch.meeting_id == expected


def test_a_meeting_that_ended_takes_one_touch_and_a_running_one_several(tmp_path: Path) -> None:
    world = acme(tmp_path)
    with world.store.writing() as connection:
        meeting(connection, "over", "09:00", "09:30", kind="call")
        meeting(connection, "running", "10:00", "11:00", kind="qbr")
    assert [log(world, "acme", "c hi", NOW).touch.meeting_id for _ in range(2)] == ["over", None]
    assert [log(world, "acme", "q hi", NOW).touch.meeting_id for _ in range(2)] == ["running"] * 2


def test_a_touch_in_a_meeting_of_the_crm_updates_that_meeting(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    with world.store.writing() as connection:
        meeting(connection, "weekly", "10:00", "11:00")
        link(connection, "meeting", "meeting", "weekly", "99")
    log(world, "acme", "m Ana 30m went well", NOW)
    (operation,) = operations(world)
    assert (operation["kind"], operation["object_type"]) == ("update", "meeting")
    assert operation["remote_id"] == "99"
    assert operation["payload"] == {"type": "meeting", "outcome": "held", "text": "went well"}


def test_the_default_type_is_the_one_last_used_on_the_account(tmp_path: Path) -> None:
    world = acme(tmp_path)
    assert log(world, "acme", "hello", NOW).touch.type == "call"
    log(world, "acme", "n remember", NOW + timedelta(minutes=1))
    assert log(world, "acme", "hello", NOW + timedelta(minutes=2)).touch.type == "note"
    assert log(world, "globex", "hello", NOW + timedelta(minutes=3)).touch.type == "call"


def test_a_running_call_gives_the_time_and_length_that_the_line_does_not(tmp_path: Path) -> None:
    world = acme(tmp_path)
    log(world, "acme", "n remember", NOW - timedelta(hours=1))
    started = NOW - timedelta(minutes=17, seconds=20)
    touch = log(world, "acme", "ana hello", NOW, started_at=started).touch
    assert (touch.type, touch.minutes, touch.at) == ("call", 17, started.astimezone(UTC))
    touch = log(world, "acme", "9:00 5m hello", NOW, started_at=started).touch
    assert (touch.minutes, touch.at) == (5, datetime(2026, 3, 9, 8, tzinfo=UTC))


def test_outside_text_is_cleaned_before_it_is_kept(tmp_path: Path) -> None:
    world = acme(tmp_path)
    touch = log(world, "acme", "c said\x1b[31m red \u202e and \x00 so", NOW).touch
    assert touch.text is not None
    assert not set("\x1b\u202e\x00") & set(touch.text)


def test_a_long_text_is_kept_whole(tmp_path: Path) -> None:
    text = "word " * 3000
    assert log(acme(tmp_path), "acme", f"c {text}", NOW).touch.text == text.strip()


# What is refused changes nothing.


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "nothing to log"),
        ("c 14:00 hi", "future"),
        ("c 31 feb hi", "31 feb"),
        ("c hi > fri", "needs words"),
        ('c @"Lena hi', "closing quote"),
    ],
)
def test_a_line_that_cannot_be_saved_is_refused_with_what_to_do(
    tmp_path: Path, line: str, said: str
) -> None:
    world = acme(tmp_path, linked=True)
    with pytest.raises(InputError, match=said) as refused:
        log(world, "acme", line, NOW)
    assert refused.value.hint
    assert rows(world, "SELECT count(*) FROM touchpoints") == [(0,)]
    assert operations(world) == []


def test_a_name_that_fits_several_is_refused_with_the_candidates(tmp_path: Path) -> None:
    world = acme(tmp_path)
    with world.store.writing() as connection:
        put(connection, ContactRow(id="ana2", account_id="acme", name="Ana Cruz"))
    with pytest.raises(AmbiguousName) as refused:
        log(world, "acme", "c Ana hi", NOW)
    assert set(refused.value.candidates) == {"ana (Ana Silva)", "ana2 (Ana Cruz)"}


def test_an_unknown_account_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownAccount):
        log(acme(tmp_path), "nobody", "c hi", NOW)


def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    ids = iter(["touch", "step", "op", "op", "op"])
    with pytest.raises(Exception, match="UNIQUE"):
        log(world, "acme", "c Ana + hi > send plan", NOW, new_id=lambda: next(ids))
    for table in ("touchpoints", "touchpoint_attendees", "next_steps", "observations", "outbox"):
        assert rows(world, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
    assert sentiment(world, "ana") == (None, None)


def test_a_full_disk_refuses_the_log_and_keeps_the_draft(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    line = f"c Ana + {'long ' * 9000} > send plan"
    save_draft(world, LOG_BAR, "acme", line, NOW)
    with world.store.writing() as raw:
        (pages,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreUnusable, match="disk is full"):
        log(world, "acme", line, NOW)
    assert rows(world, "SELECT count(*) FROM touchpoints") == [(0,)]
    assert operations(world) == []
    assert len(drafts(world)) == 1
    with world.store.writing() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    log(world, "acme", line, NOW)
    assert drafts(world) == ()


# Changing one's mind.


def test_undoing_what_never_left_restores_everything(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    with world.store.writing() as connection:
        put(connection, StakeholderRow(contact_id="ana", sentiment=2, sentiment_on="2026-02-01"))
    logged = log(world, "acme", "c Ana, @Lena - angry > calm down", NOW)
    assert latest_logged(world) == (logged.touch.id, NOW)
    assert undo_log(world, logged.touch.id, NOW).result == "removed"
    assert sentiment(world, "ana") == (2, "2026-02-01")
    for table in ("touchpoints", "touchpoint_attendees", "next_steps", "new_contacts"):
        assert rows(world, f"SELECT count(*) FROM {table}") == [(0,)]  # noqa: S608
    assert {operation["state"] for operation in operations(world)} == {"cancelled"}
    assert latest_logged(world) is None
    with pytest.raises(InputError):
        undo_log(world, logged.touch.id, NOW)


def test_undoing_leaves_a_mood_that_was_noted_since(tmp_path: Path) -> None:
    world = acme(tmp_path)
    first = log(world, "acme", "c Ana - angry", NOW)
    log(world, "acme", "c Ana + calm", NOW)
    undo_log(world, first.touch.id, NOW)
    assert sentiment(world, "ana") == (1, "2026-03-09")


def send(world: Workspace, state: str) -> None:
    with world.store.writing() as connection:
        connection.execute(
            "UPDATE outbox SET state = ?, sent_at = created_at, "
            "remote_id = CASE kind WHEN 'create' THEN '555' END",
            (state,),
        )


def test_undoing_what_was_sent_asks_and_then_withdraws_it(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    logged = log(world, "acme", "c Ana - angry > calm down", NOW)
    send(world, "done")
    assert undo_log(world, logged.touch.id, NOW).result == "ask"
    assert rows(world, "SELECT count(*) FROM book_touchpoints") == [(1,)]
    undone = undo_log(world, logged.touch.id, NOW, sent_too=True)
    assert undone.result == "withdrawn"
    assert rows(world, "SELECT count(*) FROM book_touchpoints") == [(0,)]
    assert rows(world, "SELECT text FROM touchpoints WHERE withdrawn_at IS NOT NULL") == [
        ("angry",)
    ]
    assert rows(world, "SELECT count(*) FROM next_steps") == [(0,)]
    assert sentiment(world, "ana") == (None, None)
    removal = operations(world)[-1]
    assert (removal["kind"], removal["remote_id"]) == ("delete", "555")
    assert undone.op_ids == (removal["op_id"],)


@pytest.mark.parametrize("state", ["sending", "uncertain"])
def test_what_is_on_its_way_cannot_be_taken_back_yet(tmp_path: Path, state: str) -> None:
    world = acme(tmp_path, linked=True)
    logged = log(world, "acme", "c Ana hi", NOW)
    send(world, state)
    with pytest.raises(InputError, match="on its way"):
        undo_log(world, logged.touch.id, NOW, sent_too=True)
    assert rows(world, "SELECT count(*) FROM book_touchpoints") == [(1,)]


def test_what_the_crm_refused_is_taken_back_like_what_never_left(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    for error_class, result in (("refused", "removed"), ("timeout", "ask")):
        logged = log(world, "acme", "c Ana hi", NOW)
        with world.store.writing() as connection:
            connection.execute(
                "UPDATE outbox SET state = 'failed', sent_at = created_at, last_error_class = ?"
                " WHERE kind = 'create' AND local_id = ?",
                (error_class, logged.touch.id),
            )
        assert undo_log(world, logged.touch.id, NOW).result == result


def test_a_touch_that_has_not_left_can_be_amended(tmp_path: Path) -> None:
    world = acme(tmp_path, linked=True)
    first = log(world, "acme", "c Ana - angry", NOW)
    read = reading(world, "acme", "c yesterday 15:00 Raj 10m calm", NOW)
    second = amend(world, first.touch.id, read, NOW)
    assert second.touch.id == first.touch.id
    assert rows(world, "SELECT text, minutes FROM book_touchpoints") == [("calm", 10)]
    assert rows(world, "SELECT contact_id FROM book_attendees") == [("raj",)]
    assert sentiment(world, "ana") == (None, None)
    states = [(operation["kind"], operation["state"]) for operation in operations(world)]
    assert states == [
        ("create", "cancelled"),
        ("associate", "cancelled"),
        ("associate", "cancelled"),
        ("create", "pending"),
        ("associate", "pending"),
    ]
    send(world, "done")
    with pytest.raises(InputError, match="sent already"):
        amend(world, first.touch.id, read, NOW)


# Drafts.


def test_a_draft_survives_and_is_dropped_by_the_save(tmp_path: Path) -> None:
    world = acme(tmp_path)
    save_draft(world, LOG_BAR, "acme", "c Ana 25", NOW, started_at=NOW - timedelta(minutes=5))
    save_draft(world, LOG_BAR, "globex", "c hm", NOW + timedelta(seconds=1))
    world.store.close()
    assert [found.record for found in drafts(world)] == ["globex", "acme"]
    found = draft(world, LOG_BAR, "acme")
    assert found is not None
    assert (found.body, found.started_at) == ("c Ana 25", NOW - timedelta(minutes=5))
    log(world, "acme", "c Ana 25m hi", NOW)
    assert [found.record for found in drafts(world)] == ["globex"]
    drop_draft(world, LOG_BAR, "globex")
    assert drafts(world) == ()


def test_a_refused_line_keeps_its_draft(tmp_path: Path) -> None:
    world = acme(tmp_path)
    save_draft(world, LOG_BAR, "acme", "c 31 feb hi", NOW)
    with pytest.raises(InputError):
        log(world, "acme", "c 31 feb hi", NOW)
    assert len(drafts(world)) == 1


def test_an_emptied_draft_is_forgotten_and_an_odd_one_kept(tmp_path: Path) -> None:
    world = acme(tmp_path)
    save_draft(world, LOG_BAR, "acme", "half a pair \ud800 and \x00", NOW)
    found = draft(world, LOG_BAR, "acme")
    assert found is not None
    assert found.body == "half a pair ? and \x00"
    save_draft(world, LOG_BAR, "acme", "", NOW)
    assert drafts(world) == ()


def test_a_line_is_read_while_it_is_typed(tmp_path: Path) -> None:
    reader = line_reader(acme(tmp_path), "acme")
    assert reader.account == "Acme Corp"
    assert reader.read("c an", NOW).attendee_ids == ()
    assert reader.read("c ana", NOW).attendee_ids == ("ana",)
    assert reader.read("c @xen", NOW).new_names == ("xen",)
    assert reader.read("c @xenia", NOW).attendee_ids == ("xenia",)
