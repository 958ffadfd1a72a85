"""Noticing that an answer leaves out what was asked for.

A record that is missing from an answer looks like one that does not exist. Only what HubSpot says
is not there is not there; anything else that is missing is asked for again.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from csmdesk.errors import UnexpectedReply

NOT_THERE: Final = "OBJECT_NOT_FOUND"
"""What HubSpot calls a record that does not exist, and a record with no links."""

MOST_MISSING: Final = 20
"""More than so many unexplained gaps in one answer are an outage."""


def absent_ids(told: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of which an answer says that there is no such record."""
    found: set[str] = set()
    for entry in _errors(told):
        context = entry.get("context")
        if entry.get("category") == NOT_THERE and isinstance(context, Mapping):
            ids = context.get("ids")
            found.update(str(each) for each in (ids if isinstance(ids, list) else ()))
    return frozenset(found)


def insist_on_links(told: Mapping[str, Any]) -> None:
    """Refuse an answer about links that failed for some of the records.

    Raises:
        UnexpectedReply: some failed for another reason than having no links.
    """
    if any(entry.get("category") != NOT_THERE for entry in _errors(told)):
        raise UnexpectedReply("HubSpot could not read all of the links.", "It will be asked again.")


def insist_on_hits(told: Mapping[str, Any]) -> None:
    """Refuse an answer to a search that contradicts itself.

    Raises:
        UnexpectedReply: it counts hits, or names a next page, and shows none.
    """
    results, total = told.get("results"), told.get("total")
    if total is not None and (isinstance(total, bool) or not isinstance(total, int)):
        raise UnexpectedReply("HubSpot's answer to a search does not count what it found.")
    shown = len(results) if isinstance(results, list) else 0
    following = bool(told.get("paging"))
    if (following and not shown) or (not following and total is not None and total > shown):
        raise UnexpectedReply("HubSpot found records and does not show them.")


def gaps(asked: list[str], shown: list[Any], absent: frozenset[str]) -> list[str]:
    """Return the ids an answer does not account for.

    Args:
        asked: the ids asked for.
        shown: the ids of the records in the answer. An absorbed record is shown as its survivor.
        absent: what `absent_ids` says.
    """
    seen = {str(each) for each in shown if str(each).isdigit()}
    left = [each for each in asked if each not in seen and each not in absent]
    survivors = len(seen - set(asked))
    return [] if len(left) <= survivors else left


def insist_on_records(
    asked: list[str],
    found: list[dict[str, Any]],
    absent: frozenset[str],
    read_one: Callable[[str], tuple[list[dict[str, Any]], frozenset[str]]],
) -> list[dict[str, Any]]:
    """Return all records asked for that exist, asking once more for each that is unaccounted for.

    Args:
        asked: the ids asked for.
        found: the records in the answer.
        absent: ids that do not exist.
        read_one: reads one record; gives it, or that it is absent.

    Raises:
        UnexpectedReply: HubSpot leaves records out without saying why.
    """
    missing = gaps(asked, [each.get("id") for each in found], absent)
    if len(missing) > MOST_MISSING:
        raise UnexpectedReply("HubSpot leaves out most of what it was asked for.")
    more: list[dict[str, Any]] = []
    for each in missing:
        again, gone = read_one(each)
        if not again and each not in gone:
            raise UnexpectedReply("HubSpot leaves out a record without saying why.")
        more += again
    return [*found, *more]


def _errors(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = told.get("errors")
    entries = found if isinstance(found, list) else []
    return [entry for entry in entries if isinstance(entry, Mapping)]
