"""The words that the records of a book may use, one literal type per field that takes a few.

They stand apart from the records, so that whoever only names a colour or a role loads no record.
"""

from typing import Literal

CrmState = Literal["archived", "gone", "no_access"]
Segment = Literal["high", "mid", "low", "tech"]
Forecast = Literal["commit", "best_case", "at_risk", "churn_confirmed", "closed_won"]
Role = Literal[
    "exec_sponsor",
    "economic_buyer",
    "champion",
    "decision_maker",
    "technical",
    "procurement",
    "power_user",
    "end_user",
    "coach",
    "influencer",
    "blocker",
]
TouchType = Literal[
    "call",
    "email",
    "meeting",
    "onsite",
    "training",
    "qbr",
    "ebr",
    "slack",
    "note",
    "internal",
]
Direction = Literal["in", "out"]
Outcome = Literal["held", "advanced", "no_show", "left_message", "escalated", "blocked"]
Side = Literal["us", "them"]
MeetingKind = Literal["meeting", "call", "qbr", "ebr", "training", "internal", "block"]
Prep = Literal["none", "started", "ready"]
MeetingStatus = Literal["planned", "held", "canceled", "no_show"]
Severity = Literal["critical", "high", "normal", "low"]
TicketStatus = Literal["open", "waiting_on_customer", "closed"]
HealthSource = Literal["crm", "computed"]
Colour = Literal["red", "yellow", "green"]
PulseValue = Literal["good", "mixed", "bad"]
PlanStatus = Literal["draft", "active", "paused", "done", "dropped"]
MilestoneStatus = Literal["todo", "doing", "done", "blocked", "dropped"]
DispositionAction = Literal["done", "snooze", "dismiss", "undo"]
