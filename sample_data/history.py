"""Eighteen months of touches of one account, as its CSM would have noted them."""

import re
from itertools import pairwise
from random import Random
from typing import Any

from calendar_days import Diary, back_to_work, between, instant, on_to_work, pick, text
from cast import Spec
from people import Cast
from phrases import ARCS, EMAILS, INTERNAL, NO_ANSWER, ONE_WAY, QBR, SLACK
from worlds import CULTURES, INDUSTRIES

LONGEST = 548
_RHYTHM = {"high": (8, 13), "mid": (18, 27), "low": (55, 84), "tech": (150, 260)}
_LAST = {"high": (3, 11), "mid": (4, 25), "low": (10, 78), "tech": (40, 160)}
_SLOT = re.compile(r"\{(champ|exec|tech|user|user2)\}")
_STEP = re.compile(r" ([<>]) ")
_MINUTES = {
    "call": (15, 20, 25, 30, 30, 45),
    "meeting": (30, 45, 60),
    "onsite": (120, 180, 240),
    "training": (45, 60, 90),
    "qbr": (55, 60, 60, 75),
    "email": (5, 10),
    "slack": (5,),
    "note": (5,),
    "internal": (10, 15),
}


class Notes:
    """Writes the notes of one account: its threads, its numbers, its people."""

    def __init__(self, spec: Spec, segment: str, cast: Cast, dice: Random) -> None:
        self._spec = spec
        self._cast = cast
        self._dice = dice
        self._industry = INDUSTRIES[spec.industry]
        town = CULTURES[spec.culture].places
        self._places = [f"{name} {self._industry.place}" for name in town]
        self._place = pick(dice, self._places)
        self._system = pick(dice, self._industry.systems)
        self._threads = _shuffled(list(ARCS), dice)
        if segment in ("low", "tech"):
            self._threads = [one for one in self._threads if one not in _BIG_THREADS]
        self._open: list[list[str]] = []
        self._pools: dict[tuple[str, ...], list[str]] = {}

    def thread(self) -> str:
        """The next step of one of the threads now running here."""
        if len(self._open) < 2 and self._threads:
            name = self._threads.pop()
            self._open.append([pick(self._dice, step) for step in ARCS[name]])
            if self._dice.random() < 0.5:
                self._place = pick(self._dice, self._places)
        if not self._open:
            return self.one_of(EMAILS)
        running = self._open[int(self._dice.random() * len(self._open))]
        line = running.pop(0)
        if not running:
            self._open.remove(running)
        return line

    def one_of(self, pool: tuple[str, ...]) -> str:
        """A line of a pool; each once before any comes again."""
        turn = self._pools.setdefault(pool, _shuffled(list(pool), self._dice))
        turn.append(turn.pop(0))
        return turn[-1]

    def fill(self, line: str, progress: float) -> tuple[str, list[str]]:
        """Fill a line's slots; return it with the parts of the people it names.

        Args:
            progress: how much of the way to the account's goal is behind it, 0 to 1.
        """
        name, unit, base, target = self._industry.kpi
        now = round(base + (target - base) * progress * 0.8)
        sign = f" {unit}" if unit else ""
        parts = list(dict.fromkeys(_SLOT.findall(line)))
        filled = line.format(
            champ=self._cast.name("champ"),
            exec=self._cast.name("exec"),
            tech=self._cast.name("tech"),
            user=self._cast.name("user"),
            user2=self._cast.name("user2"),
            place=self._place,
            thing=self._industry.thing,
            thing1=self._industry.thing1,
            thing2=self._industry.more,
            system=self._system,
            crew=self._industry.crew,
            kpi=name,
            base=f"{base}{sign}",
            now=f"{now}{sign}",
            target=f"{target}{sign}",
            n=between(self._dice, 4, 38),
            pct=between(self._dice, 71, 97),
        )
        return filled[0].upper() + filled[1:], parts


_BIG_THREADS = ("sso", "reorg", "procurement", "api", "data", "audit", "safety", "value")


def history(
    spec: Spec, segment: str, cast: Cast, diary: Diary, dice: Random, until: int = 0
) -> list[dict[str, Any]]:
    """Write the touches of an account, oldest first.

    Args:
        until: the day from which somebody else tells the story; 0 is the anchor.
    """
    notes = Notes(spec, segment, cast, dice)
    first = -min(LONGEST, int(spec.since * 30.4) - 3)
    reviews = _reviews(spec, segment, dice, first, until)
    days = _days(spec, segment, dice, first, until, reviews)
    rows: list[dict[str, Any]] = []
    for offset, kind in days:
        progress = min(1.0, max(0.1, (offset - first + 60) / (LONGEST + 60)))
        user = "U-mara" if offset > _assigned(spec) else "U-jonas"
        row = _touch(spec, notes, cast, kind, offset, progress, dice)
        row["user_id"] = user
        hour, minute = diary.slot(offset, dice, user)
        row["at"] = instant(offset, hour, minute)
        rows.append(row)
    return rows


