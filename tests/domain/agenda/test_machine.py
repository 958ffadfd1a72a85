"""The same book and instant give the same list on every machine."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRIPT = """
import json, sys
from datetime import datetime
from pathlib import Path
from tests.builders import World
from tests.domain.agenda.looking import document
from tests.generated import world_of
story = json.loads(Path(sys.argv[1]).read_text("utf-8"))
documents = [document(World(story["book"]), datetime.fromisoformat(story["as_of"]))]
documents += [document(*world_of(seed)) for seed in range(30)]
print(json.dumps(documents, ensure_ascii=True))
"""


def told(**environment: str) -> str:
    story = ROOT / "tests" / "data" / "agenda" / "worked-examples.json"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(story)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        check=True,
        text=True,
        encoding="utf-8",
    )
    return done.stdout


def test_hash_seed_zone_and_locale_of_the_machine_change_nothing() -> None:
    first = told(PYTHONHASHSEED="0", TZ="UTC", LC_ALL="C.UTF-8")
    assert len(first) > 20_000
    assert told(PYTHONHASHSEED="4711", TZ="Pacific/Auckland", LC_ALL="tr_TR.UTF-8") == first
