"""Which property of a portal holds what: guessed from names and labels, corrected by the user.

HubSpot has no fixed property for a renewal date, a notice period or "the CSM": each company makes
its own. A guess needs the right type of value and words that mean the field, in the property's
label or name; the first pattern that fits decides. No guess is better than a wrong one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from csmdesk.crm.base import FIELDS, FieldChoice
from csmdesk.crm.hubspot.names import PLURALS
from csmdesk.errors import UsageError
from csmdesk.text import clean_text

COMPANIES: Final = "companies"
DEALS: Final = "deals"

EXTRA_FIELDS: Final = (
    "notice_months",
    "evergreen",
    "ended_on",
    "term_end",
    "product",
    "kind",
    "ramp",
    "breaks",
    "assigned_on",
    "seats_assigned",
    "touch_type",
    "touch_outcome",
    "touch_sentiment",
    "touch_two_way",
    "touch_minutes",
    "effort_minutes",
)
"""Guessed too, and open to `--map`, but missed by nobody when a portal lacks them."""

HISTORY_FIELDS: Final = ("active_users", "seats_purchased", "seats_assigned", "seats_active")
"""Metrics whose past values are read from the property's history."""

_NUMBER = frozenset({"number", "string"})
_DATE = frozenset({"date", "datetime", "string"})
_FLAG = frozenset({"bool", "enumeration"})
_WORD = frozenset({"enumeration", "string"})
_OWNER = frozenset({"owner"})


@dataclass(frozen=True, slots=True)
class _Rule:
    """Types a property may have, words that mean the field, and words that speak against it."""

    types: frozenset[str]
    patterns: tuple[str, ...]
    never: str = r"(?!)"


