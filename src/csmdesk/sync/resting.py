"""What a mapping that rests means to the user, in words. Light: a status line asks for it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from csmdesk.crm.words import FIELDS
from csmdesk.store.queries.mapped import MappedField

UNREAD: Final = frozenset({"vanished", "retyped"})
"""States in which a property is neither read nor written."""

UNWRITTEN: Final = UNREAD | {"read_only"}
"""States in which a property is not written."""

_WORDS: Final[Mapping[str, str]] = {
    "csm": "whose a company is",
    "arr": "ARR",
    "auto_renew": "automatic renewal",
    "start_on": "start",
    "notice_days": "notice",
    "notice_months": "notice",
    "term_months": "term",
    "seats_purchased": "seats bought",
    "seats_active": "seats in use",
    "ended_on": "end",
    "kind": "kind of opportunity",
}


def in_use(fields: Sequence[MappedField], field_map: Mapping[str, Any]) -> list[MappedField]:
    """Return those that the map still has, with that very property."""
    return [
        each for each in fields if field_map.get(each.holder, {}).get(each.field) == each.property
    ]


def resting_sentences(
    fields: Sequence[MappedField], field_map: Mapping[str, Any], crm: str
) -> tuple[str, ...]:
    """Return one sentence for each mapping that rests, with what to do about it.

    Args:
        fields: how they stand.
        field_map: property per holder and field, as it is at present.
        crm: the word that `csmdesk connect` takes.
    """
    return tuple(
        sentence(each, crm) for each in in_use(fields, field_map) if each.state in UNWRITTEN
    )


def keyless_sentence(types: Sequence[str], crm: str) -> str:
    """Return that the unique property of some activity types is gone; empty if of none.

    Args:
        types: of which it is gone.
        crm: the word that `csmdesk connect` takes.
    """
    if not types:
        return ""
    names = [f"{kind}s" for kind in types]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return (
        f"The CRM no longer has the property csmdesk_key of {listed}. They are sent with a short"
        " mark at the end of the text instead, which takes longer to find after a lost answer. An"
        f" admin can restore the property, or `csmdesk connect {crm}` offers to make it anew."
    )


def sentence(found: MappedField, crm: str) -> str:
    """Return what has become of a mapping, what it means, and what to do about it."""
    name = f"{found.holder}.{found.property}"
    words = _WORDS.get(found.field, found.field.replace("_", " "))
    another = f"`csmdesk connect {crm} --map {found.field}=PROPERTY` takes another property"
    if found.field not in FIELDS:
        another = f"`csmdesk connect {crm}` looks for another property"
    if found.state == "vanished":
        return (
            f"The CRM no longer has {name} ({words}). What was last read of it stays, and nothing"
            f" is sent for it until it is back; {another}."
        )
    if found.state == "retyped":
        return (
            f"In the CRM {name} ({words}) holds something else than before. What was last read of"
            f" it stays, and nothing is sent for it until it is as it was; {another}."
        )
    return (
        f"In the CRM {name} ({words}) can only be read now. Nothing is sent for it until it can be"
        f" written; {another}."
    )
