"""Touches, meetings and tasks of a book as engagements of a portal. Pure."""

from datetime import UTC, datetime, time, timedelta
from html import escape

from csmdesk.book.contents import Contents
from csmdesk.domain.records import Meeting, Task, Touchpoint
from csmdesk.sandbox.portal_parts import Portal, count_text, kind_of, make_record, noon
from csmdesk.sandbox.portal_schema import ACTIVITY_TYPES
from csmdesk.sandbox.remote_ids import RemoteIds
from csmdesk.sandbox.values import iso

CONNECTED = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
LEFT_VOICEMAIL = "b2cf5968-551e-4856-9783-52b3da59a7d0"
NO_ANSWER = "73a0d17f-1163-4015-bdd5-ec830791da20"

_MEETING_OUTCOMES = {
    "planned": "SCHEDULED",
    "held": "COMPLETED",
    "canceled": "CANCELED",
    "no_show": "NO_SHOW",
}


def as_html(text: str | None) -> str | None:
    """Plain text as the body of an engagement (fact sheet §10)."""
    return None if text is None else escape(text).replace("\n", "<br>")


def add_activities(portal: Portal, contents: Contents, ids: RemoteIds, now: datetime) -> None:
    """Adds the engagements. A touch on a meeting in the calendar is that meeting, held."""
    held: dict[str, Touchpoint] = {}
    for touch in contents.touchpoints:
        if touch.type == "internal":
            continue
        if touch.meeting_id in ids.meetings:
            held[str(touch.meeting_id)] = touch
        else:
            _add_touch(portal, touch, ids, now)
    for meeting in contents.meetings:
        if meeting.id in ids.meetings:
            _add_meeting(portal, meeting, held.get(meeting.id), ids, now)
    owners = {account.id: account.owner_id for account in contents.accounts}
    for task in contents.tasks:
        if task.id in ids.tasks:
            _add_task(portal, task, owners.get(task.account_id), ids, now)


def _common(touch: Touchpoint, ids: RemoteIds) -> dict[str, str | None]:
    owner = ids.users[touch.user_id][1] if touch.user_id in ids.users else None
    return {
        "hs_timestamp": iso(touch.at),
        "hubspot_owner_id": owner,
        "touch_type": touch.type,
        "touch_outcome": touch.outcome,
        "touch_sentiment": count_text(touch.sentiment),
        "touch_two_way": None if touch.two_way is None else str(touch.two_way).lower(),
        "touch_minutes": count_text(touch.minutes),
    }


def _add_touch(portal: Portal, touch: Touchpoint, ids: RemoteIds, now: datetime) -> None:
    key, remote = ids.touchpoints[touch.id]
    kind = kind_of(key)
    values = _common(touch, ids)
    body = as_html(touch.text)
    match key:
        case "calls":
            values |= {
                "hs_call_title": "Call",
                "hs_call_body": body,
                "hs_call_direction": "INBOUND" if touch.direction == "in" else "OUTBOUND",
                **_call_result(touch),
            }
            if touch.minutes is not None:
                values["hs_call_duration"] = str(touch.minutes * 60_000)
        case "meetings":
            values |= {
                "hs_meeting_title": ACTIVITY_TYPES[touch.type],
                "hs_meeting_body": body,
                "hs_activity_type": ACTIVITY_TYPES[touch.type],
                "hs_meeting_outcome": "NO_SHOW" if touch.outcome == "no_show" else "COMPLETED",
                "hs_meeting_start_time": iso(touch.at),
                "hs_meeting_end_time": iso(touch.at + timedelta(minutes=touch.minutes or 0)),
            }
        case "emails":
            values |= {
                "hs_email_subject": (touch.text or "").splitlines()[0][:80] if touch.text else None,
                "hs_email_text": touch.text,
                "hs_email_html": body,
                "hs_email_direction": "INCOMING_EMAIL" if touch.direction == "in" else "EMAIL",
                "hs_email_status": "SENT",
            }
        case _:
            values["hs_note_body"] = body
    at = iso(min(touch.at, now))
    portal.records.append((key, make_record(kind, remote, values, at)))
    _link(portal, key, remote, touch.account_id, touch.attendee_ids, ids)


def _call_result(touch: Touchpoint) -> dict[str, str | None]:
    if touch.outcome == "no_show":
        return {"hs_call_status": "NO_ANSWER", "hs_call_disposition": NO_ANSWER}
    if touch.outcome == "left_message":
        return {"hs_call_status": "COMPLETED", "hs_call_disposition": LEFT_VOICEMAIL}
    return {"hs_call_status": "COMPLETED", "hs_call_disposition": CONNECTED}


def _add_meeting(
    portal: Portal, meeting: Meeting, touch: Touchpoint | None, ids: RemoteIds, now: datetime
) -> None:
    kind = kind_of("meetings")
    remote = ids.meetings[meeting.id][1]
    outcome = _MEETING_OUTCOMES[meeting.status]
    values: dict[str, str | None] = {
        "hs_meeting_title": meeting.title,
        "hs_activity_type": ACTIVITY_TYPES[meeting.kind],
        "hs_meeting_start_time": iso(meeting.start),
        "hs_meeting_end_time": iso(meeting.end),
        "hs_timestamp": iso(meeting.start),
    }
    attendees = meeting.attendee_ids
    if touch is not None:
        values |= _common(touch, ids)
        values |= {"hs_timestamp": iso(meeting.start), "hs_meeting_body": as_html(touch.text)}
        outcome = "NO_SHOW" if touch.outcome == "no_show" else "COMPLETED"
        attendees = tuple(dict.fromkeys((*touch.attendee_ids, *attendees)))
    values["hs_meeting_outcome"] = outcome
    booked = iso(min(meeting.start - timedelta(days=7), now))
    changed = iso(min(meeting.end, now))
    portal.records.append((kind.key, make_record(kind, remote, values, booked, changed)))
    _link(portal, kind.key, remote, meeting.account_id, attendees, ids)


def _add_task(portal: Portal, task: Task, owner: str | None, ids: RemoteIds, now: datetime) -> None:
    if task.due_on is None:
        return
    kind = kind_of("tasks")
    remote = ids.tasks[task.id][1]
    done = task.done_on is not None
    values: dict[str, str | None] = {
        "hs_task_subject": task.title,
        "hs_timestamp": iso(datetime.combine(task.due_on, time(), UTC)),
        "hs_task_status": "COMPLETED" if done else "NOT_STARTED",
        "hs_task_type": "TODO",
        "hs_task_priority": {"high": "HIGH", "normal": "MEDIUM"}.get(task.priority or "", "NONE"),
        "hs_task_completion_date": noon(task.done_on, now) if task.done_on else None,
        "hubspot_owner_id": ids.users[str(owner)][1] if owner in ids.users else None,
        "effort_minutes": count_text(task.effort_minutes),
    }
    created = iso(min(datetime.combine(task.due_on, time(), UTC) - timedelta(days=14), now))
    portal.records.append((kind.key, make_record(kind, remote, values, created)))
    _link(portal, kind.key, remote, task.account_id, (), ids)


def _link(
    portal: Portal,
    key: str,
    remote: str,
    account_id: str | None,
    attendees: tuple[str, ...],
    ids: RemoteIds,
) -> None:
    if account_id in ids.accounts:
        company = int(ids.accounts[str(account_id)][1])
        portal.links.append((key, int(remote), "companies", company, False))
    for contact_id in attendees:
        if contact_id in ids.contacts:
            contact = int(ids.contacts[contact_id][1])
            portal.links.append((key, int(remote), "contacts", contact, False))
