"""A file damaged in any way: never a crash, never a text taken for what it is not."""

import os
import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.acme import NOW, acme, numbered, workspace_on

from csmdesk.errors import CsmdeskError
from csmdesk.store.backup import back_up_daily
from csmdesk.store.database import open_store
from csmdesk.store.queries import outbox
from csmdesk.usecases import agenda, doctor
from csmdesk.usecases.drafts import LOG_BAR, save_draft
from csmdesk.usecases.touchpoints import log

pytestmark = pytest.mark.slow

FULL = os.environ.get("CSMDESK_CAMPAIGN") == "full"
CASES = 600 if FULL else 200
PAGE = 4096
WORDS = (
    *("renewal", "budget", "sponsor", "rollout", "champion"),
    *("legal", "security", "pricing", "seats", "workshop"),
)

Parts = dict[str, bytes]
"""The files of a store by what follows its name."""

Texts = dict[str, object]
"""What the user wrote, by what it belongs to."""

SUMMED = (
    "SELECT 'touchpoint ' || id, text FROM touchpoints",
    "SELECT 'draft ' || place || ' ' || record, body FROM drafts",
    "SELECT 'outbox operation ' || op_id, payload FROM outbox",
)


def flip(parts: Parts, dice: random.Random) -> None:
    """One bit is another."""
    text = bytearray(parts[""])
    text[dice.randrange(len(text))] ^= 1 << dice.randrange(8)
    parts[""] = bytes(text)


def flip_in_a_text(parts: Parts, dice: random.Random) -> None:
    """One bit is another in something that was written by the user."""
    text = bytearray(parts[""])
    word = dice.choice(WORDS).encode()
    places = [place for place in range(len(text)) if text.startswith(word, place)]
    if places:
        text[dice.choice(places) + dice.randrange(len(word))] ^= 1 << dice.randrange(8)
    parts[""] = bytes(text)