_RULES: Final[dict[str, _Rule]] = {
    "csm": _Rule(
        _OWNER,
        (r"\bcsm\b", r"customer success", r"success (manager|owner)", r"account manager"),
    ),
    "arr": _Rule(
        frozenset({"number"}),
        (r"\barr\b", r"annual recurring", r"annual contract value", r"\bacv\b"),
        r"^hs (arr|acv)\b|growth|lost|churn|expansion",
    ),
    "currency": _Rule(_WORD, (r"\bcurrency\b",)),
    "renewal_date": _Rule(
        frozenset({"date", "datetime"}),
        (
            r"renewal date",
            r"\brenew(s|al)?\b.*\b(on|date|due)\b",
            r"(contract|subscription|term) ends?\b",
            r"(contract|subscription|term) expir",
            r"\brenewal\b",
        ),
        r"last|notice|previous|reminder",
    ),
    "auto_renew": _Rule(
        _FLAG, (r"auto ?renew", r"automatic(ally)? renew", r"renews automatically")
    ),
    "notice_days": _Rule(
        frozenset({"number"}), (r"notice.*days?", r"days?.*notice", r"notice"), r"month|week"
    ),
    "notice_months": _Rule(frozenset({"number"}), (r"notice.*months?", r"months?.*notice")),
    "term_months": _Rule(
        frozenset({"number"}),
        (r"term.*months?", r"(contract|subscription) (length|months)", r"term length", r"\bterm\b"),
        r"notice|payment",
    ),
    "start_on": _Rule(
        frozenset({"date", "datetime"}),
        (
            r"(contract|subscription|term) start",
            r"customer since",
            r"\bstart(s|ed)? (on|date)",
            r"\bstart\b",
        ),
        r"trial|onboarding|renewal|last|next",
    ),
    "segment": _Rule(
        _WORD,
        (r"touch model", r"customer segment", r"\bsegment\b", r"success tier", r"\btier\b"),
    ),
    "health": _Rule(
        frozenset({"number"}), (r"health score", r"customer health", r"\bhealth\b"), r"status"
    ),
    "forecast": _Rule(_WORD, (r"renewal forecast", r"forecast category", r"\bforecast\b")),
    "likelihood": _Rule(
        frozenset({"number"}), (r"renewal likelihood", r"likelihood", r"renewal probability")
    ),
    "seats_purchased": _Rule(
        frozenset({"number"}),
        (
            r"(seats|licen[cs]es) (purchased|bought|sold)",
            r"(purchased|licensed|contracted) (seats|licen[cs]es)",
            r"(number of|total) (seats|licen[cs]es)",
        ),
    ),
    "seats_assigned": _Rule(
        frozenset({"number"}),
        (r"(seats|licen[cs]es) assigned", r"assigned (seats|licen[cs]es)"),
    ),
    "seats_active": _Rule(
        frozenset({"number"}),
        (
            r"(seats|licen[cs]es) (active|used|in use)",
            r"(active|used) (seats|licen[cs]es)",
        ),
    ),
    "active_users": _Rule(
        frozenset({"number"}),
        (r"active users", r"\b(mau|wau)\b", r"users? active"),
        r"seat|licen",
    ),
    "evergreen": _Rule(_FLAG, (r"evergreen", r"open.?ended")),
    "ended_on": _Rule(
        frozenset({"date", "datetime"}),
        (r"\bended on\b", r"(contract|subscription) ended", r"churn(ed)? (on|date)"),
    ),
    "term_end": _Rule(
        frozenset({"date", "datetime"}),
        (r"(contract|subscription|term) end\b", r"last day of (the )?(term|contract)"),
    ),
    "product": _Rule(_WORD, (r"\bproduct\b", r"subscription plan"), r"category|interest"),
    "kind": _Rule(_WORD, (r"opportunity kind", r"opportunity type")),
    "ramp": _Rule(frozenset({"string"}), (r"\bramp\b", r"price steps?")),
    "breaks": _Rule(frozenset({"string"}), (r"contract breaks?", r"break clauses?")),
    "assigned_on": _Rule(
        frozenset({"date", "datetime"}), (r"csm assigned", r"assigned (on|date|since)")
    ),
    "touch_type": _Rule(_WORD, (r"\btouch type\b", r"(kind|type) of touch")),
    "touch_outcome": _Rule(_WORD, (r"\btouch outcome\b", r"outcome of (the )?touch")),
    "touch_sentiment": _Rule(
        frozenset({"number"}),
        (r"touch sentiment", r"(mood|sentiment) of (the )?(touch|conversation)"),
    ),
    "touch_two_way": _Rule(_FLAG, (r"touch two way", r"customer took part")),
    "touch_minutes": _Rule(frozenset({"number"}), (r"touch minutes",)),
    "effort_minutes": _Rule(frozenset({"number"}), (r"effort.*minutes?",)),
}

_HOLDERS: Final[dict[str, tuple[str, ...]]] = {
    COMPANIES: (
        *FIELDS,
        "notice_months",
        "evergreen",
        "product",
        "ended_on",
        "assigned_on",
        "seats_assigned",
    ),
    DEALS: (
        "arr",
        "currency",
        "renewal_date",
        "auto_renew",
        "notice_days",
        "notice_months",
        "term_months",
        "start_on",
        "forecast",
        "likelihood",
        "evergreen",
        "ended_on",
        "term_end",
        "product",
        "kind",
        "ramp",
        "breaks",
    ),
    **{
        PLURALS[kind]: (
            "touch_type",
            "touch_outcome",
            "touch_sentiment",
            "touch_two_way",
            "touch_minutes",
        )
        for kind in ("call", "meeting", "email", "note")
    },
    PLURALS["task"]: ("effort_minutes",),
}

_DEFAULTS: Final[dict[tuple[str, str], str]] = {
    (COMPANIES, "csm"): "hubspot_owner_id",
    (DEALS, "arr"): "amount",
    (DEALS, "currency"): "deal_currency_code",
    (DEALS, "renewal_date"): "closedate",
}
"""What HubSpot itself has for a field when nothing was made for it."""

Properties = Sequence[Mapping[str, Any]]


