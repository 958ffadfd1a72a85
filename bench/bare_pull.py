"""The least that a pull can be: fetch the pages, decode them, put the records into a table.

Reads the requests to make as JSON lines `[method, target, body]`, prints how long they took.
`--plain` decodes with httpx and the standard library alone, as most would write it; without it
the fast decoder is used that csmdesk uses.
"""

import argparse
import json
import sqlite3
import time
from pathlib import Path
from typing import Any

import httpx
import orjson


def pull(
    base: str, token: str, requests: list[list[str]], file: Path, *, plain: bool
) -> tuple[float, int]:
    """Make the requests one after the other; return seconds and how many records came."""
    written = json.dumps if plain else _fast
    connection = sqlite3.connect(file, isolation_level=None)
    connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")
    connection.execute(
        "CREATE TABLE record"
        " (page INTEGER, id TEXT, changed TEXT, body TEXT, PRIMARY KEY (page, id)) STRICT"
    )
    count = 0
    begun = time.perf_counter()
    with httpx.Client(base_url=base, headers={"authorization": f"Bearer {token}"}) as client:
        for page, (method, target, body) in enumerate(requests):
            reply = client.request(
                method, target, content=body, headers={"content-type": "application/json"}
            )
            results = _records(reply.json() if plain else orjson.loads(reply.content))
            rows = [
                (page, str(_id(result, n)), result.get("updatedAt"), written(result))
                for n, result in enumerate(results)
            ]
            connection.execute("BEGIN")
            connection.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
            count += len(rows)
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds, count


def _fast(value: Any) -> str:
    return orjson.dumps(value).decode()


def _records(body: Any) -> list[dict[str, Any]]:
    results = body.get("results", [body]) if isinstance(body, dict) else body
    return results if isinstance(results, list) else [results]


def _id(result: dict[str, Any], number: int) -> object:
    source = result.get("from")
    return result.get("id") or (source.get("id") if isinstance(source, dict) else None) or number


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("base")
    parser.add_argument("token")
    parser.add_argument("requests", type=Path)
    parser.add_argument("file", type=Path)
    parser.add_argument("--plain", action="store_true")
    options = parser.parse_args()
    asked = [json.loads(line) for line in options.requests.read_text("utf-8").splitlines()]
    seconds, count = pull(options.base, options.token, asked, options.file, plain=options.plain)
    print(json.dumps({"seconds": seconds, "records": count}))
