"""What an answer of HubSpot means: its errors as ours, its waiting times in seconds."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from csmdesk.crm.http import Reply
from csmdesk.crm.safe_json import safe_json
from csmdesk.errors import (
    AuthRejected,
    CrmError,
    RateLimited,
    Rejected,
    UnexpectedReply,
    Unreachable,
)
from csmdesk.text import clean_text

ROLLING_WAIT = 10.0
SECOND_WAIT = 1.0
"""Seconds to wait after a refusal that does not say how long."""

MOMENT = 60.0
"""A wait of so many seconds or fewer is a moment."""

LOCKED_WAIT = 2.0
DAY_WAIT = 3_600.0
LONGEST_WAIT = 3_600.0
"""Whatever the CRM says, it is asked again after that: an absurd wait is more likely a fault."""

_TROUBLE = frozenset({500, 502, 503, 504, 520, 521, 522, 523, 524})


def server_time(reply: Reply) -> datetime | None:
    """Return the CRM's own clock at the time of the answer."""
    return _http_date(reply.headers.get("date", ""))


def decoded(reply: Reply) -> dict[str, Any]:
    """Return the JSON object of a successful answer.

    Raises:
        UnexpectedReply: the body is something else.
    """
    if "html" in reply.headers.get("content-type", "").lower():
        raise _not_the_crm()
    document = safe_json(reply.body)
    if not isinstance(document, dict):
        raise _not_the_crm()
    return document


def failure(reply: Reply, path: str) -> CrmError:
    """Return what an answer that is not a success means.

    Args:
        reply: any answer with a status of 300 or more.
        path: what was asked, for words about a missing scope.
    """
    status = reply.status
    told = _body(reply)
    message = _message(told)
    if status == 429:
        return _too_fast(reply, told)
    if status == 423:
        return RateLimited("HubSpot has this record locked.", retry_after=LOCKED_WAIT)
    if status == 477:
        return RateLimited(
            "HubSpot is moving this account to another data centre.",
            "Syncing goes on when it is done.",
            retry_after=retry_after(reply) or DAY_WAIT,
        )
    if status in _TROUBLE or status >= 500:
        return Unreachable(
            f"HubSpot is having trouble (HTTP {status}).", "It will be asked again.", sent=True
        )
    if status == 401:
        return AuthRejected(
            "HubSpot does not accept the access token.",
            "Make a new one and run `csmdesk connect hubspot` again.",
        )
    if status < 400 or told is None:
        return _not_the_crm()
    if status == 403:
        return AuthRejected(
            f"The access token may not do this: {message.rstrip('.') or 'a scope is missing'}.",
            f"Give it the scope that {path.split('?')[0]} needs.",
            scope_only=True,
        )
    return Rejected(
        f"HubSpot refused it: {message or f'HTTP {status}'}",
        status=status,
        category=_word(told.get("category")),
    )


def retry_after(reply: Reply) -> float | None:
    """Return the seconds an answer asks to wait; a date is read against the CRM's own clock."""
    text = reply.headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isdigit() and len(text) < 12:
        return min(float(text), LONGEST_WAIT)
    until = _http_date(text)
    now = server_time(reply)
    if until is None or now is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)


def _too_fast(reply: Reply, told: Mapping[str, Any] | None) -> RateLimited:
    wait = retry_after(reply)
    policy = "" if told is None else str(told.get("policyName", "")).upper()
    if policy == "DAILY":
        return RateLimited(
            "HubSpot's allowance for today is used up.",
            "Syncing goes on after midnight in the HubSpot account's zone.",
            retry_after=wait if wait is not None else DAY_WAIT,
            daily=wait is None,
        )
    if wait is None:
        wait = SECOND_WAIT if policy == "SECONDLY" else ROLLING_WAIT
    # Until when a longer rest lasts is said by whoever rests.
    hint = "Syncing goes on in a moment." if wait <= MOMENT else ""
    return RateLimited("HubSpot asks to go slower.", hint, retry_after=wait)


def _body(reply: Reply) -> dict[str, Any] | None:
    try:
        document = safe_json(reply.body)
    except UnexpectedReply:
        return None
    return document if isinstance(document, dict) else None


def _message(told: Mapping[str, Any] | None) -> str:
    if told is None:
        return ""
    words = [_word(told.get("message"))]
    errors = told.get("errors")
    if isinstance(errors, list):
        words += [_word(entry.get("message")) for entry in errors[:3] if isinstance(entry, Mapping)]
    kept: list[str] = []
    for word in words:
        if word and word not in kept:
            kept.append(word)
    return "; ".join(kept)


def _word(value: object) -> str:
    return clean_text(value, one_line=True, limit=300) if isinstance(value, str) else ""


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _not_the_crm() -> UnexpectedReply:
    return UnexpectedReply(
        "The answer is not HubSpot's.",
        "Check the address (hubspot.base_url), and whether a proxy or the log-in page of a network"
        " answers in HubSpot's place.",
    )
