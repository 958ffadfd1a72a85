"""What holds for every book: the properties of the agenda model (§9)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.builders import World
from tests.domain.agenda.looking import (
    assessed,
    change,
    document,
    earlier,
    ranked,
    scores,
    shuffled,
    sicker,
    without,
    without_growth,
)
from tests.generated import Maker, seeds, world_of

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.document import agenda_document
from csmdesk.domain.agenda.rank import rank
from csmdesk.domain.agenda.reduce import reduce_busy, reduce_ledger
from csmdesk.domain.records import PlannedDay, Task, Ticket, Touchpoint
from csmdesk.errors import ConfigError

small = st.integers(min_value=1, max_value=60)


@given(seeds)
def test_the_order_of_the_records_is_irrelevant(seed: int) -> None:
    world, now = world_of(seed)
    moment = world.moment(now)
    mixed = shuffled(world.ledger, seed)
    facts = reduce_ledger(mixed, moment)
    Random(seed).shuffle(facts)
    again = rank(facts, reduce_busy(mixed, moment), moment)
    assert agenda_document(again) == document(world, now)


@given(seeds, st.sampled_from((1, 2, 7, 100)))
def test_more_revenue_never_lowers_a_score(seed: int, times: int) -> None:
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    before = scores(world, now)
    for row in list(world.lists["subscriptions"].values()):
        if row.status == "active" and row.arr:
            change(world, "subscriptions", row, arr=row.arr * times, ramp=())
    # A ramp step is another amount; compare with the book that has none either.
    plain, _ = world_of(seed, dispositions=False)
    without_growth(plain)
    for row in list(plain.lists["subscriptions"].values()):
        change(plain, "subscriptions", row, ramp=())
    base = scores(plain, now)
    after = scores(world, now)
    assert set(after) == set(before)
    plain_arr = {id_: one.standing.arr for id_, one in assessed(plain, now).items()}
    for id_, score in after.items():
        if plain_arr[id_] is not None:
            assert score >= base[id_], id_


@given(seeds, small)
def test_a_nearer_renewal_never_lowers_a_score_nor_raises_the_tier(seed: int, days: int) -> None:
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    today = world.moment(now).today
    rows = [
        row
        for row in world.lists["subscriptions"].values()
        if row.status == "active" and not row.auto_renew and row.term_end is not None
        if row.term_end - timedelta(days=days) >= today
    ]
    assume(rows)
    before = assessed(world, now)
    row = rows[0]
    moved = [
        other
        for other in rows
        if other.account_id == row.account_id and other.term_end == row.term_end
    ]
    # All members of an event move together, those that renew themselves as well.
    assume(
        not any(
            other.account_id == row.account_id and other not in moved
            for other in world.lists["subscriptions"].values()
        )
    )
    for other in moved:
        change(world, "subscriptions", other, term_end=other.term_end - timedelta(days=days))
    after = assessed(world, now)
    if row.account_id in before:
        one, two = before[row.account_id], after[row.account_id]
        assert two.combined.score >= one.combined.score
        assert two.tier <= one.tier


@given(seeds, small)
def test_a_nearer_date_never_lowers_a_score_nor_raises_the_tier(seed: int, days: int) -> None:
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    today = world.moment(now).today
    before = assessed(world, now)
    earlier(world, days, Random(seed), lambda day: day >= today)
    for id_, one in assessed(world, now).items():
        assert one.combined.score >= before[id_].combined.score
        assert one.tier <= before[id_].tier


@given(seeds, small)
def test_more_overdue_never_lowers_a_score(seed: int, days: int) -> None:
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    before = scores(world, now)
    pick = Random(seed)
    earlier(world, days, pick)
    for row in list(world.lists["tickets"].values()):
        if row.opened_at <= now and pick.random() < 0.5:
            change(world, "tickets", row, opened_at=row.opened_at - timedelta(days=days))
    after = scores(world, now)
    assert all(after[id_] >= before[id_] for id_ in before)


@given(seeds, small)
def test_a_longer_silence_never_lowers_a_score(seed: int, days: int) -> None:
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    for name in ("meetings", "contacts", "surveys"):
        without(world, name)
    for row in list(world.lists["touchpoints"].values()):
        change(world, "touchpoints", row, attendee_ids=(), meeting_id=None)
    before = scores(world, now)
    for row in list(world.lists["touchpoints"].values()):
        if row.at <= now:
            steps = row.next_steps
            change(world, "touchpoints", row, at=row.at - timedelta(days=days), next_steps=steps)
    after = scores(world, now)
    assert all(after[id_] >= before[id_] for id_ in before)


@given(seeds, st.sampled_from((1, 10, 26, 50)))
def test_worse_health_never_lowers_a_score(seed: int, points: int) -> None:
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    before = scores(world, now)
    sicker(world, now, points)
    after = scores(world, now)
    assert all(after[id_] >= before[id_] for id_ in before)


@given(seeds)
def test_one_more_signal_never_lowers_its_item_and_changes_no_other(seed: int) -> None:
    world, now = world_of(seed)
    before = scores(world, now)
    today = world.moment(now).today
    id_ = min(before, default=None)
    assume(id_ is not None)
    task = Task(id="new", account_id=str(id_), title="More", due_on=today)
    world.put("tasks", task)
    after = scores(world, now)
    assert after[str(id_)] >= before[str(id_)]
    assert {**after, str(id_): 0} == {**before, str(id_): 0}
    # And taking it away again never raises.
    without(world, "tasks", lambda row: row.id != "new")
    assert scores(world, now) == before


@given(seeds)
def test_taking_a_signal_away_never_raises_a_score(seed: int) -> None:
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    before = scores(world, now)
    pick = Random(seed)
    for name in ("tasks", "tickets", "surveys"):
        without(world, name, lambda _: pick.random() < 0.5)
    for row in list(world.lists["touchpoints"].values()):
        steps = tuple(step for step in row.next_steps if pick.random() < 0.5)
        change(world, "touchpoints", row, next_steps=steps)
    after = scores(world, now)
    assert all(after[id_] <= before[id_] for id_ in before)


@given(seeds)
def test_a_weaker_signal_of_an_occupied_family_changes_no_score_and_no_reason(seed: int) -> None:
    world, now = world_of(seed, dispositions=False)
    today = world.moment(now).today
    before = assessed(world, now)
    weaker = []
    for id_, one in before.items():
        # A task that is due tomorrow has 35 points at the account's value.
        best = max((s.score for s in one.visible if s.family == "commitment"), default=0)
        if best > 35 * one.standing.value:
            weaker.append(id_)
            due = today + timedelta(days=1)
            world.put("tasks", Task(id=f"new-{id_}", account_id=id_, title="More", due_on=due))
    assume(weaker)
    for id_, one in assessed(world, now).items():
        told = [(r.signal.cause, r.contribution, r.weight) for r in one.combined.reasons]
        assert told == [
            (r.signal.cause, r.contribution, r.weight) for r in before[id_].combined.reasons
        ]
        assert one.combined.score == before[id_].combined.score
        assert one.combined.effort == before[id_].combined.effort


@given(seeds)
def test_scores_keep_their_bounds_and_add_up(seed: int) -> None:
    world, now = world_of(seed)
    for item in ranked(world, now).items:
        for signal in item.one.visible:
            assert 0 <= signal.points <= 100
            assert 70 <= signal.value <= 160
            assert signal.score == signal.points * signal.value
        assert 100_000 <= item.score <= 2_160_000
        assert sum(reason.contribution for reason in item.reasons) == item.score
        families = [reason.signal.family for reason in item.reasons]
        assert 1 <= len(families) == len(set(families)) <= 3


@given(seeds)
def test_accounts_have_no_say_in_each_other(seed: int) -> None:
    world, now = world_of(seed, accounts=4)
    before = ranked(world, now)
    gone = "a1"
    for name in list(world.lists):
        without(world, name, lambda row: getattr(row, "account_id", None) != gone)
    without(world, "accounts", lambda row: row.id != gone)
    after = ranked(world, now)
    assert [item.account_id for item in after.items] == [
        item.account_id for item in before.items if item.account_id != gone
    ]
    kept = {item.account_id: item.score for item in before.items}
    assert all(kept[item.account_id] == item.score for item in after.items)


@given(seeds)
def test_musts_and_hard_deadlines_are_planned_and_nothing_that_fits_is_left_out(
    seed: int,
) -> None:
    world, now = world_of(seed, accounts=5)
    agenda = ranked(world, now)
    first = [item for item in agenda.items if item.must or item.rotation]
    assert all(item.planned for item in first)
    assert all(item.must for item in agenda.items if item.tier == 0)
    left = agenda.capacity.capacity_minutes - sum(item.effort for item in first)
    count = len(first)
    for item in agenda.items:
        if item in first:
            continue
        fits = item.effort <= left and count < 12
        assert item.planned == fits
        if fits:
            left -= item.effort
            count += 1
    if sum(item.effort for item in first) <= agenda.capacity.capacity_minutes:
        assert agenda.capacity.planned_minutes <= agenda.capacity.capacity_minutes
    assert agenda.capacity.left_minutes == left


@given(seeds)
def test_a_longer_day_never_drops_the_first_item_that_differs(seed: int) -> None:
    made = Maker(seed, accounts=5)
    made.world.settings = {"agenda.focus_share": 30}
    less = ranked(made.world, made.now)
    made.world.settings = {"agenda.focus_share": 90}
    more = ranked(made.world, made.now)
    assert [item.planned for item in more.items] >= [item.planned for item in less.items]


@given(seeds)
def test_hard_deadlines_come_first_by_their_act_by_date_and_carry_a_renewal(seed: int) -> None:
    made = Maker(seed, accounts=5)
    # Many deadlines around today.
    for row in list(made.world.lists["subscriptions"].values()):
        change(made.world, "subscriptions", row, term_end=made.day(0, 5))
    agenda = ranked(made.world, made.now)
    tiers = [item.tier for item in agenda.items]
    assert tiers == sorted(tiers)
    hard = [item for item in agenda.items if item.tier == 0]
    assert [item.act_by for item in hard] == sorted(item.act_by for item in hard if item.act_by)
    for item in hard:
        assert item.planned
        assert any(signal.type == "renewal" and signal.tier0 for signal in item.one.visible)


@given(st.integers(min_value=1, max_value=6), st.integers(min_value=1, max_value=3))
def test_starving_accounts_are_all_visited_in_turn(count: int, slots: int) -> None:
    start = datetime(2026, 3, 9, 9, tzinfo=UTC)
    world = World({"settings": {"agenda.rotation_slots": slots, "agenda.focus_share": 0}})
    for number in range(count):
        world.add(
            {
                "accounts": [{"id": f"a{number}", "name": "Quiet", "segment": "mid"}],
                "touchpoints": [
                    {
                        "id": f"t{number}",
                        "account_id": f"a{number}",
                        "type": "call",
                        "at": (start - timedelta(days=70 + number)).isoformat(),
                    }
                ],
            }
        )
    visited: set[str] = set()
    now, working = start, 0
    while working < -(-count // slots):
        moment = world.moment(now)
        agenda = ranked(world, now)
        picked = [item.account_id for item in agenda.items if item.rotation]
        assert not picked or moment.workdays.is_working(moment.today)
        assert all(item.effort <= 15 for item in agenda.items if item.rotation)
        for id_ in picked:
            world.put("planned_days", PlannedDay(on=moment.today, account_id=id_))
        visited |= set(picked)
        working += moment.workdays.is_working(moment.today)
        now += timedelta(days=1)
    assert visited == {f"a{number}" for number in range(count)}


@given(seeds)
def test_nothing_hidden_contributes_and_an_undo_is_an_inverse(seed: int) -> None:
    world, now = world_of(seed)
    for one in assessed(world, now).values():
        shown = {signal.cause for signal in one.visible}
        assert not shown & {item.signal.cause for item in one.hidden}
        assert all(reason.signal.cause in shown for reason in one.combined.reasons)
    bare, _ = world_of(seed, dispositions=False)
    undone = [row.undoes for row in world.lists["dispositions"].values() if row.undoes]
    without(world, "dispositions", lambda row: row.undoes is not None or row.id in undone)
    assert document(world, now) == document(bare, now)


@given(seeds)
def test_missing_data_raises_no_error_and_touches_no_other_account(seed: int) -> None:
    made = Maker(seed, accounts=3)
    world, now = made.world, made.now
    before = scores(world, now)
    pick = Random(seed)
    for name in ("subscriptions", "contacts", "surveys", "tasks", "accounts", "plans"):
        for row in list(world.lists[name].values()):
            if getattr(row, "account_id", row.id) != "a0":
                continue
            optional = [
                slot
                for slot in ("arr", "term_end", "term_months", "left_on", "influence", "sentiment",
                             "contact_id", "due_on", "start_on", "segment", "assigned_on",
                             "notice_days", "forecast", "sentiment_on", "objectives")
                if hasattr(row, slot)
                and (slot != "start_on" or name == "accounts")
                and pick.random() < 0.6
            ]  # fmt: skip
            change(
                world,
                name,
                row,
                **{slot: () if slot == "objectives" else None for slot in optional},
            )
    for name in ("health", "measurements", "touchpoints"):
        without(world, name, lambda row: row.account_id != "a0" or pick.random() < 0.5)
    after = scores(world, now)
    assert {**after, "a0": 0} == {**before, "a0": 0}
    document(world, now)


@given(seeds)
def test_the_order_is_the_same_in_the_morning_and_in_the_afternoon(seed: int) -> None:
    made = Maker(seed, accounts=4, dispositions=False)
    world = made.world
    for name in ("tickets", "meetings"):
        without(world, name)
    local = made.now.astimezone(made.zone)
    morning = local.replace(hour=9, minute=0)
    evening = local.replace(hour=16, minute=0)
    for name, slot in (("touchpoints", "at"), ("surveys", "at")):
        without(world, name, lambda row, slot=slot: getattr(row, slot) <= morning)
    first, second = ranked(world, morning), ranked(world, evening)
    assert [(item.account_id, item.score) for item in first.items] == [
        (item.account_id, item.score) for item in second.items
    ]


@given(seeds, st.sampled_from((3, 1000, Decimal("0.5"))))
def test_the_unit_of_money_is_irrelevant(seed: int, times: int | Decimal) -> None:
    world, now = world_of(seed)
    without_growth(world)
    before = document(world, now)
    for row in list(world.lists["subscriptions"].values()):
        steps = tuple(type(step)(from_on=step.from_on, arr=step.arr * times) for step in row.ramp)
        change(
            world,
            "subscriptions",
            row,
            arr=None if row.arr is None else row.arr * times,
            ramp=steps,
        )
    default = AgendaConfig()
    world.settings |= {
        "agenda.value_knots": [[x * Decimal(times), y] for x, y in default.value_knots],
        "agenda.segment_borders": [x * Decimal(times) for x in default.segment_borders],
        "agenda.usage_tech_floor": default.usage_tech_floor * Decimal(times),
    }
    after = document(world, now)
    told = ("account_id", "score", "tier", "must", "planned", "rotation", "effort_minutes")
    assert [[item[key] for key in told] for item in after["items"]] == [
        [item[key] for key in told] for item in before["items"]
    ]


def accepted(seed: int) -> dict[str, object]:
    """Return settings that are accepted when they are loaded."""
    pick = Random(seed)
    red = pick.randrange(1, 80)
    settings = {
        "agenda.value_knots": [[0, pick.randrange(80)], [10_000, pick.randrange(40, 120)],
                               [90_000, pick.randrange(100, 200)]],
        "agenda.weights": sorted((pick.randrange(120) for _ in range(3)), reverse=True),
        "agenda.cadence_segment": dict(
            zip(("high", "mid", "low"), sorted(pick.randrange(1, 90) for _ in range(3)),
                strict=True)
        ),
        "agenda.renewal_window": dict(
            zip(("tech", "low", "mid", "high"), sorted(pick.randrange(150) for _ in range(4)),
                strict=True)
        ),
        "agenda.risk_factor": dict(
            zip(("low", "mid", "high"), sorted(pick.randrange(101) for _ in range(3)), strict=True)
        ),
        "agenda.today_max_items": pick.randrange(6),
        "agenda.min_score": pick.randrange(30),
        "agenda.cadence_color": dict(
            zip(("red", "yellow", "green"), sorted(pick.randrange(1, 90) for _ in range(3)),
                strict=True)
        ),
        "agenda.cadence_onboarding": pick.randrange(1, 30),
        "agenda.cadence_renewal": pick.randrange(1, 30),
        "agenda.health_red_below": red,
        "agenda.health_green_from": pick.randrange(red, 100),
        "agenda.transition_window": pick.randrange(30),
        "agenda.drop_window": pick.randrange(8, 60),
        "agenda.segment_borders": sorted(pick.randrange(150_000) for _ in range(3)),
        "agenda.usage_tech_floor": pick.randrange(10_000),
    }  # fmt: skip
    try:
        AgendaConfig.from_settings(settings)
    except ConfigError:
        assume(False)
    return settings


@given(seeds, seeds)
def test_any_accepted_configuration_keeps_money_and_signals_monotone(seed: int, other: int) -> None:
    settings = accepted(other)
    world, now = world_of(seed, dispositions=False)
    without_growth(world)
    for row in list(world.lists["subscriptions"].values()):
        change(world, "subscriptions", row, ramp=())
    world.settings = settings
    before = assessed(world, now)
    agenda = ranked(world, now)
    assert all(item.planned for item in agenda.items if item.must)
    for row in list(world.lists["subscriptions"].values()):
        if row.status == "active" and row.arr:
            change(world, "subscriptions", row, arr=row.arr * 5)
    for id_, one in assessed(world, now).items():
        if before[id_].standing.arr is not None:
            assert one.combined.score >= before[id_].combined.score
    today = world.moment(now).today
    for id_ in before:
        world.put("tasks", Task(id=f"new-{id_}", account_id=id_, title="More", due_on=today))
    for id_, score in scores(world, now).items():
        if before[id_].standing.arr is not None:
            assert score >= before[id_].combined.score


@given(seeds, seeds, small)
def test_any_accepted_configuration_keeps_time_and_health_monotone(
    seed: int, other: int, days: int
) -> None:
    settings = accepted(other)

    def book() -> tuple[World, datetime]:
        world, now = world_of(seed, dispositions=False)
        without_growth(world)
        world.settings = settings
        return world, now

    world, now = book()
    before = assessed(world, now)
    agenda = ranked(world, now)
    for item in agenda.items:
        assert sum(reason.contribution for reason in item.reasons) == item.score
        assert len({reason.signal.family for reason in item.reasons}) == len(item.reasons) <= 3
    # Each account by itself stands in the order it has among the others.
    gone = {item.account_id for item in agenda.items[::2]}
    for name in ("accounts", "subscriptions"):
        key = "id" if name == "accounts" else "account_id"
        without(world, name, lambda row, key=key: getattr(row, key) not in gone)
    rest = [item.account_id for item in ranked(world, now).items]
    assert rest == [item.account_id for item in agenda.items[1::2]]
    today = world.moment(now).today
    world, now = book()
    earlier(world, days, Random(seed), lambda day: day >= today)
    assert all(
        one.combined.score >= before[id_].combined.score and one.tier <= before[id_].tier
        for id_, one in assessed(world, now).items()
    )
    world, now = book()
    earlier(world, days, Random(seed))
    assert all(score >= before[id_].combined.score for id_, score in scores(world, now).items())
    world, now = book()
    sicker(world, now, days)
    assert all(score >= before[id_].combined.score for id_, score in scores(world, now).items())


@given(seeds)
def test_a_touch_of_today_ends_the_check_in_and_never_the_renewal(seed: int) -> None:
    world, now = world_of(seed, dispositions=False)
    before = assessed(world, now)
    for id_ in before:
        world.put("touchpoints", Touchpoint(id=f"new-{id_}", account_id=id_, type="call", at=now))
    for id_, one in assessed(world, now).items():
        assert all(signal.type != "cadence" for signal in one.visible)
        assert [s for s in one.visible if s.type == "renewal"] == [
            s for s in before[id_].visible if s.type == "renewal"
        ]


@given(seeds)
def test_a_ticket_holds_expansion_back_even_when_it_is_hidden(seed: int) -> None:
    world, now = world_of(seed)
    for id_ in assessed(world, now):
        world.put(
            "tickets",
            Ticket(
                id=f"new-{id_}",
                account_id=id_,
                subject="Down",
                severity="critical",
                status="open",
                opened_at=now - timedelta(hours=60),
            ),
        )
    for one in assessed(world, now).values():
        assert all(signal.type != "expansion" for signal in one.visible)
        assert all(item.signal.type != "expansion" for item in one.hidden)
