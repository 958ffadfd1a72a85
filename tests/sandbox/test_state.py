"""What survives a restart and a kill, and that the effects log tells the truth."""

import os
import signal
import stat
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.sandbox.running import BOOK, TOKEN, Sandbox, contents, sandbox, sandbox_process

from csmdesk.errors import StoreBusy, StoreUnusable
from csmdesk.sandbox import files
from csmdesk.sandbox.server import Options, open_crm

OBJECTS = "/crm/objects/2026-09"
AT = "2026-03-16T09:00:00.000Z"


def everything(crm: Sandbox) -> dict[str, Any]:
    """All that the API shows of the account."""
    shown: dict[str, Any] = {}
    for kind in ("companies", "contacts", "notes"):
        query = "properties=name,hs_note_body,arr,csmdesk_key&propertiesWithHistory=arr"
        query += "&associations=companies,contacts,notes&limit=50"
        shown[kind] = crm.ask("GET", f"{OBJECTS}/{kind}?{query}")["results"]
        shown[kind + " archived"] = crm.ask("GET", f"{OBJECTS}/{kind}?archived=true")["results"]
        shown[kind + " properties"] = crm.ask("GET", f"/crm/properties/2026-09/{kind}")
    shown["owners"] = crm.ask("GET", "/crm/owners/2026-09")
    shown["pipelines"] = crm.ask("GET", "/crm/pipelines/2026-09/deals")
    shown["labels"] = crm.ask("GET", "/crm/associations/2026-09/contacts/companies/labels")
    return shown


def test_a_restart_changes_nothing(tmp_path: Path) -> None:
    with sandbox(tmp_path) as crm:
        first, second = (one["id"] for one in crm.ask("GET", f"{OBJECTS}/companies")["results"])
        crm.ask("PATCH", f"{OBJECTS}/companies/{first}", {"properties": {"arr": "12.50"}})
        keyed = {"properties": {"hs_timestamp": AT, "csmdesk_key": "k", "hs_note_body": "ü\x00"}}
        note = crm.ask("POST", f"{OBJECTS}/notes", keyed, expect=201)
        crm.ask("PUT", f"{OBJECTS}/notes/{note['id']}/associations/default/companies/{first}")
        body = {"label": "Sponsor", "name": "sponsor"}
        crm.ask("POST", "/crm/associations/2026-09/contacts/companies/labels", body)
        crm.ask(
            "POST",
            f"{OBJECTS}/companies/merge",
            {"primaryObjectId": first, "objectIdToMerge": second},
        )
        before = everything(crm)
        effects = crm.effects()
    with sandbox(tmp_path, {"format": "csmdesk-book", "version": 1}) as crm:
        assert everything(crm) == before
        assert crm.ask("GET", f"{OBJECTS}/companies/{second}")["id"] == first
        crm.ask("POST", f"{OBJECTS}/notes", keyed, expect=400)
        new = crm.ask("POST", f"{OBJECTS}/notes", {"properties": {"hs_timestamp": AT}}, expect=201)
        assert int(new["id"]) > int(note["id"])
        assert crm.effects()[: len(effects)] == effects
        assert crm.effects()[-1]["seq"] == len(effects) + 1


def test_a_failed_batch_is_not_on_disk_either(tmp_path: Path) -> None:
    with sandbox(tmp_path) as crm:
        first = crm.ask("GET", f"{OBJECTS}/companies")["results"][0]["id"]
        before = everything(crm)
        made = [{"properties": {"hs_timestamp": AT}}, {"properties": {}}]
        crm.ask("POST", f"{OBJECTS}/notes/batch/create", {"inputs": made}, expect=400)
        changed = [{"id": first, "properties": {"name": "x"}}, {"id": "42", "properties": {}}]
        crm.ask("POST", f"{OBJECTS}/companies/batch/update", {"inputs": changed}, expect=404)
        assert everything(crm) == before
    with sandbox(tmp_path) as crm:
        assert everything(crm) == before
        assert crm.effects() == []


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    open_crm(folder, contents(), TOKEN).state.close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in folder.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


@pytest.mark.parametrize("damage", ["missing", "cut", "behind"])
def test_a_log_that_fell_behind_is_mended_on_the_next_start(tmp_path: Path, damage: str) -> None:
    with sandbox(tmp_path) as crm:
        for _ in range(3):
            crm.ask("POST", f"{OBJECTS}/notes", {"properties": {"hs_timestamp": AT}}, expect=201)
        whole = crm.effects()
    log = tmp_path / "effects.jsonl"
    lines = log.read_bytes().splitlines(keepends=True)
    match damage:
        case "missing":
            log.unlink()
        case "cut":
            log.write_bytes(b"".join(lines[:2]) + lines[2][:10])
        case "behind":
            log.write_bytes(lines[0])
    with sandbox(tmp_path) as crm:
        assert crm.effects() == whole


@pytest.mark.slow
def test_what_was_answered_survives_kill_9_and_the_log_knows_every_record(tmp_path: Path) -> None:
    answered: list[str] = []
    with sandbox_process(tmp_path, BOOK, "--per-ten-seconds", "100000") as (crm, process):

        def write() -> None:
            for number in range(5000):
                body = {
                    "inputs": [
                        {
                            "id": f"key-{number}",
                            "idProperty": "csmdesk_key",
                            "properties": {"hs_timestamp": AT},
                        }
                    ]
                }
                try:
                    (result,) = crm.ask("POST", f"{OBJECTS}/notes/batch/upsert", body)["results"]
                except httpx.HTTPError:
                    return
                answered.append(result["id"])
                if number == 40:
                    enough.set()

        enough = threading.Event()
        writer = threading.Thread(target=write)
        writer.start()
        assert enough.wait(30)
        os.kill(process.pid, signal.SIGKILL)
        writer.join(30)
    with sandbox(tmp_path, options=Options(per_ten_seconds=100_000)) as crm:
        listed: list[str] = []
        page = crm.ask("GET", f"{OBJECTS}/notes?limit=100")
        listed += [one["id"] for one in page["results"]]
        while "paging" in page:
            after = page["paging"]["next"]["after"]
            page = crm.ask("GET", f"{OBJECTS}/notes?limit=100&after={after}")
            listed += [one["id"] for one in page["results"]]
        assert set(answered) <= set(listed)
        assert [line["id"] for line in crm.effects()] == listed
        assert len(listed) - len(answered) <= 1


@pytest.mark.slow
def test_the_process_ends_with_its_parent(tmp_path: Path) -> None:
    with sandbox_process(tmp_path) as (crm, process):
        assert crm.ask("GET", f"{OBJECTS}/companies")["results"]
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.slow
def test_a_folder_is_served_by_one_process_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.05)
    with sandbox_process(tmp_path) as (_, process):
        with pytest.raises(StoreBusy):
            open_crm(tmp_path, contents(), TOKEN)
        process.kill()
        process.wait()
        open_crm(tmp_path, contents(), TOKEN).state.close()


def test_a_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "crm.sqlite3").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreUnusable):
        open_crm(tmp_path, contents(), TOKEN)


@pytest.mark.slow
def test_an_interrupt_ends_it_without_a_complaint(tmp_path: Path) -> None:
    with sandbox_process(tmp_path) as (crm, process):
        assert crm.ask("GET", f"{OBJECTS}/companies")["results"]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.slow
def test_faults_and_limits_are_given_on_the_command_line(tmp_path: Path) -> None:
    with sandbox_process(tmp_path, BOOK, "--fault", "error_503=1.0") as (crm, _process):
        assert crm.http.get(f"{OBJECTS}/companies").status_code == 503
