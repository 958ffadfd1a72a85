"""Connecting, syncing and the outbox on the command line, against the embedded CRM."""

import os
import re
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.program import Program, is_one_error
from tests.sandbox.running import TOKEN, Sandbox, sandbox
from tests.sync.office import BOOK

from csmdesk.store.commands.edits import note_conflict
from csmdesk.store.database import open_store

CONNECT = ("connect", "hubspot", "--token-env", "MY_TOKEN", "--owner-email", "robin@example.com")


@pytest.fixture
def crm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve an embedded CRM, its token in a variable of the user's own."""
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    with sandbox(tmp_path / "crm", BOOK) as running:
        yield running


@pytest.fixture
def tied(csmdesk: Program, crm: Sandbox) -> Program:
    """Give the command line on a store that is connected and has been synced once."""
    assert csmdesk(*CONNECT, "--base-url", crm.url, "--yes").code == 0
    assert csmdesk("sync").code == 0
    return csmdesk


def test_connecting_names_the_portal_and_how_many_companies_are_mine(
    csmdesk: Program, crm: Sandbox
) -> None:
    outcome = csmdesk(*CONNECT, "--base-url", crm.url, "--yes")
    assert outcome.code == 0, outcome.err
    assert "2 companies are yours" in outcome.out
    assert "48151623" in outcome.out
    assert "arr: " in outcome.out
    assert TOKEN not in outcome.out + outcome.err


def test_connecting_prints_a_document_for_machines(csmdesk: Program, crm: Sandbox) -> None:
    document = csmdesk(*CONNECT, "--base-url", crm.url, "--yes", "--json").document
    assert document["connection"] == "hubspot:48151623"
    assert document["mine"] == 2
    assert set(document["tiers"].values()) == {"A"}


def test_who_i_am_must_be_said_where_several_could_be_me(csmdesk: Program, crm: Sandbox) -> None:
    outcome = csmdesk(*CONNECT[:4], "--base-url", crm.url, "--yes")
    assert outcome.code == 2
    assert is_one_error(outcome, "robin@example.com", "sam@example.com")


def test_a_wrong_token_is_one_clear_line(
    csmdesk: Program, crm: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "pat-na1-wrong")
    outcome = csmdesk(*CONNECT, "--base-url", crm.url, "--yes")
    assert outcome.code == 1
    assert is_one_error(outcome, "HubSpot")
    assert "pat-na1-wrong" not in outcome.err


def test_an_empty_variable_is_wrong_usage(
    csmdesk: Program, crm: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "")
    outcome = csmdesk(*CONNECT, "--base-url", crm.url, "--yes")
    assert outcome.code == 2
    assert is_one_error(outcome, "MY_TOKEN")


