"""Search as the CRM does it: filter groups, one sort, caps (fact sheet §4). Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from csmdesk.sandbox.names import ObjectType
from csmdesk.sandbox.records import Record
from csmdesk.sandbox.replies import invalid
from csmdesk.sandbox.schema import Property
from csmdesk.sandbox.values import epoch_ms

PAGE_CAP = 200
RESULT_CAP = 10_000
GROUP_CAP = 5
FILTER_CAP = 6
TOTAL_FILTER_CAP = 18

Test = Callable[[Mapping[str, str]], bool]
Comparable = int | Decimal | str

_TOKENS = re.compile(r"\w+", re.UNICODE)


def _reader(definition: Property) -> Callable[[str], Comparable]:
    """How values of a property are compared: dates by time, numbers by size, text without case."""
    match definition["type"]:
        case "number":
            return Decimal
        case "date" | "datetime":
            return epoch_ms
        case "enumeration" | "bool":
            return str
    return str.casefold


def _operand(read: Callable[[str], Comparable], name: str, value: Any) -> Comparable:
    if value is None or isinstance(value, dict | list):
        raise invalid(f"A value is required to filter on {name}", "MISSING_FILTER_VALUE")
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        return read(text)
    except (ValueError, InvalidOperation):
        raise invalid(f"{text} is not a valid value of {name}", "INVALID_FILTER_VALUE") from None


def _pattern(value: Any) -> re.Pattern[str]:
    text = str(value).casefold()
    return re.compile(".*".join(map(re.escape, text.split("*"))) + r"\Z")


def _has_token(pattern: re.Pattern[str], text: str) -> bool:
    folded = text.casefold()
    return pattern.match(folded) is not None or any(
        pattern.match(token) for token in _TOKENS.findall(folded)
    )


def compile_filter(schema: Mapping[str, Property], given: Any) -> Test:
    """One filter as a test of a record's properties. Raises ApiError if it is malformed."""
    if not isinstance(given, Mapping):
        raise invalid("A filter is an object")
    name, operator = given.get("propertyName"), given.get("operator")
    definition = schema.get(name) if isinstance(name, str) else None
    if not isinstance(name, str) or definition is None:
        raise invalid(f"There was a problem with the request: no property {name}", "UNKNOWN_FILTER")
    read = _reader(definition)
    match operator:
        case "HAS_PROPERTY":
            return lambda values: name in values
        case "NOT_HAS_PROPERTY":
            return lambda values: name not in values
        case "CONTAINS_TOKEN" | "NOT_CONTAINS_TOKEN":
            pattern = _pattern(_operand(str, name, given.get("value")))
            wanted = operator == "CONTAINS_TOKEN"
            return lambda values: (name in values and _has_token(pattern, values[name])) == wanted
        case "IN" | "NOT_IN":
            listed = given.get("values")
            if not isinstance(listed, Sequence) or isinstance(listed, str) or not listed:
                raise invalid(f"{operator} on {name} needs `values`", "MISSING_FILTER_VALUE")
            chosen = {_operand(read, name, value) for value in listed}
            if operator == "IN":
                return lambda values: name in values and read(values[name]) in chosen
            return lambda values: name in values and read(values[name]) not in chosen
        case "BETWEEN":
            low = _operand(read, name, given.get("value"))
            high = _operand(read, name, given.get("highValue"))
            return lambda values: (
                name in values and low <= read(values[name]) <= high  # type: ignore[operator]  # one reader, one type
            )
    bound = _operand(read, name, given.get("value"))
    match operator:
        case "EQ":
            return lambda values: name in values and read(values[name]) == bound
        case "NEQ":
            return lambda values: name not in values or read(values[name]) != bound
        case "LT":
            return lambda values: name in values and read(values[name]) < bound  # type: ignore[operator]  # same
        case "LTE":
            return lambda values: name in values and read(values[name]) <= bound  # type: ignore[operator]  # same
        case "GT":
            return lambda values: name in values and read(values[name]) > bound  # type: ignore[operator]  # same
        case "GTE":
            return lambda values: name in values and read(values[name]) >= bound  # type: ignore[operator]  # same
    raise invalid(f"{operator} is not an operator", "INVALID_OPERATOR")