def empty_page(parts: Parts, dice: random.Random) -> None:
    """A page is all zeros."""
    text = bytearray(parts[""])
    page = dice.randrange(len(text) // PAGE)
    text[page * PAGE : (page + 1) * PAGE] = bytes(PAGE)
    parts[""] = bytes(text)


def cut(parts: Parts, dice: random.Random) -> None:
    """The end is missing."""
    parts[""] = parts[""][: dice.randrange(len(parts[""]))]


def foreign(parts: Parts, dice: random.Random) -> None:
    """It is a file of another program."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE notes (text)")
    connection.execute(f"PRAGMA user_version = {dice.randrange(3)}")
    connection.execute(f"PRAGMA application_id = {dice.choice([0, 0, 7])}")
    connection.commit()
    parts.clear()
    parts[""] = connection.serialize()


def damaged_log(parts: Parts, dice: random.Random) -> None:
    """The log is cut or has a bit that is another: SQLite takes what is whole of it."""
    text = bytearray(parts["-wal"])
    if dice.random() < 0.5:
        del text[dice.randrange(len(text)) :]
    else:
        text[dice.randrange(len(text))] ^= 1 << dice.randrange(8)
    parts["-wal"] = bytes(text)


def other_log(parts: Parts, _: random.Random) -> None:
    """The log is that of another store."""
    parts["-wal"] = parts["other-wal"]
    parts.pop("-shm", None)


def no_log(parts: Parts, _: random.Random) -> None:
    """Somebody deleted the log."""
    del parts["-wal"]
    parts.pop("-shm", None)


KINDS: tuple[tuple[Callable[[Parts, random.Random], None], int], ...] = (
    (flip, 6),
    (flip_in_a_text, 4),
    (empty_page, 4),
    (cut, 3),
    (foreign, 1),
    (damaged_log, 2),
    (other_log, 1),
    (no_log, 1),
)
EARLIER = {damaged_log, no_log, other_log}
"""What a log loses, it loses as if the latest commits had never been: nothing can tell."""


def prepare(folder: Path, touches: int, seed: int) -> None:
    """Write a store, leave its latest commits in the log, and end without closing it."""
    dice = random.Random(seed)
    child = os.fork()
    if child == 0:
        world = acme(folder, linked=True)
        new_id = numbered()
        for number in range(touches):
            said = " ".join(dice.choices(WORDS, k=12))
            log(world, "acme", f"c Ana 25m + {said} {number}", NOW, new_id=new_id)
        world.store.close()
        world = workspace_on(open_store(folder / "book.db"))
        save_draft(world, LOG_BAR, "globex", "c ana about the renewal budget", NOW)
        log(world, "acme", "c Ana 5m + the latest of all", NOW, new_id=numbered("late"))
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def read_parts(folder: Path) -> Parts:
    """The files of the store in a folder."""
    return {
        suffix: folder.joinpath(f"book.db{suffix}").read_bytes()
        for suffix in ("", "-wal", "-shm")
        if folder.joinpath(f"book.db{suffix}").exists()
    }


def texts(path: Path) -> Texts:
    """Every text the user wrote, read around csmdesk."""
    connection = sqlite3.connect(path)
    connection.text_factory = bytes
    try:
        return {
            bytes(name).decode(errors="replace"): text
            for statement in SUMMED
            for name, text in connection.execute(statement)
        }
    finally:
        connection.close()


def examine(path: Path) -> tuple[str, list[str]]:
    """Use a store as a morning does; return how that ended, and what doctor says is bad."""
    try:
        world = workspace_on(open_store(path, create=False))
    except CsmdeskError:
        return "refused", []
    told: list[str] = []
    ended = "served"
    try:
        new_id = numbered("m")
        for use in (
            lambda: agenda.today(world),
            lambda: log(world, "acme", "c Ana 5m + one more", NOW, new_id=new_id),
        ):
            try:
                use()
            except CsmdeskError:
                ended = "said so"
        try:
            found = [each for each in doctor.book(world, {}) if each.subject == "store"]
            told = [each.text for each in found if each.state == "bad"]
            with world.store.reading() as connection:
                outbox.items(connection)
        except CsmdeskError as error:
            told, ended = [error.line], "said so"
    finally:
        world.store.close()
    return ended, told


def test_a_damaged_store_says_so_and_takes_no_text_for_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, touches, seed in (("one", 60, 1), ("other", 9, 2)):
        tmp_path.joinpath(name).mkdir()
        prepare(tmp_path / name, touches, seed)
    whole = {**read_parts(tmp_path / "one")}
    whole["other-wal"] = read_parts(tmp_path / "other")["-wal"]
    path = tmp_path / "one" / "book.db"
    back_up_daily(path, NOW.date())
    written = texts(path)
    assert len(written) > 60 * 3
    choices = [kind for kind, weight in KINDS for _ in range(weight)]
    endings: Counter[str] = Counter()
    for number in range(CASES):
        dice = random.Random(number)
        damage = choices[number % len(choices)]
        parts = dict(whole)
        damage(parts, dice)
        parts.pop("other-wal", None)
        for left in path.parent.glob("book.db*"):
            if left.is_file():
                left.unlink()
        for suffix, text in parts.items():
            path.with_name(f"book.db{suffix}").write_bytes(text)
        try:
            ended, told = examine(path)
            found = texts(path) if ended == "served" and not told else None
        except Exception as error:
            error.add_note(f"case {number}: {damage.__name__}")
            raise
        if found is not None:
            changed = [name for name, text in found.items() if written.get(name, text) != text]
            assert changed == [], (number, damage.__name__)
            lost = written.keys() - found.keys()
            assert not lost or damage in EARLIER, (number, damage.__name__, lost)
        endings["told" if told and ended == "served" else ended] += 1
    with capsys.disabled():
        print(  # noqa: T201  # the count is the result
            f"damage: {CASES} cases, {endings['refused']} refused at once, {endings['said so']}"
            f" told when met, {endings['told']} by doctor, {endings['served']} without harm"
        )
    assert endings["refused"] > 5
    assert endings["told"] + endings["said so"] > CASES // 5
