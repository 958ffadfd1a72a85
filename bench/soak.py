"""A soak: touches logged over an unreliable link while a portal is pulled over the same link.

The embedded CRM loses replies, resets connections, limits, errs and stutters all the time; nothing
is healed. In the end its own log says what arrived, how often.
"""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from bench.portal import TOKEN
from bench.report import Report, number
from bench.settings import Settings
from bench.terminal import median, quantile
from bench.watching import ROOT

LINK = {
    "close_before_headers_applied": 0.06,
    "reset_mid_body": 0.03,
    "reset_before_headers": 0.04,
    "truncated_close": 0.02,
    "error_502_applied": 0.02,
    "error_503": 0.03,
    "rate_limited_seconds:1": 0.02,
    "html": 0.01,
}
"""How often which fault strikes a request."""

MOST_ROUNDS = 400
STEP = timedelta(seconds=45)
"""What the clock is moved on between two syncs, so that nobody waits for a backoff."""


class Clock:
    """The machine's time, moved on."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC) + self.offset


def measure(settings: Settings) -> Report:
    """Log, pull and push until everything has arrived."""
    touches, companies = (100, 100) if settings.quick else (1000, 1000)
    report = Report("soak", "An unreliable link", ("what", "figure", "budget"))
    with _portal(companies, settings.folder / "crm") as url:
        desk = _Desk(settings.folder / "soak.db", url)
        _control(url, "POST", "faults", {"rules": _rules(), "seed": 7})
        took = _times(desk, touches)
        requests = _control(url, "GET", "requests")["results"]
        effects = _control(url, "GET", "effects")["results"]
    keys = Counter(
        each["changed"]["csmdesk_key"]
        for each in effects
        if each["op"] == "create" and each.get("changed", {}).get("csmdesk_key")
    )
    wanted = [row[0] for row in desk.rows("SELECT op_id FROM outbox WHERE kind = 'create'")]
    lost = sum(keys[each] == 0 for each in wanted)
    doubled = sum(times > 1 for times in keys.values())
    pulled = desk.rows("SELECT count(*) FROM remote_links WHERE origin = 'pull'")[0][0]
    struck = Counter(each["fault"].partition(":")[0] for each in requests if each["fault"])
    report.row("touches logged", number(len(wanted)), "")
    report.row("lost", str(lost), report.judge("touches lost", lost, 0, ""))
    report.row("doubled", str(doubled), report.judge("touches doubled", doubled, 0, ""))
    report.row("records pulled meanwhile", number(pulled), "")
    report.row("seconds until all was there", number(took.seconds), "")
    report.row("syncs", str(took.rounds), "")
    report.row("requests", number(len(requests)), "")
    report.row("requests that failed", number(sum(struck.values())), "")
    report.row("a log meanwhile, median ms", number(median(took.logs)), "")
    report.row("a log meanwhile, p95 ms", number(quantile(took.logs, 0.95)), "")
    shares = ", ".join(f"{name} {count}" for name, count in struck.most_common())
    report.notes.append(f"Faults that struck: {shares}.")
    report.notes.append(
        "Nothing is healed; the link is as bad at the end as at the beginning. The clock is moved"
        f" on by {STEP.seconds} s after each sync, so that nobody waits for a backoff."
    )
    desk.close()
    return report


class _Took:
    def __init__(self) -> None:
        self.seconds = 0.0
        self.rounds = 0
        self.logs: list[float] = []


class _Desk:
    """A store tied to the portal."""

    def __init__(self, path: Path, url: str) -> None:
        from csmdesk.config import Config
        from csmdesk.crm.hubspot.connector import open_hubspot
        from csmdesk.crm.limits import RateLimiter
        from csmdesk.secrets import Secret
        from csmdesk.store.database import open_store
        from csmdesk.store.queries.connections import stored_connection
        from csmdesk.sync.settings import settings_of
        from csmdesk.usecases import setup
        from csmdesk.usecases.workspace import Workspace

        def dial(chosen: Any, token: Any) -> Any:
            limiter = RateLimiter(10**9, 10**9, sleep=lambda _: None)
            return open_hubspot(chosen, token, limiter=limiter, total=10, sleep=lambda _: None)

        def connect(key: str) -> Any:
            with store.reading() as reading:
                stored = stored_connection(reading, key)
            assert stored is not None  # noqa: S101  # it was connected a moment ago
            return dial(settings_of(stored), lambda: Secret(TOKEN))

        store = open_store(path)
        self.clock = Clock()
        self.workspace = Workspace(
            store=store,
            clock=self.clock,
            config=Config(),
            zone=ZoneInfo("Europe/Berlin"),
            connect=connect,
        )
        setup.connect_hubspot(
            self.workspace,
            dial=dial,
            token=lambda: Secret(TOKEN),
            base_url=url,
            owner_email="robin@example.com",
            scope="all",
            yes=True,
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.workspace.store.reading() as connection:
            return connection.execute(sql).fetchall()

    def close(self) -> None:
        """Close the store."""
        self.workspace.store.close()


def _times(desk: _Desk, touches: int) -> _Took:
    """Log in one thread and sync in another until nothing is left."""
    from csmdesk.usecases import syncing

    took = _Took()
    logging = threading.Thread(target=_log, args=(desk, touches, took.logs))
    begun = time.monotonic()
    logging.start()
    for _ in range(MOST_ROUNDS):
        syncing.sync(desk.workspace, thorough=False, sweep=False)
        took.rounds += 1
        desk.clock.offset += STEP
        left = desk.rows("SELECT 1 FROM outbox WHERE state NOT IN ('done', 'cancelled') LIMIT 1")
        walking = desk.rows("SELECT 1 FROM cursors WHERE state <> 'settled' LIMIT 1")
        if not logging.is_alive() and not left and not walking:
            break
    logging.join()
    took.seconds = time.monotonic() - begun
    return took


def _log(desk: _Desk, touches: int, took: list[float]) -> None:
    """Log one touch after the other, on whatever accounts have been pulled so far."""
    from csmdesk.errors import AmbiguousName
    from csmdesk.usecases import touchpoints

    turn = 0
    people: list[tuple[Any, ...]] = []
    while len(took) < touches:
        if len(people) < touches:
            people = desk.rows(
                "SELECT account_id, min(name) FROM contacts"
                " GROUP BY account_id, substr(name, 1, instr(name, ' ')) HAVING count(*) = 1"
            )
        if not people:
            time.sleep(0.05)
            continue
        turn += 1
        account, name = people[turn % len(people)]
        line = f"c {name.split()[0]} 25m + renew ok if step {len(took)} ships"
        begun = time.perf_counter()
        try:
            touchpoints.log(desk.workspace, account, line, desk.clock.now())
        except AmbiguousName:
            continue  # somebody of that name was pulled in between
        took.append((time.perf_counter() - begun) * 1000)


def _rules() -> list[dict[str, Any]]:
    left = 1.0
    rules = []
    for fault, chance in LINK.items():
        rules.append({"fault": fault, "times": None, "probability": chance / left})
        left -= chance
    return rules


@contextmanager
def _portal(companies: int, folder: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.portal", str(companies), "5", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.communicate()


def _control(url: str, method: str, what: str, body: object = None) -> dict[str, Any]:
    request = Request(  # noqa: S310  # to loopback
        f"{url}/_sandbox/{what}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {TOKEN}",
            "Content-Type": "application/json",
            "Connection": "close",
        },
    )
    with urlopen(request) as reply:  # noqa: S310  # to loopback
        told: dict[str, Any] = json.loads(reply.read())
    return told
