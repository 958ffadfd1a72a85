"""The people of an account: names in their own script, roles, who reports to whom."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from calendar_days import pick
from cast import Spec
from worlds import CULTURES, INDUSTRIES, Culture

_ORDER = {
    "high": ("exec", "champ", "tech", "user", "user2", "proc", "coach", "dm"),
    "mid": ("exec", "champ", "user", "tech", "user2", "proc"),
    "low": ("champ", "exec", "user"),
    "tech": ("champ", "user"),
}
_ROLES: dict[str, tuple[tuple[str, ...], int, int, int]] = {
    "exec": (("exec_sponsor", "economic_buyer"), 5, 2, 0),
    "champ": (("champion",), 4, 5, 2),
    "tech": (("technical",), 3, 3, 1),
    "user": (("power_user",), 2, 5, 1),
    "user2": (("end_user",), 1, 4, 1),
    "proc": (("procurement",), 3, 1, 0),
    "coach": (("coach", "influencer"), 2, 4, 1),
    "dm": (("decision_maker",), 4, 2, 0),
}
_TITLES: dict[str, tuple[str, ...]] = {
    "exec": ("Chief Operating Officer", "Managing Director", "VP Operations", "CFO", "Director of Finance and Operations"),
    "champ": ("Head of Operations", "Operations Excellence Lead", "Director of Quality", "Head of Process Improvement", "Regional Operations Manager"),
    "tech": ("IT Applications Lead", "Head of IT Security", "Systems Engineer", "Integration Architect"),
    "user": ("Site Coordinator {place}", "Process Specialist", "Team Lead {place}", "Quality Specialist"),
    "user2": ("Shift Lead {place}", "Trainer", "Data Steward"),
    "proc": ("Strategic Buyer", "Head of Procurement", "Category Manager IT"),
    "coach": ("Programme Manager", "Continuous Improvement Partner"),
    "dm": ("Head of {place}", "Director of Digital"),
}  # fmt: skip
_SMALL_TITLES = ("Owner", "General Manager", "Office Manager", "Operations Manager")


@dataclass
class Cast:
    """The people of one account by the part they play."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)

    def ids(self, *parts: str) -> list[str]:
        """Contact ids of the parts that are filled, each once."""
        known = [self.rows[part]["id"] for part in parts if part in self.rows]
        return list(dict.fromkeys(known))

    def name(self, part: str) -> str:
        """What a note calls the person; the champion stands in for parts nobody plays."""
        return self.first.get(part) or self.first["champ"]


def people_of(spec: Spec, segment: str, dice: Random) -> Cast:
    """Invent the people of an account."""
    culture = CULTURES[spec.culture]
    industry = INDUSTRIES[spec.industry]
    parts = _ORDER[segment][: spec.people or {"high": 6, "mid": 4, "low": 3, "tech": 1}[segment]]
    cast = Cast()
    used: set[str] = set()
    for number, part in enumerate(parts, 1):
        full, short = _name(culture, dice, used)
        roles, influence, interest, mood = _ROLES[part]
        titles = _SMALL_TITLES if segment in ("low", "tech") and part == "champ" else _TITLES[part]
        place = f"{pick(dice, culture.places)} {industry.place}"
        title = pick(dice, titles).format(place=place)
        row: dict[str, Any] = {
            "id": f"C-{spec.id[2:]}-{number}",
            "account_id": spec.id,
            "name": full,
            "title": title,
            "email": f"{_mailbox(full, number)}@{domain_of(spec)}",
            "phone": f"{culture.phone}{spec.id[-2:]}{number}",
            "roles": list(roles),
            "primary_role": roles[0],
            "influence": influence,
            "interest": interest,
            "sentiment": min(2, mood + pick(dice, (0, 0, 0, 1))),
        }
        cast.rows[part] = row
        cast.first[part] = short
    _report(cast)
    return cast


def domain_of(spec: Spec) -> str:
    """The web domain of an account; the top level can never be a real one."""
    ascii_name = "".join(
        char if char.isascii() and char.isalnum() else "-" for char in spec.name.lower()
    )
    slug = "-".join(part for part in ascii_name.split("-") if part)
    return f"{slug or 'kunde-' + spec.id[2:]}.example"


def _report(cast: Cast) -> None:
    top = cast.rows.get("exec")
    champion = cast.rows["champ"]
    for part, row in cast.rows.items():
        row["counterpart_id"] = {"exec": "U-tom", "proc": "U-tom", "tech": "U-elena"}.get(
            part, "U-mara"
        )
        boss = top if part in ("champ", "tech", "proc", "dm") else champion
        if part == "exec" or boss is None or boss is row:
            continue
        row["reports_to_id"] = boss["id"]


def _name(culture: Culture, dice: Random, used: set[str]) -> tuple[str, str]:
    while True:
        given, family = pick(dice, culture.given), pick(dice, culture.family)
        if given not in used and family not in used:
            break
        if len(used) > len(culture.family) + len(culture.given):
            break
    used.update({given, family})
    if not culture.family_first:
        return f"{given} {family}", given
    if family.isascii() or " " in given or culture is CULTURES["vietnamese"]:
        return f"{family} {given}", given.split()[-1]
    honorific = "さん" if culture is CULTURES["japanese"] else ""
    return f"{family}{given}", f"{family}{honorific}" if honorific else f"{family}{given}"


def _mailbox(name: str, number: int) -> str:
    plain = [part for part in name.lower().replace("'", "").split() if part.isascii()]
    return ".".join(plain) if len(plain) == len(name.split()) else f"kontakt{number}"
