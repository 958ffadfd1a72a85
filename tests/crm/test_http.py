"""The one way out: whom it talks to, what it takes, and how it fails."""

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sandbox.running import Sandbox, sandbox

from csmdesk.crm.bodies import html_of, split_marker, text_of
from csmdesk.crm.http import HttpClient, Reply, check_base_url
from csmdesk.crm.hubspot.replies import decoded
from csmdesk.crm.limits import RateLimiter
from csmdesk.crm.safe_json import safe_json
from csmdesk.errors import ConfigError, RateLimited, UnexpectedReply, Unreachable
from csmdesk.secrets import Secret

HOSTS = ("hubapi.com",)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.hubapi.com",
        "https://api-eu1.hubapi.com/",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "http://localhost:1",
    ],
)
def test_the_vendor_and_this_machine_may_be_talked_to(url: str) -> None:
    assert check_base_url(url, HOSTS) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "http://api.hubapi.com",
        "https://hubapi.com.evil.example",
        "https://evilhubapi.com",
        "https://user:pass@api.hubapi.com",
        "https://api.hubapi.com?x=1",
        "ftp://api.hubapi.com",
        "file:///etc/passwd",
        "http://127.0.0.1.evil.example",
        "http://10.0.0.1",
        "https://api.hubapi.com:99999",
        "",
    ],
)
def test_nobody_else_may(url: str) -> None:
    with pytest.raises(ConfigError):
        check_base_url(url, HOSTS)


@contextmanager
def client(url: str, total: float = 1.0) -> Iterator[HttpClient]:
    """A client with the embedded CRM's token."""
    made = HttpClient(url, lambda: Secret("pat-na1-sandbox"), total=total)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[Sandbox]:
    """An embedded CRM."""
    with sandbox(tmp_path / "crm") as running:
        yield running


def fetch(crm: Sandbox, fault: str, total: float = 1.0) -> None:
    """Make one request that meets a fault."""
    crm.fault(fault, path="/crm/owners")
    with client(crm.url, total) as http:
        http.request("GET", "/crm/owners/2026-09")


@pytest.mark.parametrize("fault", ["slow_headers", "slow_body", "timeout", "body_endless"])
def test_a_request_ends_in_time_however_it_is_answered(crm: Sandbox, fault: str) -> None:
    with pytest.raises((Unreachable, UnexpectedReply)) as caught:
        fetch(crm, fault, 0.4)
    assert getattr(caught.value, "sent", True) is True


@pytest.mark.parametrize("fault", ["gzip_bomb", "gzip_nested", "body_huge"])
def test_an_answer_has_a_size(crm: Sandbox, fault: str) -> None:
    with pytest.raises((UnexpectedReply, Unreachable)):
        fetch(crm, fault, 10)


def test_nobody_there_proves_that_nothing_was_sent() -> None:
    with client("http://127.0.0.1:9") as http, pytest.raises(Unreachable) as caught:
        http.request("POST", "/crm/objects/2026-09/calls", json={})
    assert caught.value.sent is False
    assert "http://127.0.0.1:9 cannot be reached" in caught.value.line


@contextmanager
def answering(headers: bytes, body: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives one answer, and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with server.accept()[0] as line:
                asked.append(line.recv(65_536))
                line.sendall(
                    b"HTTP/1.1 200 OK\r\nConnection: close\r\n%b\r\n\r\n%b" % (headers, body)
                )

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked
        thread.join()


PACKED = gzip.compress(b'{"results": []}' * 100, mtime=0)


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        (b"gzip", PACKED),
        (b"deflate", zlib.compress(b'{"results": []}' * 100)),
        (b"identity", b'{"results": []}' * 100),
    ],
    ids=["gzip", "deflate", "identity"],
)
def test_a_packed_answer_is_unpacked(packing: bytes, body: bytes) -> None:
    headers = b"Content-Encoding: %b\r\nX-One: a\r\nx-one: b" % packing
    with answering(headers, body) as (url, asked), client(url) as http:
        reply = http.request("GET", "/crm/a b", params={"properties": "one,two", "after": "é"})
    assert reply.body == b'{"results": []}' * 100
    assert reply.headers["x-one"] == "a, b"
    assert asked[0].startswith(b"GET /crm/a%20b?properties=one%2Ctwo&after=%C3%A9 HTTP/1.1\r\n")
    assert b"Host: " + url.removeprefix("http://").encode() in asked[0]


@pytest.mark.parametrize("body", [PACKED[:-12], PACKED[:10] + b"nonsense"], ids=["cut", "not"])
def test_a_packed_answer_that_is_cut_off_is_none(body: bytes) -> None:
    with (
        answering(b"Content-Encoding: gzip", body) as (url, _),
        client(url) as http,
        pytest.raises(Unreachable) as caught,
    ):
        http.request("GET", "/")
    assert caught.value.sent is True


