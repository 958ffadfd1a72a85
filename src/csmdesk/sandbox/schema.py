"""Properties and pipelines: what the account has before anybody adds to it.

A property is kept as the dictionary that the API shows, because that is what is read, changed and
stored. Names that the fact sheet marks as seen in dumps only are here because clients ask for
them; the pull must cope when they are absent.
"""

from typing import Any

from csmdesk.sandbox.names import ACTIVITY_KEYS, OBJECT_TYPES

Property = dict[str, Any]
Pipeline = dict[str, Any]

EPOCH = "2020-01-01T00:00:00.000Z"
KEY_PROPERTY = "csmdesk_key"

_FIELD_TYPES = {
    "string": "text",
    "number": "number",
    "date": "date",
    "datetime": "date",
    "enumeration": "select",
    "bool": "booleancheckbox",
}


def make_property(
    name: str,
    kind: str = "string",
    label: str = "",
    *,
    options: tuple[tuple[str, str], ...] = (),
    owner: bool = False,
    read_only: bool = False,
    unique: bool = False,
    built_in: bool = False,
    group: str = "",
    field_type: str = "",
    description: str = "",
    at: str = EPOCH,
) -> Property:
    """One property definition as the API shows it.

    Args:
        kind: string, number, date, datetime, enumeration or bool.
        options: pairs of internal value and label of an enumeration.
        owner: the values are ids of owners (`referencedObjectType` OWNER).
        at: when it was made, as the API writes instants.
    """
    if kind == "bool" and not options:
        options = (("true", "Yes"), ("false", "No"))
    definition: Property = {
        "name": name,
        "label": label or name.removeprefix("hs_").replace("_", " ").capitalize(),
        "type": "enumeration" if owner else kind,
        "fieldType": field_type or ("select" if owner else _FIELD_TYPES[kind]),
        "description": description,
        "groupName": group or "customer_success",
        "options": [
            {
                "label": text,
                "value": value,
                "description": "",
                "displayOrder": position,
                "hidden": False,
            }
            for position, (value, text) in enumerate(options)
        ],
        "displayOrder": -1,
        "hasUniqueValue": unique,
        "hidden": False,
        "formField": not read_only,
        "calculated": False,
        "externalOptions": owner,
        "hubspotDefined": built_in,
        "archived": False,
        "createdAt": at,
        "updatedAt": at,
        "modificationMetadata": {
            "archivable": not built_in,
            "readOnlyDefinition": built_in,
            "readOnlyValue": read_only,
            "readOnlyOptions": False,
        },
    }
    if owner:
        definition["referencedObjectType"] = "OWNER"
    return definition


def _plain(value: str) -> tuple[str, str]:
    return value, value.replace("_", " ").capitalize()


_TICKET_PRIORITIES = tuple(map(_plain, ("LOW", "MEDIUM", "HIGH", "URGENT")))
_MEETING_OUTCOMES = tuple(
    map(_plain, ("SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"))
)
_CALL_STATUSES = (
    *map(_plain, ("BUSY", "CALLING_CRM_USER", "CANCELED", "COMPLETED", "CONNECTING")),
    *map(_plain, ("FAILED", "IN_PROGRESS", "NO_ANSWER", "QUEUED", "RINGING")),
)
DISPOSITIONS = {
    "9d9162e7-6cf3-4944-bf63-4dff82258764": "Busy",
    "f240bbac-87c9-4f6e-bf70-924b57d47db7": "Connected",
    "a4c4c377-d246-4b32-a13b-75a56a4cd0ff": "Left live message",
    "b2cf5968-551e-4856-9783-52b3da59a7d0": "Left voicemail",
    "73a0d17f-1163-4015-bdd5-ec830791da20": "No answer",
    "17b47fee-58de-441e-a44c-c6300d46f273": "Wrong number",
}

