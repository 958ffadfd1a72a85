"""Every fault over a real socket: what the client sees, and what was applied (H1 to H13)."""

import json
import socket
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.sandbox.running import TOKEN, Sandbox

from csmdesk.sandbox.fault_acts import CATALOGUE, NAMES
from csmdesk.sandbox.faults import Plan, parse_fault, standing_rules

OBJECTS = "/crm/objects/2026-09"
AT = "2026-03-16T09:00:00.000Z"
NOTE = {"properties": {"hs_timestamp": AT, "hs_note_body": "x"}, "associations": []}


def post(
    crm: Sandbox, body: Any = None, kind: str = "notes", timeout: float = 5.0
) -> httpx.Response:
    """One write."""
    return crm.http.post(f"{OBJECTS}/{kind}", json=body or NOTE, timeout=timeout)


def raw(crm: Sandbox, path: str = "/companies") -> bytes:
    """Every byte of an answer, until the connection ends."""
    url = httpx.URL(crm.url)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        request = (
            f"GET {OBJECTS}{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        )
        connection.sendall(request.encode())
        received = b""
        while True:
            try:
                part = connection.recv(65_536)
            except ConnectionResetError:
                return received + b"<reset>"
            if not part:
                return received
            received += part


def applied(crm: Sandbox) -> int:
    """How many notes the effects log knows."""
    return sum(line["op"] == "create" for line in crm.effects())


def eventually(holds: Callable[[], bool]) -> None:
    """Waits for something the server does by itself."""
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("reset_before_headers", 0),
        ("reset_before_headers_applied", 1),
        ("close_before_headers", 0),
        ("close_before_headers_applied", 1),
        ("reset_after_headers", 1),
        ("reset_mid_body", 1),
        ("truncated_length", 1),
        ("truncated_length:0", 1),
        ("truncated_chunked", 1),
        ("truncated_chunked:0", 1),
        ("bad_status_line", 0),
    ],
)
def test_h3_h8_a_broken_connection_is_an_error_and_the_log_knows_if_it_was_applied(
    crm: Sandbox, name: str, count: int
) -> None:
    crm.fault(name)
    with pytest.raises(httpx.TransportError):
        post(crm)
    assert applied(crm) == count
    assert post(crm).status_code == 201


def test_h3_a_reset_after_the_body_still_gives_the_whole_answer(crm: Sandbox) -> None:
    crm.fault("reset_after_body")
    assert post(crm).status_code == 201
    crm.fault("reset_after_body")
    seen = raw(crm)
    assert seen.endswith(b"}<reset>")


def test_h3_resets_are_resets_and_closes_are_closes(crm: Sandbox) -> None:
    crm.fault("reset_before_headers")
    assert raw(crm) == b"<reset>"
    crm.fault("close_before_headers")
    assert raw(crm) == b""
    crm.fault("reset_after_headers")
    seen = raw(crm)
    assert seen.startswith(b"HTTP/1.1 200 OK\r\n")
    assert seen.endswith(b"\r\n\r\n<reset>")


