"""The shapes of HubSpot's answers: pages of records, where the next begins, links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from csmdesk.crm.hubspot.complete import absent_ids
from csmdesk.crm.hubspot.names import PRIMARY_LINKS
from csmdesk.errors import UnexpectedReply

_LONGEST_ID = 40
"""HubSpot's ids are numbers of some twelve digits."""

Raw = dict[str, Any]
"""A record as HubSpot sends it."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """Some records, where the next page begins, and what time it was at the CRM.

    `absent`: ids asked for of which HubSpot says that there is no such record.
    """

    results: list[Raw]
    after: str | None
    at: datetime | None
    total: int | None = None
    absent: frozenset[str] = frozenset()


def usable_id(raw: Mapping[str, Any]) -> str | None:
    """Return a record's id as text; None if it is none that can be kept or asked for again."""
    remote = raw.get("id")
    if isinstance(remote, int) and not isinstance(remote, bool):
        remote = str(remote)
    if not isinstance(remote, str) or not remote.isascii() or not remote.isprintable():
        return None
    return remote if remote and len(remote) <= _LONGEST_ID else None


def read_links(entries: object) -> list[tuple[int, str]]:
    """Return pairs of (0 for a main link or 1, id) from a list of associations."""
    found = []
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        target = entry.get("id") if "toObjectId" not in entry else entry["toObjectId"]
        if isinstance(target, bool) or not isinstance(target, str | int):
            continue
        types = entry.get("associationTypes")
        if isinstance(types, list):
            main = any(each.get("typeId") in PRIMARY_LINKS for each in dicts(types))
        else:
            label = entry.get("type")
            main = isinstance(label, str) and not label.endswith("_unlabeled")
        found.append((0 if main else 1, str(target)))
    return found


def in_order(links: Sequence[tuple[int, str]]) -> list[str]:
    """Return each id once, main ones first, otherwise as they came."""
    if len(links) == 1:
        return [links[0][1]]
    kept: dict[str, int] = {}
    for rank, record in links:
        kept[record] = min(rank, kept.get(record, rank))
    return sorted(kept, key=lambda record: kept[record])


def page_of(told: Raw, at: datetime | None) -> RawPage:
    """Return the page that an answer is.

    Raises:
        UnexpectedReply: it holds no list of records.
    """
    results = told.get("results")
    if not isinstance(results, list):
        raise UnexpectedReply("HubSpot's answer holds no list of records.")
    total = told.get("total")
    return RawPage(
        [entry for entry in results if isinstance(entry, dict)],
        after_of(told),
        at,
        total if isinstance(total, int) else None,
        absent_ids(told),
    )


def after_of(told: Raw) -> str | None:
    """Return where an answer says the next page begins."""
    after = dict_of(dict_of(told.get("paging")).get("next")).get("after")
    return str(after) if isinstance(after, str | int) and after != "" else None


def dict_of(value: object) -> Raw:
    """Return an object as it is, and an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def dicts(value: object) -> list[Raw]:
    """Return the objects of a list; nothing for anything else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
