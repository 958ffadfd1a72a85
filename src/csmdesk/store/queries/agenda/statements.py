"""The SQL behind the agenda: one statement per kind of fact, over all of my accounts at once.

What is dated after `:now` or `:today` is not known yet. After a change only a few accounts are
read: `narrowed` turns the comment `of <column>` into a condition on the JSON array `:only`.
"""

import re

_OF = re.compile(r"/\* of ([a-z.]+[a-z_]*) \*/")


def narrowed(statement: str) -> str:
    """Return a statement that reads the accounts of `:only` alone."""
    return _OF.sub(r"AND \1 IN (SELECT value FROM json_each(:only))", statement)


ACCOUNTS_SQL = """\
SELECT a.id, a.name, a.segment, a.assigned_on, a.start_on, a.currency
FROM book_accounts AS a
WHERE (:me IS NULL OR a.owner_id IS NULL OR a.owner_id = :me) /* of a.id */
ORDER BY a.id"""

CONTRACTS_SQL = """\
SELECT s.account_id, s.id, s.start_on, s.status, s.auto_renew, s.term_end, s.term_months,
       s.notice_days, s.notice_months, s.notice_received_on, s.evergreen, s.forecast, s.arr,
       s.currency
FROM book_subscriptions AS s WHERE true /* of s.account_id */"""

RAMPS_SQL = """\
SELECT subscription_id, from_on, arr FROM ramp_steps
WHERE from_on <= :today ORDER BY subscription_id, position"""

EXPANSIONS_SQL = """\
SELECT o.account_id, o.amount, o.currency FROM opportunities AS o
WHERE o.kind = 'expansion' AND o.status = 'open' AND o.state = 'active' AND o.amount IS NOT NULL
  /* of o.account_id */"""

PEOPLE_SQL = """\
SELECT c.account_id, c.id, c.name, c.roles, c.primary_role, c.status, c.left_on, c.influence,
       c.sentiment, c.sentiment_on
FROM book_contacts AS c WHERE true /* of c.account_id */"""

# Every customer touch with those who were there. The plus keeps SQLite from walking the index of
# `at`, which is far from the order of the rows; both halves of the views are read one after the
# other, for the same reason. Grouping here and once more by person took half as long again.
TOUCHES_SQL = """\
SELECT t.account_id, t.at, t.id, t.type IN ('qbr', 'ebr'), a.contact_id
FROM touchpoints AS t LEFT JOIN touchpoint_attendees AS a ON a.touchpoint_id = t.id
WHERE t.withdrawn_at IS NULL AND +t.at <= :now /* of t.account_id */
  AND (t.outcome IS NULL OR t.outcome NOT IN ('no_show', 'left_message'))
  AND (t.type IN ('call', 'meeting', 'onsite', 'training', 'qbr', 'ebr')
       AND coalesce(t.two_way, 1) = 1 OR t.type IN ('email', 'slack') AND t.two_way = 1)
UNION ALL
SELECT t.account_id, t.at, t.id, t.type IN ('qbr', 'ebr'), a.contact_id
FROM activities AS t LEFT JOIN activity_attendees AS a ON a.activity_id = t.id
WHERE t.state IN ('active', 'no_access') AND +t.at <= :now /* of t.account_id */
  AND (t.outcome IS NULL OR t.outcome NOT IN ('no_show', 'left_message'))
  AND (t.type IN ('call', 'meeting', 'onsite', 'training', 'qbr', 'ebr')
       AND coalesce(t.two_way, 1) = 1 OR t.type IN ('email', 'slack') AND t.two_way = 1)"""

