"""What HubSpot's dictionaries become here, and what our operations become there."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.crm.base import Malformed, Operation, RemoteRecord
from csmdesk.crm.hubspot.activities import meeting_kind
from csmdesk.crm.hubspot.companies import segment_of
from csmdesk.crm.hubspot.mapping import map_owner, map_record
from csmdesk.crm.hubspot.names import LEFT_VOICEMAIL, NO_ANSWER, PLURALS
from csmdesk.crm.hubspot.outgoing import properties_of
from csmdesk.crm.hubspot.portal import Portal, deal_stages, renewal_pipelines, ticket_stages
from csmdesk.crm.hubspot.values import parse_instant, parse_number
from csmdesk.domain.records import (
    Account,
    HealthRecord,
    Meeting,
    Opportunity,
    Subscription,
    Task,
    Touchpoint,
)

PORTAL = Portal(
    connection="hubspot:7",
    portal_id="7",
    fields={
        "companies": {
            "csm": "csm_owner",
            "segment": "tier",
            "active_users": "mau",
            "health": "score",
            "start_on": "since",
            "arr": "arr",
            "renewal_date": "renews",
        },
        "deals": {"term_months": "term", "auto_renew": "auto", "notice_days": "notice"},
    },
    renewal_pipelines=frozenset({"R"}),
    deal_stages={
        "open": ("Upcoming", "open"),
        "won": ("Renewed", "won"),
        "lost": ("Churned", "lost"),
    },
    ticket_stages={"2": ("Waiting on contact", "waiting_on_customer"), "4": ("Closed", "closed")},
    zone=ZoneInfo("America/New_York"),
)


def mapped(
    kind: str, properties: dict[str, Any], links: Any = None, portal: Portal = PORTAL, **more: Any
) -> RemoteRecord:
    """A record that was sent with these properties."""
    raw = {"id": "42", "properties": properties, **more}
    found = map_record(kind, raw, links or {}, portal)
    assert isinstance(found, RemoteRecord)
    return found


def only(kind: str, properties: dict[str, Any], **more: Any) -> Any:
    """The one row that a record becomes."""
    (row,) = mapped(kind, properties, **more).rows
    return row


def test_a_company_is_an_account_with_its_usage_and_health() -> None:
    record = mapped(
        "company",
        {
            "name": "Ac\x1b[2Jme",
            "domain": "acme.example",
            "csm_owner": "9",
            "hubspot_owner_id": "8",
            "tier": "Enterprise",
            "since": "2024-02-03",
            "hs_lastmodifieddate": "2026-03-01T10:00:00.000Z",
            "hs_merged_object_ids": "41;42;40",
        },
        propertiesWithHistory={
            "mau": [
                {"value": "12", "timestamp": "2026-02-02T18:00:00Z"},
                {"value": "11", "timestamp": "2026-02-02T06:00:00Z"},
                {"value": "9", "timestamp": "2026-02-01T06:00:00Z"},
                {"value": "", "timestamp": "2026-01-01T06:00:00Z"},
            ],
            "score": [{"value": "140", "timestamp": "2026-02-02T06:00:00Z"}],
        },
    )
    (account,) = record.rows
    assert account == Account(
        id="hubspot-7-company-42",
        name="Ac[2Jme",
        domain="acme.example",
        owner_id="hubspot-7-owner-9",
        segment="high",
        start_on=date(2024, 2, 3),
        crm_url="https://app.hubspot.com/contacts/7/record/0-2/42",
    )
    assert record.points == [
        ("active_users", "2026-02-01", "9"),
        ("active_users", "2026-02-02", "12"),
    ]
    assert record.scores == []
    assert record.absorbed == ("41", "40")
    assert record.modified_at == "2026-03-01T10:00:00.000000Z"


def test_without_a_renewal_pipeline_the_company_holds_the_subscription() -> None:
    bare = Portal(connection="hubspot:7", portal_id="7", fields=PORTAL.fields)
    rows = mapped(
        "company", {"name": "Acme", "arr": "1200.50", "renews": "2026-12-31"}, portal=bare
    ).rows
    (subscription,) = [row for row in rows if isinstance(row, Subscription)]
    assert subscription.arr == Decimal("1200.50")
    assert subscription.term_end == date(2026, 12, 31)
    assert subscription.status == "active"


@pytest.mark.parametrize(
    ("stage", "status", "ended"),
    [("open", "active", None), ("won", "active", None), ("lost", "ended", date(2026, 6, 30))],
)
def test_a_renewal_deal_is_a_subscription(stage: str, status: str, ended: date | None) -> None:
    row = only(
        "deal",
        {
            "pipeline": "R",
            "dealstage": stage,
            "amount": "48000",
            "deal_currency_code": "eur",
            "closedate": "2026-06-30T00:00:00Z",
            "term": "12",
            "auto": "true",
            "notice": "60",
            "createdate": "2025-07-01T02:00:00Z",
        },
    )
    assert isinstance(row, Subscription)
    assert (row.status, row.ended_on) == (status, ended)
    assert (row.arr, row.term_months, row.auto_renew, row.notice_days) == (
        Decimal(48000),
        12,
        True,
        60,
    )
    # The instant is the evening before in the portal's zone.
    assert row.start_on == date(2025, 6, 30)


def test_another_deal_is_an_opportunity() -> None:
    row = only(
        "deal",
        {"pipeline": "S", "dealstage": "won", "dealname": "More seats", "dealtype": "newbusiness"},
    )
    assert isinstance(row, Opportunity)
    assert (row.name, row.kind, row.status, row.stage) == ("More seats", "new", "won", "Renewed")


@pytest.mark.parametrize(
    ("properties", "outcome", "direction"),
    [
        ({"hs_call_status": "COMPLETED"}, "held", None),
        ({"hs_call_status": "NO_ANSWER"}, "no_show", None),
        ({"hs_call_status": "COMPLETED", "hs_call_disposition": NO_ANSWER}, "no_show", None),
        (
            {"hs_call_status": "COMPLETED", "hs_call_disposition": LEFT_VOICEMAIL},
            "left_message",
            None,
        ),
        ({"hs_call_direction": "INBOUND"}, None, "in"),
        ({"hs_call_direction": "OUTBOUND"}, None, "out"),
    ],
)
def test_a_call_is_a_touch(
    properties: dict[str, str], outcome: str | None, direction: str | None
) -> None:
    row = only(
        "call",
        {
            "hs_timestamp": "1767225600000",
            "hs_call_duration": "90001",
            "hs_call_body": "<p>One</p><p>Two &amp; three</p>",
            **properties,
        },
        links={"contact": ["5"], "company": ["6"]},
    )
    assert isinstance(row, Touchpoint)
    assert row.at == datetime(2026, 1, 1, tzinfo=UTC)
    assert row.minutes == 2
    assert row.text == "One\n\nTwo & three"
    assert row.attendee_ids == ("hubspot-7-contact-5",)
    assert (row.outcome, row.direction) == (outcome, direction)


def test_a_planned_meeting_is_time_and_a_held_one_is_a_touch_too() -> None:
    properties = {
        "hs_timestamp": "2026-03-09T14:00:00Z",
        "hs_meeting_start_time": "2026-03-09T14:00:00Z",
        "hs_meeting_end_time": "2026-03-09T14:45:00Z",
        "hs_meeting_title": "QBR: Acme",
        "hs_meeting_outcome": "SCHEDULED",
    }
    (planned,) = mapped("meeting", properties).rows
    assert isinstance(planned, Meeting)
    assert (planned.kind, planned.status) == ("qbr", "planned")
    meeting, touch = mapped("meeting", {**properties, "hs_meeting_outcome": "COMPLETED"}).rows
    assert isinstance(meeting, Meeting)
    assert isinstance(touch, Touchpoint)
    assert (meeting.status, touch.type, touch.minutes) == ("held", "qbr", 45)


def test_a_task_is_due_on_its_day() -> None:
    row = only(
        "task",
        {
            "hs_timestamp": "2026-03-09T00:00:00Z",
            "hs_task_subject": "Call",
            "hs_task_priority": "HIGH",
        },
    )
    assert isinstance(row, Task)
    assert (row.due_on, row.priority, row.done_on) == (date(2026, 3, 9), "high", None)


def test_our_key_and_our_marker_are_recognised_and_not_shown() -> None:
    by_key = mapped("call", {"hs_timestamp": "1", "hs_call_body": "hello", "csmdesk_key": "op-1"})
    assert by_key.key == "op-1"
    by_marker = mapped("note", {"hs_timestamp": "1", "hs_note_body": "hello<br>csmdesk:op-2"})
    assert by_marker.key == "op-2"
    assert isinstance(by_marker.rows[0], Touchpoint)
    assert by_marker.rows[0].text == "hello"


def test_what_cannot_be_read_is_set_aside_with_the_reason() -> None:
    for raw in (
        {"properties": {}},
        {"id": "1"},
        {"id": "1", "properties": {"hs_call_body": "no time"}},
        {"id": "1", "properties": {"hs_timestamp": "1", "hs_call_body": "x" * 2_000_000}},
    ):
        found = map_record("call", raw, {}, PORTAL)
        assert isinstance(found, Malformed)
        assert found.reason


def test_an_owner_is_a_user() -> None:
    record = map_owner({"id": 3, "firstName": "Ana", "lastName": "Lima", "email": "a@x"}, PORTAL)
    assert [(row.name, row.email) for row in record.rows if hasattr(row, "email")] == [
        ("Ana Lima", "a@x")
    ]


def test_pipelines_and_stages_are_known_by_their_words_and_metadata() -> None:
    pipelines = [
        {
            "id": "R",
            "label": "Customer renewals",
            "stages": [
                {"id": "a", "label": "Won", "metadata": {"isClosed": "true", "probability": "1.0"}},
                {
                    "id": "b",
                    "label": "Lost",
                    "metadata": {"isClosed": "true", "probability": "0.0"},
                },
                {
                    "id": "c",
                    "label": "Open",
                    "metadata": {"isClosed": "false", "probability": "0.4"},
                },
            ],
        },
        {"id": "S", "label": "Sales"},
    ]
    assert renewal_pipelines(pipelines) == {"R"}
    assert {key: state for key, (_, state) in deal_stages(pipelines).items()} == {
        "a": "won",
        "b": "lost",
        "c": "open",
    }
    support = [
        {
            "stages": [
                {"id": "1", "label": "New", "metadata": {"ticketState": "OPEN"}},
                {"id": "2", "label": "Waiting on customer", "metadata": {"ticketState": "OPEN"}},
                {"id": "3", "label": "Waiting on us", "metadata": {"ticketState": "OPEN"}},
                {"id": "4", "label": "Done", "metadata": {"ticketState": "CLOSED"}},
            ]
        }
    ]
    assert [state for _, state in ticket_stages(support).values()] == [
        "open",
        "waiting_on_customer",
        "open",
        "closed",
    ]


@pytest.mark.parametrize(
    ("written", "segment"),
    [
        ("High touch", "high"),
        ("tech_touch", "tech"),
        ("Tier 2", "mid"),
        ("SMB", "low"),
        ("Enterprise", "high"),
        ("unknown", None),
    ],
)
def test_a_segment_is_known_by_its_words(written: str, segment: str | None) -> None:
    assert segment_of(written) == segment


@pytest.mark.parametrize(
    ("activity", "title", "kind"),
    [
        ("", "QBR: Acme", "qbr"),
        ("Executive business review", "x", "ebr"),
        ("Training", "", "training"),
        ("On-site", "", "onsite"),
        ("Meeting", "Weekly call with Ana", "meeting"),
    ],
)
def test_the_kind_of_a_meeting_is_in_its_type_or_title(
    activity: str, title: str, kind: str
) -> None:
    assert meeting_kind(activity, title) == kind


def operation(kind: str, tier: Any = "A", **payload: Any) -> Operation:
    """A creation of a type."""
    return Operation(
        op_id="op-9",
        kind="create",
        object_type=kind,
        payload=payload,
        owner_remote_id="8",
        tier=tier,
    )


@pytest.mark.parametrize(
    ("outcome", "status", "disposition"),
    [
        ("held", "COMPLETED", "f240bbac-87c9-4f6e-bf70-924b57d47db7"),
        ("no_show", "NO_ANSWER", NO_ANSWER),
        ("left_message", "COMPLETED", "a4c4c377-d246-4b32-a13b-75a56a4cd0ff"),
    ],
)
def test_a_touch_is_written_as_a_call(outcome: str, status: str, disposition: str) -> None:
    found = properties_of(
        operation(
            "call",
            type="call",
            at="2026-03-09T10:31:00.000000Z",
            minutes=25,
            outcome=outcome,
            title="Call with Acme",
            text="a <b>\nc & d",
        ),
        {},
    )
    assert found == {
        "hs_timestamp": "2026-03-09T10:31:00.000Z",
        "hs_call_title": "Call with Acme",
        "hs_call_direction": "OUTBOUND",
        "hs_call_status": status,
        "hs_call_disposition": disposition,
        "hs_call_duration": "1500000",
        "hs_call_body": "a &lt;b&gt;<br>c &amp; d",
        "hubspot_owner_id": "8",
    }


def test_without_a_unique_property_the_last_line_is_a_marker() -> None:
    found = properties_of(operation("note", "B", at="2026-03-09T10:31:00Z", text="hi"), {})
    assert found["hs_note_body"] == "hi<br>csmdesk:op-9"


def test_the_update_of_a_meeting_leaves_its_time_and_its_invitation_alone() -> None:
    update = Operation(
        op_id="op-9",
        kind="update",
        object_type="meeting",
        payload={"type": "qbr", "outcome": "held", "text": "went well"},
        remote_id="5",
    )
    found = properties_of(update, {})
    assert found["hs_meeting_outcome"] == "COMPLETED"
    assert found["hs_internal_meeting_notes"] == "went well"
    assert set(found) == {"hs_meeting_outcome", "hs_internal_meeting_notes"}


@given(st.text(max_size=60))
def test_no_text_where_a_number_or_a_time_should_be_raises(text: str) -> None:
    parse_number(text)
    found = parse_instant(text)
    assert found is None or found.tzinfo is not None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(
    kind=st.sampled_from(sorted(PLURALS)),
    value=anything,
    name=st.sampled_from(
        [
            "name",
            "hs_timestamp",
            "closedate",
            "amount",
            "hs_call_body",
            "hs_value",
            "createdate",
            "pipeline",
            "mau",
            "score",
            "hs_merged_object_ids",
            "hs_task_subject",
            "hs_meeting_start_time",
        ]
    ),
)
def test_no_value_of_a_property_breaks_the_mapping(kind: str, name: str, value: Any) -> None:
    raw = {"id": "1", "properties": {"hs_timestamp": "1", "createdate": "1", name: value}}
    assert map_record(kind, raw, {}, PORTAL) is not None
    raw = {"id": "1", "properties": {}, "propertiesWithHistory": {"mau": value}}
    assert map_record(kind, raw, {}, PORTAL) is not None
    assert isinstance(HealthRecord, type)