def test_h8_a_body_is_cut_at_every_offset_in_each_framing(crm: Sandbox) -> None:
    whole = raw_body(crm)
    for name in ("truncated_length", "truncated_chunked", "truncated_close"):
        for offset in range(0, len(whole), max(1, len(whole) // 12)):
            crm.fault(f"{name}:{offset}")
            head, _, body = raw(crm).partition(b"\r\n\r\n")
            if name == "truncated_chunked":
                assert b"transfer-encoding: chunked" in head
                body = body.partition(b"\r\n")[2].removesuffix(b"\r\n") if offset else body
            elif name == "truncated_length":
                assert f"content-length: {len(whole)}".encode() in head
            else:
                assert b"content-length" not in head
            assert body == whole[:offset]


def raw_body(crm: Sandbox) -> bytes:
    """The body of a good list answer."""
    return crm.http.get(f"{OBJECTS}/companies").content


def test_h8_a_close_framed_answer_cut_short_is_a_good_status_with_bad_json(crm: Sandbox) -> None:
    crm.fault("truncated_close")
    answer = post(crm)
    assert answer.status_code == 201
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert applied(crm) == 1


@pytest.mark.parametrize(("name", "count"), [("timeout", 0), ("timeout_applied", 1)])
def test_h2_no_answer_at_all(crm: Sandbox, name: str, count: int) -> None:
    crm.fault(name)
    with pytest.raises(httpx.ReadTimeout):
        post(crm, timeout=0.2)
    assert applied(crm) == count


@pytest.mark.parametrize("name", ["timeout_applied_later", "reset_applied_later"])
def test_h2_applied_when_the_clock_says_so(crm: Sandbox, name: str) -> None:
    crm.fault(f"{name}:60")
    with pytest.raises(httpx.TransportError):
        post(crm, timeout=0.2)
    assert applied(crm) == 0
    crm.ask("POST", "/_sandbox/clock", {"advance": 61})
    eventually(lambda: applied(crm) == 1)


def test_h1_the_port_refuses_for_a_while_and_then_serves_again(crm: Sandbox) -> None:
    crm.fault("refused:0.4")
    with pytest.raises(httpx.TransportError):
        post(crm)

    def refuses() -> bool:
        try:
            post(crm)
        except httpx.ConnectError:
            return True
        except httpx.TransportError:
            return False
        return False

    eventually(refuses)
    eventually(lambda: not refuses())
    assert crm.http.get(f"{OBJECTS}/companies").status_code == 200


@pytest.mark.parametrize(
    ("name", "retry_after"),
    [
        ("rate_limited", None),
        ("rate_limited_seconds:7", "7"),
        ("rate_limited_absurd", "999999999"),
        ("rate_limited_daily", None),
    ],
)
def test_h4_rate_limits_come_in_every_form(
    crm: Sandbox, name: str, retry_after: str | None
) -> None:
    crm.fault(name)
    answer = post(crm)
    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == retry_after
    assert answer.json()["errorType"] == "RATE_LIMIT"
    assert applied(crm) == 0


def test_h4_a_date_and_a_burst(crm: Sandbox) -> None:
    crm.fault("rate_limited_date:5")
    assert post(crm).headers["retry-after"].endswith("GMT")
    crm.fault("rate_limited_burst:4")
    assert [post(crm).status_code for _ in range(5)] == [429, 429, 429, 429, 201]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 521])
def test_h5_server_errors_applied_or_not(crm: Sandbox, status: int) -> None:
    crm.fault(f"error_{status}")
    assert post(crm).status_code == status
    assert applied(crm) == 0
    crm.fault(f"error_{status}_applied")
    assert post(crm).status_code == status
    assert applied(crm) == 1


def test_h5_answers_that_are_not_the_crms(crm: Sandbox) -> None:
    crm.fault("html")
    page = post(crm)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html"
    assert applied(crm) == 0
    crm.fault("html_applied")
    post(crm)
    crm.fault("no_content")
    assert post(crm).status_code == 204
    crm.fault("empty_body")
    empty = post(crm)
    assert (empty.status_code, empty.content) == (201, b"")
    crm.fault("created_without_id")
    bare = post(crm)
    assert bare.status_code == 201
    assert "id" not in bare.json()
    assert applied(crm) == 4


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("unauthorized", 401),
        ("token_expired", 401),
        ("scope_lost", 403),
        ("invalid", 400),
        ("conflict", 409),
        ("uri_too_long", 414),
        ("locked", 423),
        ("migrating", 477),
    ],
)
def test_h6_refusals(crm: Sandbox, name: str, status: int) -> None:
    crm.fault(name)
    answer = post(crm)
    assert answer.status_code == status
    assert answer.json()["category"]
    assert applied(crm) == 0


def batch(crm: Sandbox) -> httpx.Response:
    """Three upserts at once."""
    inputs = [
        {
            **NOTE,
            "id": f"k{number}",
            "idProperty": "csmdesk_key",
            "objectWriteTraceId": f"t{number}",
        }
        for number in range(3)
    ]
    return crm.http.post(f"{OBJECTS}/notes/batch/upsert", json={"inputs": inputs})


@pytest.mark.parametrize("failing", ["0", "1", "2", "0,1", "0,2", "1,2", "0,1,2"])
def test_h7_each_subset_of_a_batch_may_fail(crm: Sandbox, failing: str) -> None:
    crm.fault(f"batch_failing:{failing}")
    answer = batch(crm)
    assert answer.status_code == 207
    positions = {int(part) for part in failing.split(",")}
    traces = {one["context"]["objectWriteTraceId"][0] for one in answer.json()["errors"]}
    assert traces == {f"t{number}" for number in positions}
    assert applied(crm) == 3 - len(positions)


def test_h7_results_are_fewer_twice_reordered_or_swapped(crm: Sandbox) -> None:
    def ids(name: str) -> list[str]:
        if name:
            crm.fault(name)
        return [one["id"] for one in batch(crm).json()["results"]]

    good = ids("")
    assert ids("batch_fewer") == good[:2]
    assert ids("batch_duplicated") == [good[0], *good]
    assert ids("batch_reordered") == good[::-1]
    assert ids("batch_wrong") == [*good[1:], good[0]]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("field_null", None),
        ("field_wrong_type", {"unexpected": [1]}),
        ("field_control", "a\x00b\x1b[31mc\u202ed\x07\r\n"),
        ("field_surrogate", "x\ud800y"),
        ("field_huge", "A" * 1_048_576),
        ("field_number", 12345678901234567890123),
        ("field_text", ""),
    ],
)
def test_h9_any_field_says_something_else(crm: Sandbox, name: str, shown: Any) -> None:
    crm.fault(f"{name}:results.*.properties.name", path="companies")
    answer = crm.http.get(f"{OBJECTS}/companies?properties=name")
    for record in json.loads(answer.content)["results"]:
        assert record["properties"]["name"] == shown


