"""A full pull of a big portal, beside a bare loop over the very same pages; memory; nothing new.

A first pull fills the replaying server, so that the measured one waits for no CRM; the last one
is made by a workbench whose keys are timed meanwhile. The bare loop
then makes the requests that csmdesk made, in the same order, decodes them and puts every record
into a table.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from bench import while_pulling
from bench.portal import TOKEN
from bench.report import Report, number
from bench.settings import Settings, csmdesk
from bench.stores import filled_store
from bench.terminal import median
from bench.watching import ROOT, Seen, watched

SHARE = 0.5
TYPES = 10
"""Types of records that are looked at; one more request asks whose CRM it is."""
ACTIVITIES_EACH = 5
TOKEN_VARIABLE = "BENCH_TOKEN"  # noqa: S105  # the name of a variable


@dataclass(frozen=True, slots=True)
class Pulled:
    """One measured pull: the process, csmdesk's own report, the requests it made."""

    seen: Seen
    seconds: float
    requests: list[list[str]]
    missed: int


def measure(settings: Settings) -> Report:
    """Measure pulls of a portal."""
    companies = 500 if settings.quick else 10000
    report = Report(
        "pull", "Full pull", ("what", "seconds", "records/s", "peak MiB", "share", "budget")
    )
    env = {**settings.environment(), TOKEN_VARIABLE: TOKEN}
    portal = ["bench.portal", str(companies), str(ACTIVITIES_EACH), str(settings.folder / "crm")]
    with _server(portal) as crm, _server(["bench.replay", crm]) as url:
        warm = _pull(settings, env, url, "warm")
        asked = settings.folder / "asked.jsonl"
        asked.write_text("\n".join(map(json.dumps, warm.requests)), "utf-8")
        # In turns, so that whatever else the machine does slows both.
        bare = [_bare(settings, env, url, asked, 0)]
        pulls, plain = [], []
        for turn in (1, 2):
            pulls.append(_pull(settings, env, url, f"turn-{turn}"))
            bare.append(_bare(settings, env, url, asked, turn))
            plain.append(_bare(settings, env, url, asked, turn, "--plain"))
        ours = min(pulls, key=lambda one: one.seconds)
        # The first sync of a day records health scores as well; the others have nothing to do.
        news = [_sync(settings, env, url, "turn-2") for _ in range(4)][1:]
        keys = settings.folder / "keys.db"
        shutil.copy(filled_store(settings, 300), keys)
        _connect(env, url, keys)
        while_pulling.measure(report, keys, env, presses=40)
    records = int(json.loads(bare[0].printed)["records"])
    floor, simple = (
        min(float(json.loads(one.printed)["seconds"]) for one in loops) for loops in (bare, plain)
    )
    share = simple / ours.seconds
    report.row(
        "bare httpx, executemany",
        *_figures(simple, records, median([one.peak for one in plain])),
        "100 %",
        "",
    )
    report.row(
        "the same with csmdesk's fast decoder",
        *_figures(floor, records, median([one.peak for one in bare])),
        f"{simple / floor:.0%}",
        "",
    )
    report.row(
        "csmdesk, scope all",
        *_figures(ours.seconds, records, ours.seen.peak),
        f"{share:.0%}",
        report.judge_share("full pull", share, SHARE),
    )
    quick = min(news, key=lambda one: one.seen.seconds)
    types = len(_searched(quick.requests))
    verdicts = (
        report.judge("pull of nothing new, whole process", quick.seen.seconds, 1.0, " s"),
        report.judge("requests of a pull of nothing new", len(quick.requests), TYPES + 1, ""),
    )
    report.row(
        "csmdesk, nothing new, whole process",
        number(quick.seen.seconds),
        "",
        number(quick.seen.peak),
        "",
        "; ".join(verdicts),
    )
    quarters = _quarters(ours.seen.memory)
    report.notes.append(
        f"{companies:,} companies, {companies * 3:,} contacts, "
        f"{companies * ACTIVITIES_EACH:,} activities and their deals, tickets and links: "
        f"{records:,} records in {len(ours.requests):,} requests. Pages come from memory: "
        f"{ours.missed} of them had to be fetched from the embedded CRM. The best of two pulls "
        "beside the best of three bare loops; csmdesk's own time, start and imports aside "
        f"(the whole process took {number(ours.seen.seconds)} s). The bare loop decodes as httpx "
        "does; beside one that decodes with orjson, as csmdesk does, it is "
        f"{floor / ours.seconds:.0%}."
    )
    report.notes.append(
        "Memory over the pull, the reading process included (highest MiB of each quarter): "
        + ", ".join(number(one) for one in quarters)
        + "."
    )
    report.notes.append(
        f"CPU of the whole processes: {number(ours.seen.cpu)} s, "
        f"{number(min(one.cpu for one in bare))} s bare; less moved by other work than time is."
    )
    report.notes.append(
        f"With nothing new: {len(quick.requests)} requests, {types} of them lists or searches; "
        f"csmdesk's own time {number(quick.seconds)} s. The best of three."
    )
    return report


def _figures(seconds: float, records: int, peak: float) -> tuple[str, str, str]:
    return number(seconds), f"{records / seconds:,.0f}", number(peak)


def _quarters(memory: tuple[float, ...]) -> list[float]:
    size = max(len(memory) // 4, 1)
    return [max(memory[start : start + size]) for start in range(0, size * 4, size)][:4]


def _searched(requests: list[list[str]]) -> list[str]:
    return [
        target
        for method, target, _ in requests
        if target.endswith("/search") or (method == "GET" and "limit=" in target)
    ]


@contextmanager
def _server(module: list[str]) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", *module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        yield process.stdout.readline().strip() if process.stdout else ""
    finally:
        process.communicate()


def _pull(settings: Settings, env: Mapping[str, str], url: str, name: str) -> Pulled:
    """Connect a fresh store and pull everything once."""
    _connect(env, url, _store(settings, name))
    return _sync(settings, env, url, name)


def _connect(env: Mapping[str, str], url: str, store: Path) -> None:
    connect = ["connect", "hubspot", "--base-url", url, "--token-env", TOKEN_VARIABLE]
    mine = ["--owner-email", "robin@example.com", "--scope", "all", "--yes", "--json"]
    watched(csmdesk("--store", str(store), *connect, *mine), env=env)


def _sync(settings: Settings, env: Mapping[str, str], url: str, name: str) -> Pulled:
    _control(url, "reset")
    seen = watched(csmdesk("--store", str(_store(settings, name)), "sync", "--json"), env=env)
    told = json.loads(_control(url, "asked"))
    report = json.loads(seen.printed)
    return Pulled(seen, float(report["seconds"]), told["asked"], int(told["missed"]))


def _store(settings: Settings, name: str) -> Path:
    return settings.folder / f"pulled-{name}.db"


def _control(url: str, what: str) -> bytes:
    with urlopen(Request(f"{url}/_replay/{what}"), timeout=60) as reply:  # noqa: S310  # loopback
        return bytes(reply.read())


def _bare(
    settings: Settings, env: Mapping[str, str], url: str, asked: Path, turn: int, *how: str
) -> Seen:
    target = settings.folder / f"bare-{turn}{''.join(how)}.db"
    command = [sys.executable, "-m", "bench.bare_pull", url, TOKEN, str(asked), str(target), *how]
    return watched(command, env=env)
