"""What HubSpot calls things: object types, properties, association types, outcomes."""

from typing import Final

VERSION: Final = "2026-09"
"""The dated version of the API that is spoken. Supported for 18 months from its date."""

PUBLIC_URL: Final = "https://api.hubapi.com"
HOSTS: Final = ("hubapi.com", "hubspot.com")

KEY_PROPERTY: Final = "csmdesk_key"
"""Unique property on activities that makes a creation repeatable without harm."""

MARKER: Final = "csmdesk:"
"""Begins the last line of a body where there is no unique property."""

PLURALS: Final[dict[str, str]] = {
    "company": "companies",
    "contact": "contacts",
    "deal": "deals",
    "ticket": "tickets",
    "call": "calls",
    "meeting": "meetings",
    "email": "emails",
    "note": "notes",
    "task": "tasks",
    "feedback": "feedback_submissions",
}
"""Our word for a type, and the plural in HubSpot's paths."""

SINGULARS: Final[dict[str, str]] = {plural: single for single, plural in PLURALS.items()}

ENGAGEMENTS: Final = ("call", "meeting", "email", "note", "task")


def modified_property(kind: str) -> str:
    """Return the property that dates the last change of a type."""
    return "lastmodifieddate" if kind == "contact" else "hs_lastmodifieddate"


_STANDARD: dict[str, str] = {
    "company": "name domain website industry hubspot_owner_id createdate hs_parent_company_id "
    "hs_merged_object_ids",
    "contact": "firstname lastname email phone mobilephone jobtitle associatedcompanyid "
    "hs_merged_object_ids",
    "deal": "dealname amount deal_currency_code closedate dealstage pipeline dealtype createdate "
    "hs_merged_object_ids",
    "ticket": "subject hs_pipeline hs_pipeline_stage hs_ticket_priority createdate closed_date "
    "hs_merged_object_ids",
    "call": "hs_timestamp hs_call_title hs_call_body hs_call_duration hs_call_direction "
    "hs_call_status hs_call_disposition hubspot_owner_id",
    "meeting": "hs_timestamp hs_meeting_title hs_meeting_body hs_internal_meeting_notes "
    "hs_meeting_start_time hs_meeting_end_time hs_activity_type hs_meeting_outcome "
    "hubspot_owner_id",
    "email": "hs_timestamp hs_email_subject hs_email_text hs_email_html hs_email_direction "
    "hs_email_status hubspot_owner_id",
    "note": "hs_timestamp hs_note_body hubspot_owner_id",
    "task": "hs_timestamp hs_task_subject hs_task_body hs_task_status hs_task_priority "
    "hs_task_completion_date hubspot_owner_id",
    "feedback": "hs_survey_type hs_value hs_content hs_submission_timestamp",
}


def standard_properties(kind: str) -> tuple[str, ...]:
    """Return the properties of a type that are always asked for."""
    own = (KEY_PROPERTY,) if kind in ENGAGEMENTS else ()
    return (*_STANDARD[kind].split(), modified_property(kind), *own)


ASSOCIATIONS: Final[dict[str, tuple[str, ...]]] = {
    "company": (),
    "contact": ("company",),
    "deal": ("company",),
    "ticket": ("company", "contact"),
    "call": ("company", "contact"),
    "meeting": ("company", "contact"),
    "email": ("company", "contact"),
    "note": ("company", "contact"),
    "task": ("company", "contact"),
    "feedback": ("contact", "company"),
}
"""Which links of a type are read with it."""

LINK_TYPE_IDS: Final[dict[tuple[str, str], int]] = {
    ("call", "contact"): 194,
    ("call", "company"): 182,
    ("call", "deal"): 206,
    ("call", "ticket"): 220,
    ("email", "contact"): 198,
    ("email", "company"): 186,
    ("email", "deal"): 210,
    ("email", "ticket"): 224,
    ("meeting", "contact"): 200,
    ("meeting", "company"): 188,
    ("meeting", "deal"): 212,
    ("meeting", "ticket"): 226,
    ("note", "contact"): 202,
    ("note", "company"): 190,
    ("note", "deal"): 214,
    ("note", "ticket"): 228,
    ("task", "contact"): 204,
    ("task", "company"): 192,
    ("task", "deal"): 216,
    ("task", "ticket"): 230,
}
"""Numbers of HubSpot's own association types, by direction."""

PRIMARY_LINKS: Final = frozenset({1, 2, 5, 6, 25, 26})
"""Association types that mean "the main company"."""

NO_ANSWER: Final = "73a0d17f-1163-4015-bdd5-ec830791da20"
LEFT_MESSAGE: Final = "a4c4c377-d246-4b32-a13b-75a56a4cd0ff"
LEFT_VOICEMAIL: Final = "b2cf5968-551e-4856-9783-52b3da59a7d0"
CONNECTED: Final = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
"""Outcomes of a call that every account has."""