def test_h9_a_field_is_missing_and_json_is_odd(crm: Sandbox) -> None:
    crm.fault("field_missing:results.0.id")
    answer = crm.http.get(f"{OBJECTS}/companies").json()
    assert ["id" in record for record in answer["results"]] == [False, True]
    crm.fault("json_nan")
    assert b"NaN" in crm.http.get(f"{OBJECTS}/companies").content
    crm.fault("json_bad_utf8")
    assert crm.http.get(f"{OBJECTS}/companies").content.endswith(b"\xff")
    crm.fault("json_duplicate_keys")
    assert crm.http.get(f"{OBJECTS}/companies").content.count(b'"results"') == 2
    crm.fault("json_deep")
    assert b"[" * 100_000 in crm.http.get(f"{OBJECTS}/companies").content


def test_h10_pages_loop_repeat_come_empty_or_expire(crm: Sandbox) -> None:
    page = crm.ask("GET", f"{OBJECTS}/companies?limit=1")
    after = page["paging"]["next"]["after"]
    path = f"{OBJECTS}/companies?limit=1&after={after}"
    last = crm.ask("GET", path)
    crm.fault("cursor_looping")
    assert crm.ask("GET", path)["paging"]["next"]["after"] == after
    crm.fault("page_repeated")
    assert crm.ask("GET", path)["results"] == page["results"] + last["results"]
    crm.fault("cursor_expired")
    assert crm.http.get(path).status_code == 400
    crm.fault("page_empty")
    empty = crm.ask("GET", path)
    assert empty["results"] == []
    again = empty["paging"]["next"]["after"]
    assert again != after
    assert crm.ask("GET", f"{OBJECTS}/companies?limit=1&after={again}") == last


def test_h10_faults_of_pages_never_apply_a_write_twice(crm: Sandbox) -> None:
    names = ("page_repeated", "page_empty", "cursor_looping", "cursor_expired", "rows_moving")
    for number, name in enumerate(names, 1):
        crm.fault(name)
        assert post(crm).status_code == 201
        assert applied(crm) == number


def test_h10_rows_move_while_they_are_paged(crm: Sandbox) -> None:
    crm.fault("rows_moving")
    page = crm.ask("GET", f"{OBJECTS}/companies")["results"]
    later = crm.ask("GET", f"{OBJECTS}/companies")["results"]
    for before, after in zip(page, later, strict=True):
        assert after["updatedAt"] > before["updatedAt"]


def test_h11_a_small_body_unpacks_to_much(crm: Sandbox) -> None:
    crm.fault("gzip_bomb:8")
    with crm.http.stream("GET", f"{OBJECTS}/companies") as answer:
        packed = sum(len(part) for part in answer.iter_raw())
    assert packed < 20_000
    crm.fault("gzip_bomb:8")
    assert len(crm.http.get(f"{OBJECTS}/companies").content) > 8 * 1024 * 1024
    crm.fault("gzip_nested")
    assert crm.http.get(f"{OBJECTS}/companies").json()["results"]


@pytest.mark.parametrize("name", ["body_endless", "body_huge"])
def test_h11_a_body_goes_on_until_the_client_has_enough(crm: Sandbox, name: str) -> None:
    crm.fault(name)
    with crm.http.stream("GET", f"{OBJECTS}/companies") as answer:
        received = 0
        for part in answer.iter_bytes():
            received += len(part)
            if received > 3_000_000:
                break
    assert received > 3_000_000
    assert crm.http.get(f"{OBJECTS}/companies").status_code == 200


@pytest.mark.parametrize("name", ["headers_many", "header_huge"])
def test_h11_too_many_or_too_long_headers(crm: Sandbox, name: str) -> None:
    crm.fault(name)
    with pytest.raises(httpx.RemoteProtocolError):
        crm.http.get(f"{OBJECTS}/companies")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_h12_redirects_lead_elsewhere(crm: Sandbox, status: int) -> None:
    for name, start in (
        ("redirect_host", "https://elsewhere.invalid/"),
        ("redirect_http", "http://"),
        ("redirect_file", "file:///"),
        ("redirect_loop", f"{OBJECTS}/notes"),
    ):
        crm.fault(f"{name}:{status}")
        answer = post(crm)
        assert answer.status_code == status
        assert answer.headers["location"].startswith(start)
    assert applied(crm) == 0
    crm.fault("redirect_host:302:http://127.0.0.1:9/x")
    assert post(crm).headers["location"] == "http://127.0.0.1:9/x"


