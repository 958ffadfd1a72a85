"""What a store is, besides its tables: its marks, its views, which tables are the user's own.

The views join what a CRM says with what only the user knows, back into the shape of the book.
Records that are archived, merged, gone or out of sight are hidden by them; what was done with a
customer stays in sight when the customer is archived, for history needs it.
"""

APPLICATION_ID = 0x43534D44
"""`CSMD` in ASCII, in the header of the file: tells our files from foreign ones."""

SCHEMA_VERSION = 1
"""Number of the newest migration; `user_version` of the file."""

AUTHORED_TABLES = frozenset(
    {
        "account_notes",
        "stakeholders",
        "renewal_judgements",
        "touchpoints",
        "touchpoint_attendees",
        "next_steps",
        "shares",
        "share_changes",
        "new_contacts",
        "observations",
        "meeting_preps",
        "task_completions",
        "health_scores",
        "pulses",
        "health_overrides",
        "plans",
        "objectives",
        "criteria",
        "milestones",
        "milestone_moves",
        "evidence",
        "plan_tasks",
        "dispositions",
        "planned_days",
        "plan_changes",
        "drafts",
        "field_edits",
    }
)
"""What no pull may write: it cannot be fetched again from anywhere."""

BOOK_ACCOUNTS_SQL = """\
CREATE VIEW book_accounts AS
SELECT a.id, a.source, a.name, a.domain, a.industry, a.parent_id, a.owner_id, a.segment,
       a.assigned_on, a.start_on, a.currency, a.crm_url,
       coalesce(n.tags, '[]') AS tags, n.notes
FROM accounts AS a LEFT JOIN account_notes AS n ON n.account_id = a.id
WHERE a.state = 'active'"""

BOOK_SUBSCRIPTIONS_SQL = """\
CREATE VIEW book_subscriptions AS
SELECT s.id, s.source, s.account_id, s.product, s.arr, s.currency, s.start_on, s.term_months,
       s.term_end, s.auto_renew, s.notice_days, s.notice_months, j.notice_received_on,
       s.evergreen, j.forecast, j.likelihood, s.status, s.ended_on
FROM subscriptions AS s LEFT JOIN renewal_judgements AS j ON j.subscription_id = s.id
WHERE s.state = 'active'"""

BOOK_CONTACTS_SQL = """\
CREATE VIEW book_contacts AS
SELECT c.id, c.source, c.account_id, c.name, c.title, c.email, c.phone,
       coalesce(p.roles, '[]') AS roles, p.primary_role, p.influence, p.interest, p.sentiment,
       p.sentiment_on, p.status, p.left_on, p.reports_to_id, p.counterpart_id
FROM contacts AS c LEFT JOIN stakeholders AS p ON p.contact_id = c.id
WHERE c.state = 'active'"""

BOOK_MEETINGS_SQL = """\
CREATE VIEW book_meetings AS
SELECT m.id, m.source, m.account_id, m.kind, m.start, m."end", m.title,
       coalesce(p.prep, 'none') AS prep, m.status
FROM meetings AS m LEFT JOIN meeting_preps AS p ON p.meeting_id = m.id
WHERE m.state = 'active'"""

BOOK_TASKS_SQL = """\
CREATE VIEW book_tasks AS
SELECT t.id, t.source, t.account_id, t.title, t.due_on, t.priority, t.effort_minutes,
       coalesce(d.done_on, t.done_on) AS done_on
FROM tasks AS t LEFT JOIN task_completions AS d ON d.task_id = t.id
WHERE t.state = 'active'"""

BOOK_TOUCHPOINTS_SQL = """\
CREATE VIEW book_touchpoints AS
SELECT id, account_id, type, at, minutes, two_way, direction, user_id, outcome, sentiment, text,
       meeting_id, 'authored' AS origin
FROM touchpoints WHERE withdrawn_at IS NULL
UNION ALL
SELECT id, account_id, type, at, minutes, two_way, direction, user_id, outcome, sentiment, text,
       meeting_id, 'mirror' AS origin
FROM activities WHERE state IN ('active', 'no_access')"""

BOOK_ATTENDEES_SQL = """\
CREATE VIEW book_attendees AS
SELECT touchpoint_id, position, contact_id FROM touchpoint_attendees
UNION ALL
SELECT activity_id AS touchpoint_id, position, contact_id FROM activity_attendees"""

BOOK_HEALTH_SQL = """\
CREATE VIEW book_health AS
SELECT account_id, "on", score, 'computed' AS source, higher_is_better, components, cause
FROM health_scores
UNION ALL
SELECT account_id, "on", score, 'crm' AS source, higher_is_better, components, cause
FROM health_records"""

VIEWS = {
    "book_accounts": BOOK_ACCOUNTS_SQL,
    "book_subscriptions": BOOK_SUBSCRIPTIONS_SQL,
    "book_contacts": BOOK_CONTACTS_SQL,
    "book_meetings": BOOK_MEETINGS_SQL,
    "book_tasks": BOOK_TASKS_SQL,
    "book_touchpoints": BOOK_TOUCHPOINTS_SQL,
    "book_attendees": BOOK_ATTENDEES_SQL,
    "book_health": BOOK_HEALTH_SQL,
}
"""Every view by name. Views are code: each migration drops and makes them anew."""