# name, type and flags: ! read-only, @ owner; an enumeration names its options after a colon.
_BUILT_IN: dict[str, str] = {
    "companies": "name domain website phone industry:any numberofemployees#number "
    "annualrevenue#number lifecyclestage:any city country notes_last_contacted#datetime! "
    "notes_last_updated#datetime! notes_next_activity_date#datetime! hs_num_open_deals#number! "
    "total_revenue#number! hs_parent_company_id#number! hs_current_customer#bool "
    "hs_csm_sentiment:any hs_customer_success_ticket_sentiment#number!",
    "contacts": "firstname lastname email phone mobilephone jobtitle hs_buying_role:any "
    "hs_persona:any lifecyclestage:any hs_timezone notes_last_contacted#datetime!",
    "deals": "dealname amount#number deal_currency_code closedate#datetime dealstage pipeline "
    "dealtype:newbusiness,existingbusiness hs_arr#number! hs_mrr#number! hs_tcv#number! "
    "hs_acv#number! hs_is_closed#bool! hs_is_closed_won#bool! description",
    "tickets": "subject content hs_pipeline hs_pipeline_stage hs_ticket_priority:any "
    "hs_ticket_category:any closed_date#datetime source_type hs_resolution "
    "hs_external_object_ids hs_feedback_last_nps_rating_number#number!",
    "calls": "hs_call_title hs_call_body hs_call_duration#number "
    "hs_call_direction:INBOUND,OUTBOUND hs_call_status:any hs_call_disposition:any "
    "hs_call_from_number hs_call_to_number hs_call_recording_url hs_call_callee_object_id "
    "hs_call_source hs_activity_type:any",
    "notes": "hs_note_body",
    "meetings": "hs_meeting_title hs_meeting_body hs_internal_meeting_notes "
    "hs_meeting_start_time#datetime hs_meeting_end_time#datetime hs_meeting_location "
    "hs_meeting_external_url hs_activity_type:any hs_meeting_outcome:any",
    "tasks": "hs_task_subject hs_task_body "
    "hs_task_status:NOT_STARTED,IN_PROGRESS,WAITING,DEFERRED,COMPLETED "
    "hs_task_priority:NONE,LOW,MEDIUM,HIGH hs_task_type:TODO,CALL,EMAIL hs_task_reminders "
    "hs_task_completion_date#datetime",
    "emails": "hs_email_direction:EMAIL,INCOMING_EMAIL,FORWARDED_EMAIL "
    "hs_email_status:BOUNCED,FAILED,SCHEDULED,SENDING,SENT hs_email_subject hs_email_text "
    "hs_email_html hs_email_headers hs_email_from_email! hs_email_to_email!",
    "feedback_submissions": "hs_survey_type! hs_survey_channel! hs_survey_name! hs_value#number! "
    "hs_content! hs_sentiment! hs_submission_timestamp#datetime!",
}
_ANY_OPTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    "hs_ticket_priority": _TICKET_PRIORITIES,
    "hs_ticket_category": tuple(
        map(_plain, ("PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY"))
    ),
    "hs_meeting_outcome": _MEETING_OUTCOMES,
    "hs_call_status": _CALL_STATUSES,
    "hs_call_disposition": tuple(DISPOSITIONS.items()),
    "hs_csm_sentiment": tuple(map(_plain, ("LOW", "NEUTRAL", "HIGH"))),
    "lifecyclestage": tuple(map(_plain, ("lead", "opportunity", "customer", "evangelist"))),
    "hs_buying_role": (
        *map(_plain, ("BLOCKER", "BUDGET_HOLDER", "CHAMPION", "DECISION_MAKER", "END_USER")),
        *map(_plain, ("EXECUTIVE_SPONSOR", "INFLUENCER", "LEGAL_AND_COMPLIANCE", "OTHER")),
    ),
    "hs_activity_type": tuple(
        (text, text)
        for text in (
            "Meeting",
            "On-site",
            "Training",
            "Quarterly business review",
            "Executive business review",
            "Call",
        )
    ),
    "hs_persona": (("persona_1", "Buyer"), ("persona_2", "User")),
    "industry": tuple(
        map(_plain, ("COMPUTER_SOFTWARE", "FINANCIAL_SERVICES", "HOSPITAL_HEALTH_CARE", "RETAIL"))
    ),
}