def guess(properties: Mapping[str, Properties]) -> tuple[FieldChoice, ...]:
    """Return a choice for every field and holder that a property can be found for.

    Args:
        properties: the definitions per plural type, as the API lists them.
    """
    choices = []
    for holder, fields in _HOLDERS.items():
        known = [
            each
            for each in properties.get(holder, ())
            if not each.get("archived") and not each.get("hidden")
        ]
        names = {str(each.get("name")) for each in known}
        for field in fields:
            found = _candidates(_RULES[field], known)
            default = _DEFAULTS.get((holder, field))
            if not found and default in names:
                found = [each for each in known if each.get("name") == default]
            if found or (holder == COMPANIES and field in FIELDS):
                choices.append(_choice(field, holder, found))
    return tuple(choices)


def chosen_fields(choices: Sequence[FieldChoice]) -> dict[str, dict[str, str]]:
    """Return the property per holder and field."""
    fields: dict[str, dict[str, str]] = {holder: {} for holder in _HOLDERS}
    for choice in choices:
        if choice.chosen is not None:
            fields[choice.holder][choice.field] = choice.chosen
    return fields


def with_maps(
    choices: Sequence[FieldChoice],
    maps: Mapping[str, str],
    properties: Mapping[str, Properties],
) -> tuple[FieldChoice, ...]:
    """Return the choices with what the user mapped in place of the guesses.

    Args:
        choices: the guesses.
        maps: property per field; `deals.NAME` or `companies.NAME` where both could have it, an
            empty property for "none".
        properties: the definitions per plural type.

    Raises:
        UsageError: an unknown field or property.
    """
    kept = {(choice.holder, choice.field): choice for choice in choices}
    for field, written in maps.items():
        if field not in _RULES:
            raise UsageError(
                f"There is no field {field!r} to map.", f"Fields: {', '.join(FIELDS)}."
            )
        holders = [holder for holder, fields in _HOLDERS.items() if field in fields]
        if not written:
            for holder in holders:
                kept[holder, field] = FieldChoice(field=field, holder=holder, chosen=None)
            continue
        explicit, dot, name = written.rpartition(".")
        if dot:
            holders = [holder for holder in holders if holder == explicit]
        fitting = [
            holder
            for holder in holders
            if any(each.get("name") == name for each in properties.get(holder, ()))
        ]
        if not fitting:
            raise UsageError(
                f"The portal has no property {written!r} for the field {field}.",
                "Names are the internal ones, as HubSpot's property settings show them.",
            )
        for holder in fitting:
            kept[holder, field] = FieldChoice(field=field, holder=holder, chosen=name)
    return tuple(kept.values())


def kind_of(definition: Mapping[str, Any]) -> str:
    """Return what a property holds: HubSpot's type, or `owner` for the id of a user."""
    if definition.get("referencedObjectType") == "OWNER":
        return "owner"
    return str(definition.get("type"))


def kinds_taken(field: str) -> frozenset[str]:
    """Return the kinds of property that a field can be read from."""
    return _RULES[field].types if field in _RULES else frozenset()


def _candidates(rule: _Rule, properties: Properties) -> list[Mapping[str, Any]]:
    ranked: list[tuple[int, int, int, Mapping[str, Any]]] = []
    for place, each in enumerate(properties):
        kind = kind_of(each)
        if kind not in rule.types or (kind == "owner" and each.get("name") == "hubspot_owner_id"):
            continue
        texts = (_plain(each.get("name")), _plain(each.get("label")))
        if any(re.search(rule.never, text) for text in texts):
            continue
        for rank, pattern in enumerate(rule.patterns):
            if any(re.search(pattern, text) for text in texts):
                own = 1 if each.get("hubspotDefined") else 0
                ranked.append((rank, own, place, each))
                break
    return [each for *_, each in sorted(ranked, key=lambda entry: entry[:3])]


def _choice(field: str, holder: str, found: Properties) -> FieldChoice:
    if not found:
        return FieldChoice(field=field, holder=holder, chosen=None)
    first, *rest = found
    return FieldChoice(
        field=field,
        holder=holder,
        chosen=str(first.get("name")),
        label=clean_text(str(first.get("label") or ""), one_line=True, limit=80),
        others=tuple(str(each.get("name")) for each in rest[:5]),
    )


def _plain(value: object) -> str:
    return re.sub(r"[_\-\s]+", " ", str(value or "")).strip().lower()