def compile_groups(schema: Mapping[str, Property], groups: Any) -> Test:
    """Groups are alternatives, filters within one all hold. Raises ApiError beyond the caps."""
    if groups is None:
        groups = []
    if not isinstance(groups, Sequence) or isinstance(groups, str):
        raise invalid("filterGroups is a list")
    if len(groups) > GROUP_CAP:
        raise invalid(f"At most {GROUP_CAP} filter groups are allowed", "TOO_MANY_FILTER_GROUPS")
    compiled: list[list[Test]] = []
    for group in groups:
        filters = group.get("filters") if isinstance(group, Mapping) else None
        if not isinstance(filters, Sequence) or isinstance(filters, str):
            raise invalid("A filter group holds `filters`")
        if len(filters) > FILTER_CAP:
            raise invalid(
                f"At most {FILTER_CAP} filters are allowed in a group", "TOO_MANY_FILTERS"
            )
        compiled.append([compile_filter(schema, given) for given in filters])
    if sum(map(len, compiled)) > TOTAL_FILTER_CAP:
        raise invalid(f"At most {TOTAL_FILTER_CAP} filters are allowed", "TOO_MANY_FILTERS")
    if not compiled:
        return lambda _values: True
    if len(compiled) == 1:
        (only,) = compiled
        if len(only) == 1:
            return only[0]
        return lambda values: all(test(values) for test in only)
    return lambda values: any(all(test(values) for test in group) for group in compiled)


def compile_query(query: Any) -> Test:
    """The free-text `query`: every word occurs somewhere in the record."""
    if not isinstance(query, str) or not query.strip():
        return lambda _values: True
    words = query.casefold().split()
    return lambda values: all(
        any(word in value.casefold() for value in values.values()) for word in words
    )


def sort_rule(sorts: Any, schema: Mapping[str, Property]) -> tuple[str, bool]:
    """The property to sort by and whether descending; a text or an object says it."""
    if not sorts:
        return "hs_object_id", False
    if not isinstance(sorts, Sequence) or isinstance(sorts, str):
        raise invalid("sorts is a list")
    if len(sorts) > 1:
        raise invalid("Only one sort is allowed", "TOO_MANY_SORTS")
    (rule,) = sorts
    if isinstance(rule, str):
        name, descending = rule.removeprefix("-"), rule.startswith("-")
    elif isinstance(rule, Mapping):
        name, descending = rule.get("propertyName", ""), rule.get("direction") == "DESCENDING"
    else:
        raise invalid("A sort is a name or an object")
    if name not in schema:
        raise invalid(f"There was a problem with the request: no property {name} to sort by")
    return name, descending


def search(
    records: Iterable[Record], kind: ObjectType, schema: Mapping[str, Property], request: Any
) -> list[Record]:
    """All records that fit a search request, in its order; archived ones never do.

    Records without the sort property come last; equal ones are ordered by id.
    """
    if not isinstance(request, Mapping):
        raise invalid("Invalid input JSON: an object is expected")
    fits = compile_groups(schema, request.get("filterGroups"))
    mentions = compile_query(request.get("query"))
    name, descending = sort_rule(request.get("sorts"), schema)
    found = [
        record
        for record in records
        if record.archived_at is None and fits(record.properties) and mentions(record.properties)
    ]
    found.sort(key=lambda record: record.id)
    if name == "hs_object_id":
        if descending:
            found.reverse()
        return found
    if name in (kind.modified, kind.created):  # stored as one fixed form: text order is time order
        found.sort(key=lambda record: record.properties[name], reverse=descending)
        return found
    read = _reader(schema[name])
    have = [record for record in found if name in record.properties]
    have.sort(key=lambda record: read(record.properties[name]), reverse=descending)
    return have + [record for record in found if name not in record.properties]


def page_bounds(request: Mapping[str, Any]) -> tuple[int, int]:
    """Where the page starts and how long it is. Raises ApiError past the caps."""
    limit = request.get("limit") or 10
    after = request.get("after") or 0
    try:
        limit, start = int(limit), int(after)
    except (TypeError, ValueError):
        raise invalid("limit and after are whole numbers", "INVALID_PAGING") from None
    if not 0 < limit <= PAGE_CAP:
        raise invalid(f"limit is at most {PAGE_CAP}", "INVALID_LIMIT")
    if start < 0 or start + limit > RESULT_CAP:
        raise invalid(
            f"Paging beyond {RESULT_CAP} results of one query is not possible",
            "PAGING_LIMIT_REACHED",
        )
    return start, limit
