"""Our own health score: computed by its own step, never by an import or by looking."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from csmdesk.domain.agenda.assess import Assessment
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.cadence import cadence_days
from csmdesk.domain.health_score import Component, Computed, Inputs, compute
from csmdesk.domain.records import HealthRecord
from csmdesk.domain.usage import Ratio
from csmdesk.store.commands.health_scores import components_text, record_scores
from csmdesk.store.queries.health_inputs import HealthInputs, Snapshot, health_inputs
from csmdesk.usecases.agenda import Look, look
from csmdesk.usecases.workspace import Workspace

REFRESH_DAYS = 7
"""An unchanged score is recorded anew after so many days, so that it does not look forgotten."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a round of recording came to, in accounts.

    `left_to_crm`: the CRM's own score is fresh. `unknown`: too little is known for a score.
    """

    written: int
    unchanged: int
    left_to_crm: int
    unknown: int


def record(workspace: Workspace, now: datetime | None = None) -> Recorded:
    """Compute the score of my accounts that the CRM gives none, and record what changed today.

    Raises:
        ConfigError, StoreError: as the agenda's.
    """
    seen = look(workspace, now)
    moment = seen.moment
    mine = [one for one in seen.assessed if not one.standing.former]
    ours = [one for one in mine if one.facts.health is None or one.facts.health.source != "crm"]
    left = len(mine) - len(ours)
    if not ours:
        return Recorded(0, 0, left, 0)
    with workspace.store.reading() as connection:
        raw = health_inputs(connection, moment.now, moment.today, moment.zone)
    scores: list[HealthRecord] = []
    unchanged = unknown = 0
    for one in ours:
        found = compute(_inputs(one, raw, moment))
        if found.score is None:
            unknown += 1
            continue
        parts = tuple(part.record() for part in found.components)
        before = raw.snapshots.get(one.facts.id)
        if (
            before is not None
            and before.score == found.score
            and before.components == components_text(parts)
            and (moment.today - before.on).days < REFRESH_DAYS
        ):
            unchanged += 1
            continue
        scores.append(
            HealthRecord(
                account_id=one.facts.id,
                on=moment.today,
                score=Decimal(found.score),
                source="computed",
                components=parts,
                cause=_cause(before, found),
            )
        )
    if scores:
        with workspace.store.writing() as connection:
            record_scores(connection, scores)
    return Recorded(len(scores), unchanged, left, unknown)


def computed(
    workspace: Workspace, account_id: str, now: datetime | None = None, seen: Look | None = None
) -> Computed | None:
    """Return the score of one account as it would be recorded now, with its parts.

    None if the account is none of mine.
    """
    seen = seen if seen is not None else look(workspace, now, [account_id])
    one = seen.account(account_id)
    if one is None:
        return None
    with workspace.store.reading() as connection:
        moment = seen.moment
        raw = health_inputs(connection, moment.now, moment.today, moment.zone)
    return compute(_inputs(one, raw, moment))


def _inputs(one: Assessment, raw: HealthInputs, moment: Moment) -> Inputs:
    facts, id_, config = one.facts, one.facts.id, moment.config
    use, seats = raw.use.get(id_), raw.seats.get(id_)
    seat_use = fall = None
    age = 0
    if use is not None and seats is not None and seats > 0:
        seat_use = Ratio(100 * use.total, use.size * seats)
        age = (moment.today - use.on).days
    elif seats is None and facts.usage is not None and facts.usage.seen_on is not None:
        fall = facts.usage.fall
        age = (moment.today - facts.usage.seen_on).days
    last = facts.last_touch
    due, on_time = raw.milestones.get(id_, (0, 0))
    pulse, pulsed_on = raw.pulses.get(id_, (None, moment.today))
    pulled = raw.pulled_at.get(id_)
    return Inputs(
        seat_use=seat_use,
        usage_fall=fall,
        usage_age=age,
        touch_days=(moment.today - last.day).days if last is not None else None,
        cadence=cadence_days(
            one.standing.segment,
            None,
            onboarding=one.standing.onboarding,
            renewing=bool(one.standing.events),
            by_segment=config.cadence_segment,
            by_colour=config.cadence_color,
            in_onboarding=config.cadence_onboarding,
            in_renewal=config.cadence_renewal,
        ),
        milestones=due,
        on_time=on_time,
        critical_tickets=sum(case.severity == "critical" for case in facts.cases),
        high_tickets=sum(case.severity == "high" for case in facts.cases),
        tickets_age=(moment.today - moment.day_of(pulled)).days if pulled is not None else 0,
        survey=raw.surveys.get(id_),
        pulse=pulse,
        pulse_age=(moment.today - pulsed_on).days,
    )


def _cause(before: Snapshot | None, found: Computed) -> str | None:
    """Return which part moved the score most since the last record."""
    if before is None:
        return None
    then = {
        part["name"]: Decimal(part["value"]) for part in json.loads(before.components)
        if part.get("value") is not None
    }  # fmt: skip

    def move(part: Component) -> Decimal:
        value = part.record().value
        known = then.get(part.name)
        if value is None or known is None:
            return Decimal(0) if value == known else Decimal(part.weight)
        return abs(value - known) * part.weight / 100

    most = max(found.components, key=move)
    if not move(most):
        return None
    shown = {name: _whole(value) for name, value in then.items()}
    now = most.record().value
    return f"{most.name} {shown.get(most.name, 'unknown')} → {_whole(now)}"


def _whole(value: Decimal | None) -> str:
    return "unknown" if value is None else f"{value:.0f}"