def test_another_packing_was_not_asked_for() -> None:
    with (
        answering(b"Content-Encoding: br", b"x") as (url, _),
        client(url) as http,
        pytest.raises(UnexpectedReply, match="packed"),
    ):
        http.request("GET", "/")


def test_a_page_in_place_of_an_answer_says_what_to_check() -> None:
    page = Reply(200, {"content-type": "text/html; charset=utf-8"}, b"<html>Log in</html>")
    with pytest.raises(UnexpectedReply) as caught:
        decoded(page)
    for word in ("Check the address", "proxy", "log-in page"):
        assert word in caught.value.line


@pytest.mark.parametrize(
    "fault", ["reset_before_headers", "close_before_headers", "reset_mid_body"]
)
def test_a_reset_proves_nothing(crm: Sandbox, fault: str) -> None:
    with pytest.raises(Unreachable) as caught:
        fetch(crm, fault)
    assert caught.value.sent is True


def test_a_redirect_is_not_followed(crm: Sandbox) -> None:
    crm.fault("redirect_host", path="/crm/owners")
    with client(crm.url) as http:
        assert 300 <= http.request("GET", "/crm/owners/2026-09").status < 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b"[" * 100_000,
        b'{"a": "\xff"',
        b'{"a": Infinity}',
    ],
)
def test_what_is_no_json_is_told_as_such(body: bytes) -> None:
    with pytest.raises(UnexpectedReply):
        safe_json(body)


def test_one_bad_character_does_not_spoil_the_rest() -> None:
    found = safe_json(b'{"results": [{"id": "1", "x": "\\ud800"}, {"id": "2"}]}')
    assert [each["id"] for each in found["results"]] == ["1", "2"]


@given(st.text(max_size=200))
def test_text_comes_back_from_html_as_it_went(text: str) -> None:
    def words(value: str) -> list[str]:
        return value.split()

    from csmdesk.text import clean_text

    assert words(text_of(html_of(clean_text(text)))) == words(clean_text(text))


@given(st.text(alphabet="<>/abip divscript&;=\"' \n", max_size=400))
def test_no_html_breaks_the_reader(body: str) -> None:
    assert "\x1b" not in text_of(body)


def test_a_marker_is_only_one_in_the_last_line() -> None:
    assert split_marker("a\ncsmdesk:x-1", "csmdesk:") == ("a", "x-1")
    assert split_marker("csmdesk:x-1\na", "csmdesk:") == ("csmdesk:x-1\na", None)
    assert split_marker("talk about csmdesk: fine", "csmdesk:")[1] is None


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        """The time."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.at += seconds


def paced(count: int, take: Callable[[RateLimiter], None]) -> list[float]:
    """When so many requests left."""
    time = Time()
    limiter = RateLimiter(burst=20, searches=5, monotonic=time.now, sleep=time.sleep)
    left = []
    for _ in range(count):
        take(limiter)
        left.append(time.at)
    return left


def test_the_budget_of_ten_seconds_is_kept_with_a_tenth_to_spare() -> None:
    left = paced(60, lambda limiter: limiter.acquire())
    for start in left:
        assert sum(1 for each in left if start <= each < start + 10) <= 18


def test_no_more_than_five_searches_leave_in_a_second() -> None:
    left = paced(18, lambda limiter: limiter.acquire(search=True))
    for start in left:
        assert sum(1 for each in left if start <= each < start + 1) <= 5


def test_the_allowance_follows_the_announced_one() -> None:
    time = Time()
    limiter = RateLimiter(burst=20, monotonic=time.now, sleep=time.sleep)
    limiter.read({"x-hubspot-ratelimit-max": "200", "x-hubspot-ratelimit-remaining": "199"})
    for _ in range(180):
        limiter.acquire()
    assert time.at == 1000.0


def test_when_others_use_the_window_up_we_hold_back() -> None:
    time = Time()
    limiter = RateLimiter(burst=100, monotonic=time.now, sleep=time.sleep)
    limiter.acquire()
    limiter.read({"x-hubspot-ratelimit-max": "100", "x-hubspot-ratelimit-remaining": "4"})
    limiter.acquire()
    assert time.at > 1001.0


def test_a_day_that_is_spent_is_told_and_not_waited_for() -> None:
    limiter = RateLimiter()
    limiter.read({"x-hubspot-ratelimit-daily-remaining": "0"})
    with pytest.raises(RateLimited) as caught:
        limiter.acquire()
    assert caught.value.daily