def test_a_command_can_give_the_token_and_is_not_remembered(
    csmdesk: Program, crm: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    outcome = csmdesk(
        *("connect", "hubspot", "--token-command", f"cat '{file}'", "--base-url", crm.url),
        *("--owner-email", "robin@example.com", "--yes"),
    )
    assert outcome.code == 0, outcome.err
    assert f'token_command = ["cat", "{file}"]' in outcome.err
    assert TOKEN not in outcome.out + outcome.err
    assert "CSMDESK_TOKEN_HUBSPOT" in csmdesk("sync").err


@pytest.mark.parametrize("command", ["false", "nonsense-that-is-not-there", "'open quote"])
def test_a_token_command_that_fails_is_one_clear_line(
    csmdesk: Program, crm: Sandbox, command: str
) -> None:
    outcome = csmdesk("connect", "hubspot", "--token-command", command, "--base-url", crm.url)
    assert outcome.code == 1
    assert is_one_error(outcome, "token command") or is_one_error(outcome, "The token command")


def test_a_token_comes_from_one_place(csmdesk: Program, crm: Sandbox) -> None:
    outcome = csmdesk(*CONNECT, "--token-command", "true", "--base-url", crm.url)
    assert outcome.code == 2
    assert is_one_error(outcome, "--token-env", "--token-command")


def test_without_a_token_and_nobody_to_ask_it_says_where_to_put_one(
    csmdesk: Program, crm: Sandbox
) -> None:
    outcome = csmdesk("connect", "hubspot", "--base-url", crm.url)
    assert outcome.code == 1
    assert is_one_error(outcome, "CSMDESK_TOKEN_HUBSPOT")


@pytest.mark.parametrize(
    "url", ["http://api.example.com", "https://evil.example.com", "ftp://127.0.0.1", "nonsense"]
)
def test_a_token_is_sent_to_hubspot_or_this_machine_only(
    csmdesk: Program, crm: Sandbox, url: str
) -> None:
    outcome = csmdesk(*CONNECT, "--base-url", url, "--yes")
    assert outcome.code in {1, 2}
    assert is_one_error(outcome)


@pytest.mark.parametrize("entry", ["arr", "nonsense=x", "arr="])
def test_a_map_that_makes_no_sense_is_wrong_usage(
    csmdesk: Program, crm: Sandbox, entry: str
) -> None:
    outcome = csmdesk(*CONNECT, "--base-url", crm.url, "--yes", "--map", entry)
    assert outcome.code == 2
    assert is_one_error(outcome)


def test_a_store_stays_with_its_portal(
    tied: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from csmdesk.sandbox.server import Options

    with sandbox(tmp_path / "other", BOOK, Options(portal_id=999)) as other:
        outcome = tied(*CONNECT, "--base-url", other.url, "--yes")
    assert outcome.code == 1
    assert is_one_error(outcome, "--store")


def test_syncing_without_a_connection_says_what_to_do(csmdesk: Program) -> None:
    csmdesk("agenda")
    outcome = csmdesk("sync")
    assert outcome.code == 1
    assert is_one_error(outcome, "csmdesk connect hubspot")


def test_a_sync_prints_its_document_and_sends_nothing_twice(tied: Program) -> None:
    logged = tied("log", "alder", "c Ana 20m all good > send notes fri", "--json").document
    assert len(logged["outbox"]) == 3
    before = {one["op_id"]: one["state"] for one in tied("outbox", "--json").document}
    assert before == dict.fromkeys(logged["outbox"], "pending")
    document = tied("sync", "--json").document
    assert set(document) == {
        *("connection", "pulled", "pushed", "conflicts", "quarantined", "requests", "seconds"),
        "finished",
    }
    assert document["finished"] is True
    assert document["pushed"]["sent"] == 3
    after = tied("outbox", "--json").document
    assert {one["state"] for one in after} == {"done"}
    assert set(after[0]) == {
        *("op_id", "entity", "kind", "state", "account_id", "summary", "attempts", "last_error"),
        *("created_at", "sent_at", "remote_id"),
    }
    assert "Nothing waits" in tied("outbox").out
    assert tied("sync", "--json").document["pushed"]["sent"] == 0


def test_without_the_network_everything_else_works_and_sync_says_it_must_wait(
    csmdesk: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    with sandbox(tmp_path / "crm", BOOK) as crm:
        assert csmdesk(*CONNECT, "--base-url", crm.url, "--yes").code == 0
        assert csmdesk("sync").code == 0
    assert csmdesk("log", "alder", "c Ana 20m all good").code == 0
    for arguments in (["agenda"], ["accounts"], ["account", "alder"], ["outbox"], ["export"]):
        assert csmdesk(*arguments).code == 0
    outcome = csmdesk("sync", "--json")
    assert outcome.code == 3
    assert outcome.document["finished"] is False
    assert outcome.document["pushed"]["waiting"] == 3
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1


def test_a_token_that_is_gone_needs_the_user(
    tied: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_TOKEN")
    outcome = tied("sync")
    assert outcome.code == 4
    assert "CSMDESK_TOKEN_HUBSPOT" in outcome.err
    assert "MY_TOKEN" not in outcome.out
    assert "! token" in tied("doctor").out


def test_an_operation_can_be_edited_cancelled_and_exported(tied: Program) -> None:
    tied("log", "alder", "c Ana 20m first words")
    create = next(one for one in tied("outbox", "--json").document if one["kind"] == "create")[
        "op_id"
    ]
    assert is_one_error(tied("outbox", "edit", create[:8], " "), "empty")
    assert tied("outbox", "edit", create[:8], "better words").code == 0
    exported = tied("outbox", "export").document
    assert exported[0]["payload"]["text"] == "better words"
    assert tied("outbox", "cancel", create).code == 0
    states = {one["op_id"]: one["state"] for one in tied("outbox", "--json").document}
    assert set(states.values()) == {"cancelled"}
    outcome = tied("outbox", "retry", create)
    assert outcome.code == 1
    assert is_one_error(outcome)
    outcome = tied("outbox", "link", "nothing", "123")
    assert outcome.code == 1
    assert is_one_error(outcome, "nothing")


def test_a_record_that_does_not_look_like_it_is_linked_only_anyway_and_stays(
    tied: Program, crm: Sandbox
) -> None:
    create = tied("log", "alder", "c Ana 20m first words", "--json").document["outbox"][0]
    call = {"hs_call_title": "Kick-off", "hs_timestamp": "2026-01-12T10:00:00Z"}
    record = crm.ask("POST", "/crm/objects/2026-09/calls", {"properties": call})["id"]
    address = f"https://app.hubspot.com/contacts/1/record/0-48/{record}/?a=b"
    outcome = tied("outbox", "link", create, address)
    assert outcome.code == 1
    assert is_one_error(
        outcome, "the call “Kick-off” of 12 Jan 2026", "more than a day", "--anyway"
    )
    outcome = tied("outbox", "link", create, address, "--anyway")
    assert outcome.code == 0, outcome.err
    assert "Linked with the call “Kick-off” of 12 Jan 2026" in outcome.out
    outcome = tied("undo", "--sent-too")
    assert "that you linked stays there" in outcome.out
    assert "withdraws" not in outcome.out
    assert tied("sync").code == 0
    assert crm.crm.state.records["calls"][int(record)].archived_at is None


def test_sync_and_doctor_say_what_to_do_without_the_unique_property(
    tied: Program, crm: Sandbox
) -> None:
    crm.ask("DELETE", "/crm/properties/2026-09/calls/csmdesk_key")
    tied("log", "alder", "c Ana 20m first words")
    outcome = tied("sync")
    assert outcome.code == 0, outcome.err
    told = "no longer has the property csmdesk_key of calls"
    assert told in " ".join((outcome.out + outcome.err).split())
    assert told in " ".join(tied("doctor").out.split())


def test_what_was_logged_can_be_attached_to_another_account(tied: Program) -> None:
    logged = tied("log", "alder", "c Ana 20m first words", "--json").document
    create = logged["outbox"][0][:8]
    assert is_one_error(tied("outbox", "attach", create, "alder"), "Alder Freight already")
    outcome = tied("outbox", "attach", create, "birch")
    assert outcome.code == 0, outcome.err
    assert "With Birch Medical now" in outcome.out
    assert tied("sync", "--json").document["finished"] is True
    touches = tied("account", "birch", "--json").document["touchpoints"]
    assert [each["text"] for each in touches] == ["first words"]


def test_while_the_crm_asks_to_wait_a_sync_says_so_and_tries_only_when_told(
    tied: Program, crm: Sandbox
) -> None:
    used = crm.ask("GET", "/_sandbox/settings")["used_today"]
    crm.ask("POST", "/_sandbox/settings", {"per_day": used})
    assert tied("sync").code == 3
    crm.ask("POST", "/_sandbox/settings", {"per_day": used + 1000})
    outcome = tied("sync")
    assert outcome.code == 3
    assert "Sync rests until" in outcome.err
    assert "csmdesk sync --anyway tries now" in outcome.err
    assert tied("sync", "--anyway").code == 0
    assert tied("sync").code == 0


def test_a_copy_reads_and_sends_only_when_told(tied: Program, tmp_path: Path) -> None:
    tied("log", "alder", "c Ana 20m first words")
    other = tmp_path / "copy.db"
    shutil.copyfile(tied.store, other)
    for _ in range(3):
        outcome = tied("sync", store=other)
        assert outcome.code == 4
        assert "csmdesk sync --confirm-copy" in outcome.err
        assert "nothing new" in outcome.out
    assert "! copy" in tied("doctor", store=other).out
    assert tied("sync", "--confirm-copy", store=other).code == 0
    assert {each["state"] for each in tied("outbox", "--json", store=other).document} == {"done"}
    assert "! copy" not in tied("doctor", store=other).out


def test_so_many_missing_are_believed_only_when_the_user_says_so(
    tied: Program, crm: Sandbox
) -> None:
    def people() -> int:
        accounts = [tied("account", name, "--json").document for name in ("alder", "birch")]
        return sum(len(each["contacts"]) for each in accounts)

    found = crm.ask("GET", "/crm/objects/2026-09/contacts?limit=100")["results"]
    for each in found:
        crm.ask("POST", f"/_sandbox/records/contacts/{each['id']}/purge")
    before = people()
    assert before > 1
    outcome = tied("sync", "--thorough")
    assert outcome.code == 4
    assert "type contact are no longer in the CRM's lists. Nothing was changed" in outcome.err
    assert "csmdesk sync --accept-missing" in outcome.err
    assert "! missing" in tied("doctor").out
    again = tied("sync")
    assert (again.code, "type contact are no longer" in again.err) == (4, True)
    assert people() == before
    assert tied("sync", "--accept-missing").code == 0
    assert people() == 0
    assert "! missing" not in tied("doctor").out
    assert tied("sync").code == 0


def test_an_account_that_left_is_shown_with_what_was_written(tied: Program, crm: Sandbox) -> None:
    tied("log", "alder", "c Ana 20m they fear the audit")
    tied("sync")
    found = crm.ask("GET", "/crm/objects/2026-09/companies?limit=100&properties=name")["results"]
    remote = next(each["id"] for each in found if each["properties"]["name"] == "Alder Freight")
    crm.ask("DELETE", f"/crm/objects/2026-09/companies/{remote}")
    assert tied("sync", "--thorough", "--accept-missing").code == 0
    shown = tied("account", "alder").out
    assert "No longer in the CRM since" in shown
    assert "they fear the audit" in shown
    assert "Alder Freight" in tied("accounts", "--gone").out
    assert "Alder Freight" not in tied("accounts").out
    refused = tied("log", "alder", "n more")
    assert (refused.code, is_one_error(refused, "no longer in the CRM")) == (1, True)


def test_a_touch_deleted_there_is_shown_as_such(tied: Program, crm: Sandbox) -> None:
    create = tied("log", "alder", "c Ana 20m they fear the audit", "--json").document["outbox"][0]
    tied("sync")
    assert "it is in the CRM" in tied("outbox", "show", create).out
    (call,) = crm.ask("GET", "/crm/objects/2026-09/calls?limit=100&properties=csmdesk_key")[
        "results"
    ][-1:]
    assert call["properties"]["csmdesk_key"] == create
    crm.ask("DELETE", f"/crm/objects/2026-09/calls/{call['id']}")
    assert tied("sync", "--thorough").code == 0
    assert (
        "it was in the CRM; it was archived there (known since"
        in tied("outbox", "show", create).out
    )
    shown = tied("account", "alder").out
    assert "(not in the CRM any more) they fear the audit" in shown


def disputed(tied: Program, field: str, *values: str | None) -> None:
    """Note that both sides changed a field of the touch logged last, or that it is there twice."""
    store = open_store(tied.store)
    with store.writing() as connection:
        touch, op_id = connection.execute(
            "SELECT local_id, op_id FROM outbox WHERE kind = 'create' ORDER BY seq DESC"
        ).fetchone()
        base = op_id if field == "duplicate" else values[0]
        about = ("touchpoint", touch, field)
        note_conflict(
            connection, "9" * 36, "hubspot:48151623", about, (base, *values[1:]), datetime.now(UTC)
        )
    store.close()


def test_what_is_in_the_crm_twice_is_told_in_plain_words(tied: Program) -> None:
    tied("log", "alder", "c Ana 20m first words")
    disputed(tied, "duplicate", None, "11", "22")
    listed = tied("outbox", "conflicts").out
    assert re.search(r"Alder Freight: the call of [\d-]+ is in the CRM twice\n", listed)
    assert "  kept    record 11\n  second  record 22\n" in listed
    assert "1 waits for your word: csmdesk outbox conflicts" in tied("sync").out
    assert re.search(r"The call of [\d-]+ is in the CRM twice", tied("account", "alder").out)
    key = listed.split()[0]
    settled = tied("outbox", "settle", key, "keep")
    assert re.search(r"Settled: the call of [\d-]+\. Both records stay\.", settled.out)


def test_a_text_of_several_lines_stands_under_its_label(tied: Program) -> None:
    tied("log", "alder", "c Ana 20m first words")
    create = tied("outbox", "--json").document[0]["op_id"]
    assert tied("outbox", "edit", create, "one\ntwo").code == 0
    assert "  text: one\n        two\n" in tied("outbox", "show", create).out
    disputed(tied, "text", "first words", "one\ntwo", "three\nfour")
    listed = tied("outbox", "conflicts").out
    assert "both sides changed the text of call of" in listed
    assert "  ours    one\n          two\n  theirs  three\n          four\n" in listed


def test_the_address_of_a_proxy_never_sees_loopback(
    tied: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
    assert tied("sync").code == 0


def test_the_token_is_in_no_file_of_ours(tied: Program, home: Path) -> None:
    tied("log", "alder", "c Ana 20m all good")
    tied("sync")
    tied("doctor")
    tied("export", "--out", str(tied.folder / "out.json"))
    places = [path for place in (home, tied.folder) for path in place.rglob("*") if path.is_file()]
    assert len(places) > 3
    for path in places:
        if "crm" not in path.relative_to(path.parents[1]).parts:
            assert TOKEN.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_every_file_of_ours_is_for_the_user_alone(
    csmdesk: Program, crm: Sandbox, home: Path, umask: int
) -> None:
    before = os.umask(umask)
    try:
        folder = csmdesk.folder / "ours"
        csmdesk.store = folder / "store.db"
        csmdesk(*CONNECT, "--base-url", crm.url, "--yes")
        csmdesk("sync")
        csmdesk("log", "alder", "c Ana 20m all good")
        csmdesk("export", "--out", str(folder / "out.json"))
        found = [folder, *folder.rglob("*"), *home.rglob("*")]
        assert len(found) > 2
        for path in found:
            assert not path.stat().st_mode & 0o077, path
    finally:
        os.umask(before)


def test_doctor_looks_at_the_connection(tied: Program) -> None:
    tied("log", "alder", "c Ana 20m all good")
    found = tied("doctor", "--json").document
    by_subject = {one["subject"]: one for one in found}
    assert by_subject["store"]["state"] == "ok"
    assert by_subject["token"]["text"] == "from environment MY_TOKEN"
    assert "3 pending" in by_subject["outbox"]["text"]
    assert re.search(r"last synced \d{4}", by_subject["connection"]["text"])


def test_a_sync_ends_with_the_rates_it_found_missing(
    csmdesk: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", TOKEN)
    contracts = [{**one, "currency": "GBP"} for one in BOOK["subscriptions"]]
    with sandbox(tmp_path / "crm", {**BOOK, "subscriptions": contracts}) as abroad:
        assert csmdesk(*CONNECT, "--base-url", abroad.url, "--yes").code == 0
        outcome = csmdesk("sync")
        assert "in GBP, without a rate" in outcome.out
        assert "csmdesk rates set GBP RATE" in outcome.out
        again = csmdesk(*CONNECT, "--base-url", abroad.url, "--yes")
        assert "csmdesk rates set GBP RATE" in again.out
        assert csmdesk("rates", "set", "GBP", "1.27").code == 0
        assert "without a rate" not in csmdesk("sync").out


def failing(tied: Program) -> None:
    """Let everything that waits have failed."""
    store = open_store(tied.store)
    with store.writing() as connection:
        connection.execute("UPDATE outbox SET state = 'failed' WHERE state = 'pending'")
    store.close()


def test_the_outbox_tells_by_its_exit_code_if_asked(tied: Program) -> None:
    assert tied("outbox", "--exit-code").code == 0
    tied("log", "alder", "c Ana 10m waits")
    assert tied("outbox").code == 0
    assert tied("outbox", "--exit-code").code == 3
    assert tied("outbox", "list", "--exit-code", "--json").code == 3
    failing(tied)
    assert tied("outbox", "--exit-code").code == 4


def test_a_sync_that_rests_says_all_the_same_that_something_needs_the_user(
    tied: Program, crm: Sandbox
) -> None:
    used = crm.ask("GET", "/_sandbox/settings")["used_today"]
    crm.ask("POST", "/_sandbox/settings", {"per_day": used})
    tied("log", "alder", "c Ana 10m waits")
    assert tied("sync").code == 3
    assert tied("sync").code == 3
    failing(tied)
    assert tied("sync").code == 4