# For a few accounts: their people may have been met elsewhere.
MET_SQL = """\
SELECT a.contact_id, t.at
FROM contacts AS c
JOIN book_attendees AS a ON a.contact_id = c.id
JOIN book_touchpoints AS t ON t.id = a.touchpoint_id
WHERE c.account_id IN (SELECT value FROM json_each(:only)) AND t.at <= :now
  AND (t.outcome IS NULL OR t.outcome NOT IN ('no_show', 'left_message'))
  AND (t.type IN ('call', 'meeting', 'onsite', 'training', 'qbr', 'ebr')
       AND coalesce(t.two_way, 1) = 1 OR t.type IN ('email', 'slack') AND t.two_way = 1)"""

STEPS_SQL = """\
SELECT t.account_id, n.id, n.text, n.side, n.due_on
FROM next_steps AS n JOIN book_touchpoints AS t ON t.id = n.touchpoint_id
WHERE n.done_on IS NULL AND n.due_on <= :tomorrow AND t.at <= :now /* of n.account_id */
ORDER BY n.id"""

CHORES_SQL = """\
SELECT k.account_id, k.id, k.title, k.due_on, k.priority, k.effort_minutes
FROM book_tasks AS k
WHERE k.done_on IS NULL AND k.due_on <= :tomorrow /* of k.account_id */ ORDER BY k.id"""

APPOINTMENTS_SQL = """\
SELECT m.account_id, m.id, m.kind, m.title, m.start, m."end", m.status, m.prep
FROM book_meetings AS m
WHERE m.account_id IS NOT NULL AND m.kind IN ('meeting', 'call', 'qbr', 'ebr', 'training')
  AND (m.status = 'planned' AND m."end" > :now
       OR m.status IN ('planned', 'held') AND m."end" <= :now AND m."end" >= :recaps_from
          AND NOT EXISTS (SELECT 1 FROM book_touchpoints AS t
                          WHERE t.meeting_id = m.id AND t.at <= :now))
  /* of m.account_id */
ORDER BY m.id"""

UNNAMED_TOUCHES_SQL = """\
SELECT t.account_id, t.at FROM book_touchpoints AS t
WHERE t.account_id IN (SELECT value FROM json_each(:accounts))
  AND t.at >= :since AND t.at <= :now AND t.meeting_id IS NULL
  AND t.type IN ('call', 'meeting', 'onsite', 'training', 'qbr', 'ebr')"""

BUSY_SQL = """\
SELECT m.start, m."end" FROM book_meetings AS m
WHERE m.status NOT IN ('canceled', 'no_show') AND m."end" > :day_start AND m.start < :day_end
ORDER BY m.start, m."end" """

CASES_SQL = """\
SELECT k.account_id, k.id, k.subject, k.severity, k.opened_at FROM tickets AS k
WHERE k.status = 'open' AND k.state = 'active' AND k.severity IN ('critical', 'high')
  AND k.opened_at <= :now /* of k.account_id */
ORDER BY k.id"""

ANSWERS_SQL = """\
SELECT s.account_id, s.id, s.score, s.at, c.name, c.influence
FROM surveys AS s LEFT JOIN book_contacts AS c ON c.id = s.contact_id
WHERE s.kind = 'nps' AND s.state = 'active' AND s.score <= 6
  AND s.at >= :answers_from AND s.at <= :now /* of s.account_id */
ORDER BY s.id"""

MILESTONES_SQL = """\
SELECT p.account_id, p.status, m.id, m.title, m.due_on, m.side, m.is_first_value, m.status
FROM plans AS p
JOIN objectives AS o ON o.plan_id = p.id
JOIN milestones AS m ON m.objective_id = o.id
WHERE (m.is_first_value = 1 AND p.status <> 'draft'
       OR p.status = 'active' AND m.status IN ('todo', 'doing', 'blocked')
          AND m.due_on <= :in_two_weeks)
  /* of p.account_id */
ORDER BY m.id"""

RESCUES_SQL = """\
SELECT p.account_id, p.id, p.start_on, p.due_on,
       EXISTS (SELECT 1 FROM objectives AS o JOIN milestones AS m ON m.objective_id = o.id
               WHERE o.plan_id = p.id AND m.status IN ('todo', 'doing', 'blocked')
                 AND m.due_on < :today)
FROM plans AS p
WHERE p.status = 'active' AND p.template = 'red-rescue' /* of p.account_id */
ORDER BY p.id"""