def _read(entry: str) -> Property:
    read_only = entry.endswith("!")
    entry = entry.removesuffix("!")
    name, _, listed = entry.partition(":")
    name, _, kind = name.partition("#")
    options: tuple[tuple[str, str], ...] = ()
    if listed:
        kind = "enumeration"
        options = _ANY_OPTIONS[name] if listed == "any" else tuple(map(_plain, listed.split(",")))
    return make_property(
        name,
        kind or "string",
        options=options,
        read_only=read_only,
        built_in=True,
        group="standard",
    )


def built_in_properties() -> dict[str, dict[str, Property]]:
    """Fresh definitions of the properties every account has, by type and name."""
    schema: dict[str, dict[str, Property]] = {}
    for kind in OBJECT_TYPES:
        definitions = [_read(entry) for entry in _BUILT_IN[kind.key].split()]
        if kind.key in ACTIVITY_KEYS:
            definitions += [
                make_property("hs_timestamp", "datetime", built_in=True, group="standard"),
                make_property("hs_attachment_ids", built_in=True, group="standard"),
                make_property("hs_body_preview", read_only=True, built_in=True, group="standard"),
            ]
        stamps = {kind.created: "datetime", kind.modified: "datetime", "hs_object_id": "number"}
        definitions += [
            make_property(name, type_, read_only=True, built_in=True, group="standard")
            for name, type_ in {
                **stamps,
                "hs_merged_object_ids": "string",
                "hs_created_by_user_id": "number",
                "hs_unique_creation_key": "string",
            }.items()
        ]
        if not kind.read_only:
            definitions.append(
                make_property("hubspot_owner_id", owner=True, built_in=True, group="standard")
            )
        schema[kind.key] = {definition["name"]: definition for definition in definitions}
    if email := schema["contacts"].get("email"):
        email["hasUniqueValue"] = True
    return schema


def make_pipeline(
    pipeline_id: str, label: str, stages: list[tuple[str, str, dict[str, str]]], order: int = 0
) -> Pipeline:
    """A pipeline as the API shows it; each stage is an id, a label and its metadata."""
    return {
        "id": pipeline_id,
        "label": label,
        "displayOrder": order,
        "archived": False,
        "createdAt": EPOCH,
        "updatedAt": EPOCH,
        "stages": [make_stage(*stage, position) for position, stage in enumerate(stages)],
    }


def make_stage(stage_id: str, label: str, metadata: dict[str, str], order: int) -> dict[str, Any]:
    """A stage of a pipeline as the API shows it."""
    return {
        "id": stage_id,
        "label": label,
        "displayOrder": order,
        "metadata": metadata,
        "archived": False,
        "createdAt": EPOCH,
        "updatedAt": EPOCH,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }


def deal_stage(probability: str) -> dict[str, str]:
    """The metadata of a deal stage: 1.0 is won, 0.0 is lost, anything else is open."""
    closed = probability in {"0.0", "1.0"}
    return {"isClosed": "true" if closed else "false", "probability": probability}


def built_in_pipelines() -> dict[str, list[Pipeline]]:
    """Fresh copies of the pipelines a new account has."""
    return {
        "deals": [
            make_pipeline(
                "default",
                "Sales Pipeline",
                [
                    ("appointmentscheduled", "Appointment Scheduled", deal_stage("0.2")),
                    ("qualifiedtobuy", "Qualified To Buy", deal_stage("0.4")),
                    ("contractsent", "Contract Sent", deal_stage("0.9")),
                    ("closedwon", "Closed Won", deal_stage("1.0")),
                    ("closedlost", "Closed Lost", deal_stage("0.0")),
                ],
            )
        ],
        "tickets": [
            make_pipeline(
                "0",
                "Support Pipeline",
                [
                    ("1", "New", {"ticketState": "OPEN", "isClosed": "false"}),
                    ("2", "Waiting on contact", {"ticketState": "OPEN", "isClosed": "false"}),
                    ("3", "Waiting on us", {"ticketState": "OPEN", "isClosed": "false"}),
                    ("4", "Closed", {"ticketState": "CLOSED", "isClosed": "true"}),
                ],
            )
        ],
    }