def assigned_on(spec: Spec) -> int | None:
    """The day the account came to Mara, where it was somebody else's before."""
    return _assigned(spec) if _assigned(spec) > -int(spec.since * 30.4) + 20 else None


def _assigned(spec: Spec) -> int:
    return -310 if int(spec.id[2:]) % 3 == 0 else -9_999


def _touch(
    spec: Spec, notes: Notes, cast: Cast, kind: str, offset: int, progress: float, dice: Random
) -> dict[str, Any]:
    pool = {"qbr": QBR, "email": EMAILS, "slack": SLACK, "internal": INTERNAL}
    pool |= {"out": ONE_WAY, "missed": NO_ANSWER}
    line = notes.one_of(pool[kind]) if kind in pool else notes.thread()
    filled, parts = notes.fill(line, progress)
    words, *steps = _STEP.split(filled)
    type_ = {"out": "email", "missed": "call"}.get(kind, kind)
    if kind == "talk":
        type_ = _type_of(words, dice)
    row: dict[str, Any] = {"account_id": spec.id, "type": type_, "text": words}
    row["minutes"] = pick(dice, _MINUTES[type_])
    present = ["champ", *parts]
    if kind == "qbr":
        present = ["exec", "champ", "user", "tech"]
    elif kind == "talk" and dice.random() < 0.45:
        present.append(pick(dice, ("user", "tech", "user2", "coach")))
    if kind == "internal":
        present = []
    row["attendee_ids"] = cast.ids(*present)
    if kind in ("email", "slack"):
        row |= {"two_way": True, "direction": pick(dice, ("in", "out"))}
    if kind == "out":
        row |= {"two_way": False, "direction": "out"}
    if kind == "missed":
        row["outcome"] = "no_show" if "did not make it" in words else "left_message"
        row["minutes"] = 2
    if kind in ("talk", "qbr"):
        row["outcome"] = "advanced" if dice.random() < 0.35 else "held"
        mood = _mood(spec, dice)
        if mood is not None:
            row["sentiment"] = mood
    row["next_steps"] = [
        _step(sign, words, offset, dice)
        for sign, words in zip(steps[::2], steps[1::2], strict=True)
    ]
    return row


def _step(sign: str, words: str, offset: int, dice: Random) -> dict[str, Any]:
    due = on_to_work(offset + between(dice, 2, 10))
    step: dict[str, Any] = {"text": words, "side": "us" if sign == ">" else "them"}
    if due < 2:
        done = back_to_work(min(-3, due + pick(dice, (-1, 0, 0, 0, 1, 3))))
        step["done_on"] = text(max(done, offset))
    step["due_on"] = text(due)
    return step


def _mood(spec: Spec, dice: Random) -> int | None:
    chance = dice.random()
    if chance < 0.5:
        return None
    low = spec.health is not None and spec.health[1] < 70
    return -1 if chance > (0.8 if low else 0.96) else 0 if chance > 0.88 else 1


def _type_of(words: str, dice: Random) -> str:
    lowered = words.lower()
    if "training held" in lowered or "training group" in lowered:
        return "training"
    if lowered.startswith("walked") or ("kick-off at" in lowered):
        return "onsite"
    if "workshop" in lowered or "whiteboard" in lowered:
        return "meeting"
    if "call" in lowered:
        return "call"
    return pick(dice, ("call", "call", "call", "meeting"))


def _reviews(spec: Spec, segment: str, dice: Random, first: int, until: int) -> list[int]:
    if segment not in ("high", "mid"):
        return []
    last = spec.review if spec.review is not None else max(between(dice, 9, 63), spec.last or 0)
    found: list[int] = []
    offset = back_to_work(-last)
    while offset > first + 60:
        if offset < until:
            found.append(offset)
        offset = back_to_work(offset - between(dice, 82, 95))
    return found


def _days(
    spec: Spec, segment: str, dice: Random, first: int, until: int, reviews: list[int]
) -> list[tuple[int, str]]:
    last = spec.last if spec.last is not None else between(dice, *_LAST[segment])
    taken = dict.fromkeys(reviews, "qbr")
    quiet = -last
    offset = back_to_work(quiet)
    while offset > first:
        near_review = any(abs(offset - review) < 5 for review in reviews)
        if offset < until and (not near_review or offset == back_to_work(quiet)):
            taken.setdefault(offset, "talk")
        offset = back_to_work(offset - between(dice, *_RHYTHM[segment]))
    talks = sorted(one for one, kind in taken.items() if kind == "talk")
    for before, after in pairwise(talks):
        chance = dice.random()
        extra = back_to_work((before + after) // 2)
        if extra in taken or extra <= before or segment == "tech":
            continue
        if chance < 0.6:
            kinds = ("email", "email", "internal", "out", "slack", "missed")
            taken[extra] = pick(dice, kinds)
    return sorted(taken.items())


def _shuffled(items: list[str], dice: Random) -> list[str]:
    return [name for _, name in sorted((dice.random(), name) for name in items)]
