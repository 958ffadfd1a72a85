"""The vocabulary of the agenda fixtures: what an agenda document must satisfy."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

_SHORT = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def says(text: str, needle: str) -> bool:
    """Tell whether a text says a needle; `date:2026-03-31` fits several ways of writing it."""
    text = text.casefold()
    if not needle.startswith("date:"):
        return needle.casefold() in text
    day = date.fromisoformat(needle[5:])
    short, long = _SHORT[day.month - 1], _LONG[day.month - 1]
    ways = (
        day.isoformat(),
        f"{day.day} {short}",
        f"{day.day} {long}",
        f"{short} {day.day}",
        f"{long} {day.day}",
    )
    return any(way.casefold() in text for way in ways)


def check(document: Mapping[str, Any], expect: Mapping[str, Any]) -> None:
    """Assert everything a fixture expects of an agenda document."""
    for key, value in expect.items():
        if key != "also":
            _CHECKS[key](document, value)


def _ids(document: Mapping[str, Any]) -> list[str]:
    return [item["account_id"] for item in document["items"]]


def _item(document: Mapping[str, Any], id_: str) -> Mapping[str, Any] | None:
    return next((item for item in document["items"] if item["account_id"] == id_), None)


def _signals(document: Mapping[str, Any], id_: str) -> list[Mapping[str, Any]]:
    item = _item(document, id_)
    return [] if item is None else [*item["reasons"], *item["context"]]


def _types(document: Mapping[str, Any], id_: str) -> set[str]:
    return {signal["type"] for signal in _signals(document, id_)}


def _order(document: Any, ids: list[str]) -> None:
    listed = _ids(document)
    assert [id_ for id_ in listed if id_ in ids] == ids


def _top(document: Any, ids: list[str]) -> None:
    assert _ids(document)[: len(ids)] == ids


def _only(document: Any, ids: list[str]) -> None:
    assert _ids(document) == ids


def _present(document: Any, ids: list[str]) -> None:
    assert set(ids) <= set(_ids(document))


def _absent(document: Any, ids: list[str]) -> None:
    assert not set(ids) & set(_ids(document))


def _planned(document: Any, ids: list[str]) -> None:
    assert all(_item(document, id_)["planned"] for id_ in ids)  # type: ignore[index]


def _not_planned(document: Any, ids: list[str]) -> None:
    assert not any((_item(document, id_) or {}).get("planned") for id_ in ids)


def _tier0(document: Any, ids: list[str]) -> None:
    assert {item["account_id"] for item in document["items"] if item["tier"] == 0} == set(ids)


def _must(document: Any, ids: list[str]) -> None:
    assert {item["account_id"] for item in document["items"] if item["must"]} == set(ids)


def _rotation(document: Any, ids: list[str]) -> None:
    assert {item["account_id"] for item in document["items"] if item["rotation"]} == set(ids)


def _has(document: Any, wanted: Mapping[str, list[str]]) -> None:
    for id_, types in wanted.items():
        assert set(types) <= _types(document, id_), id_


def _lacks(document: Any, unwanted: Mapping[str, list[str]]) -> None:
    for id_, types in unwanted.items():
        assert not set(types) & _types(document, id_), id_


def _count(document: Any, wanted: Mapping[str, Mapping[str, int]]) -> None:
    for id_, numbers in wanted.items():
        counted = Counter(signal["type"] for signal in _signals(document, id_))
        assert {type_: counted[type_] for type_ in numbers} == numbers, id_


def _points(document: Any, wanted: Mapping[str, Mapping[str, int]]) -> None:
    for id_, numbers in wanted.items():
        for type_, points in numbers.items():
            found = [s["points"] for s in _signals(document, id_) if s["type"] == type_]
            assert max(found, default=None) == points, (id_, type_)


def _stakes(document: Any, wanted: Mapping[str, Mapping[str, Any]]) -> None:
    for id_, stakes in wanted.items():
        for type_, stake in stakes.items():
            found = [s.get("stake") for s in _signals(document, id_) if s["type"] == type_]
            assert str(stake) in found, (id_, type_)


def _act_by(document: Any, wanted: Mapping[str, str]) -> None:
    for id_, day in wanted.items():
        item = _item(document, id_)
        assert item is not None
        assert item.get("act_by") == day


def _mentions(document: Any, wanted: Mapping[str, list[str]]) -> None:
    for id_, needles in wanted.items():
        item = _item(document, id_)
        assert item is not None, id_
        texts = [item["line"], *(signal["fact"] for signal in _signals(document, id_))]
        for needle in needles:
            assert any(says(text, needle) for text in texts), (id_, needle, texts)


def _noted(document: Any, wanted: Mapping[str, Any]) -> bool:
    return any(
        note["account_id"] == wanted["account_id"]
        and all(says(note["text"], needle) for needle in wanted["mentions"])
        for note in document["notes"]
    )


def _notes(document: Any, wanted: list[Mapping[str, Any]]) -> None:
    assert all(_noted(document, one) for one in wanted), document["notes"]


def _no_notes(document: Any, unwanted: list[Mapping[str, Any]]) -> None:
    assert not any(_noted(document, one) for one in unwanted), document["notes"]


def _hidden(document: Any, wanted: list[Mapping[str, Any]]) -> None:
    for one in wanted:
        item = _item(document, one["account_id"])
        assert item is not None
        values = {key: value for key, value in one.items() if key != "account_id"}
        assert any(values.items() <= entry.items() for entry in item["hidden"]), item["hidden"]


def _capacity(document: Any, wanted: Mapping[str, int]) -> None:
    assert {key: document["capacity"][key] for key in wanted} == wanted


def _items(document: Any, wanted: list[Mapping[str, Any]]) -> None:
    found = [
        {key: item[key] for key in expected if key != "reasons"}
        | {
            "reasons": [
                {key: reason[key] for key in model}
                for reason, model in zip(item["reasons"], expected["reasons"], strict=False)
            ]
        }
        for item, expected in zip(document["items"], wanted, strict=False)
    ]
    assert found == wanted
    assert len(document["items"]) == len(wanted)
    for item, expected in zip(document["items"], wanted, strict=True):
        assert len(item["reasons"]) == len(expected["reasons"])


_CHECKS = {
    "order": _order,
    "top": _top,
    "only": _only,
    "present": _present,
    "absent": _absent,
    "planned": _planned,
    "not_planned": _not_planned,
    "tier0": _tier0,
    "must": _must,
    "rotation": _rotation,
    "has": _has,
    "lacks": _lacks,
    "count": _count,
    "points": _points,
    "stakes": _stakes,
    "act_by": _act_by,
    "mentions": _mentions,
    "notes": _notes,
    "no_notes": _no_notes,
    "hidden": _hidden,
    "capacity": _capacity,
    "items": _items,
}