def test_h13_bytes_come_one_by_one(crm: Sandbox) -> None:
    crm.fault("slow_body:0.001")
    with crm.http.stream("GET", f"{OBJECTS}/companies?limit=1") as answer:
        parts = list(answer.iter_raw())
    assert len(parts) > 20
    assert json.loads(b"".join(parts))["results"]
    crm.fault("slow_headers:0.001")
    assert crm.http.get(f"{OBJECTS}/companies?limit=1").status_code == 200
    crm.fault("slow_body:5")
    with pytest.raises(httpx.ReadTimeout):
        crm.http.get(f"{OBJECTS}/companies", timeout=0.3)


def test_a_delay_and_a_wrong_clock_are_good_answers(crm: Sandbox) -> None:
    crm.fault("delay:0.01")
    assert post(crm).status_code == 201
    crm.fault("clock_skew:86400")
    first = crm.http.get(f"{OBJECTS}/companies").headers["date"]
    assert first != crm.http.get(f"{OBJECTS}/companies").headers["date"]


# ---------------------------------------------------------------------- rules


def test_a_script_strikes_the_requests_it_names_in_order(crm: Sandbox) -> None:
    rules = [
        {"fault": "error_503", "method": "GET", "path": "/companies", "skip": 1, "times": 2},
        {"fault": "locked", "method": "POST"},
    ]
    crm.ask("POST", "/_sandbox/faults", {"rules": rules})
    seen = [crm.http.get(f"{OBJECTS}/companies").status_code for _ in range(4)]
    assert seen == [200, 503, 503, 200]
    assert crm.http.get(f"{OBJECTS}/contacts").status_code == 200
    assert [post(crm).status_code for _ in range(2)] == [423, 201]
    told = crm.ask("GET", "/_sandbox/requests")["results"]
    assert [one["fault"] for one in told if one["fault"]] == ["error_503", "error_503", "locked"]
    crm.fault("error_500", times=None)
    assert post(crm).status_code == 500
    crm.ask("DELETE", "/_sandbox/faults")
    assert post(crm).status_code == 201


def test_a_bad_rule_is_refused_with_its_reason(crm: Sandbox) -> None:
    for rule in (
        {"fault": "no_such"},
        {"fault": "locked", "path": "("},
        {"fault": "locked", "x": 1},
    ):
        crm.ask("POST", "/_sandbox/faults", {"rules": [rule]}, expect=400)


def test_probabilities_are_those_that_were_asked_for() -> None:
    chances = {"locked": 0.3, "error_500:x": 0.2, "timeout": 0.1}
    plan = Plan(rules=standing_rules(chances, NAMES))
    drawn = [plan.take("GET", "/x") for _ in range(20_000)]
    for name, chance in chances.items():
        share = drawn.count(parse_fault(name)) / len(drawn)
        assert share == pytest.approx(chance, abs=0.02)


def test_probabilities_that_make_no_sense_are_refused() -> None:
    for chances in (
        {"locked": 1.2},
        {"locked": -0.1},
        {"locked": 0.6, "timeout": 0.6},
        {"no": 0.1},
    ):
        with pytest.raises(ValueError, match=r"."):
            standing_rules(chances, NAMES)


def test_every_fault_has_a_sentence_and_leaves_the_server_standing(crm: Sandbox) -> None:
    waits = {"timeout", "timeout_applied", "timeout_applied_later", "body_endless", "refused"}
    waits |= {"gzip_bomb", "body_huge"}
    for name in sorted(NAMES - waits):
        assert CATALOGUE[name][0].endswith(".")
        crm.fault(f"{name}:0.0001" if name.startswith(("slow", "delay")) else name)
        try:
            post(crm)
        except httpx.TransportError:
            continue
        finally:
            crm.ask("DELETE", "/_sandbox/faults")
    assert crm.ask("GET", "/_sandbox/faults")["rules"] == []
    assert applied(crm) <= len(NAMES)
    sequence = [line["seq"] for line in crm.effects()]
    assert all(after == before + 1 for before, after in pairwise(sequence))


def test_the_manual_lists_every_fault_with_its_sentence() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "embedded-crm.md").read_text()
    listed = [line for line in manual.splitlines() if line.startswith("| `")]
    assert listed == [f"| `{name}` | {sentence} |" for name, (sentence, _) in CATALOGUE.items()]