SCORES_SQL = """\
SELECT h.account_id, h."on", h.score, h.higher_is_better FROM health_records AS h
WHERE h."on" <= :today /* of h.account_id */ ORDER BY h.account_id, h."on" """

OWN_SCORES_SQL = """\
SELECT h.account_id, h."on", h.score, h.higher_is_better FROM health_scores AS h
WHERE h."on" <= :today /* of h.account_id */ ORDER BY h.account_id, h."on" """

OVERRIDES_SQL = """\
SELECT v.account_id, v.set_on, v.color, v.expires_on, v.reason FROM health_overrides AS v
WHERE v.set_on <= :today /* of v.account_id */ ORDER BY v.set_on"""

# Asked account by account: of years of measurements only a few weeks are looked at.
USAGE_SQL = """\
SELECT m.account_id, m.metric, m."on", m.value
FROM accounts AS a CROSS JOIN measurements AS m ON m.account_id = a.id
WHERE m.metric IN ('active_users', 'seats_active')
  AND m."on" > :fortnight_ago AND m."on" <= :today /* of a.id */"""

BASE_USAGE_SQL = """\
SELECT m.account_id, m.value
FROM accounts AS a CROSS JOIN measurements AS m ON m.account_id = a.id
WHERE m.metric = 'active_users' AND m."on" > :base_from AND m."on" <= :base_to /* of a.id */"""

LATEST_SQL = """\
SELECT a.id,
       (SELECT max(m."on") FROM measurements AS m
        WHERE m.account_id = a.id AND m.metric = 'active_users' AND m."on" <= :today),
       (SELECT m.value FROM measurements AS m
        WHERE m.account_id = a.id AND m.metric = 'seats_purchased' AND m."on" <= :today
        ORDER BY m."on" DESC LIMIT 1)
FROM accounts AS a WHERE a.state = 'active' /* of a.id */"""

WORDS_SQL = """\
SELECT d.id, d.account_id, d.type, d.subject, d.episode, d.action, d.points, d.score, d.at,
       d.until, d.reason, d.undoes
FROM dispositions AS d WHERE d.at <= :now /* of d.account_id */"""

PLANNED_SQL = """\
SELECT y.account_id, max(y."on") FROM planned_days AS y
WHERE y."on" < :today AND y.removed = 0 /* of y.account_id */
GROUP BY y.account_id"""

HOLIDAYS_SQL = 'SELECT "on" FROM holidays'

RATES_SQL = """\
SELECT currency, max("on"), rate FROM rates WHERE "on" <= :today GROUP BY currency"""

USERS_SQL = "SELECT id FROM users WHERE state = 'active' LIMIT 2"

# Accounts about which something was dated ahead of an instant and has been reached by another.
REACHED_SQL = """\
SELECT t.account_id FROM touchpoints AS t WHERE t.at > :since AND t.at <= :now
UNION SELECT t.account_id FROM activities AS t WHERE t.at > :since AND t.at <= :now
UNION SELECT c.account_id
FROM book_touchpoints AS t JOIN book_attendees AS a ON a.touchpoint_id = t.id
JOIN contacts AS c ON c.id = a.contact_id
WHERE t.at > :since AND t.at <= :now
UNION SELECT k.account_id FROM tickets AS k WHERE k.opened_at > :since AND k.opened_at <= :now
UNION SELECT s.account_id FROM surveys AS s WHERE s.at > :since AND s.at <= :now
UNION SELECT d.account_id FROM dispositions AS d WHERE d.at > :since AND d.at <= :now
UNION SELECT m.account_id FROM meetings AS m
WHERE m.account_id IS NOT NULL AND m."end" > :since AND m."end" <= :now"""
