"""Each detector by example: what raises it, at which day or number, and what keeps it quiet."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from csmdesk.domain.agenda.assess import assess
from csmdesk.domain.agenda.facts import (
    Answer,
    Appointment,
    Case,
    Chore,
    Facts,
    Goal,
    Person,
    Rescue,
    Step,
    Touch,
)
from csmdesk.domain.agenda.moment import Moment
from csmdesk.domain.agenda.signals import Signal
from csmdesk.domain.health import Health, Override
from csmdesk.domain.money import Rates
from csmdesk.domain.renewal import Contract
from csmdesk.domain.usage import Mean, Ratio, Usage
from csmdesk.domain.workdays import Workdays

NOW = datetime(2026, 3, 9, 9, tzinfo=UTC)
TODAY = NOW.date()
MOMENT = Moment(NOW, UTC, Workdays(), Rates("USD", {}))
HOUR = timedelta(hours=1)


def on(days: int) -> date:
    return TODAY + timedelta(days=days)


def touch(days: int) -> Touch:
    at = NOW + timedelta(days=days)
    return Touch(at, "T", at.date())


def quiet(**values: Any) -> Facts:
    """A mid-touch account of $50k about which there is nothing to say, and what is given."""
    contract = Contract("S", on(-700), False, term_end=on(300), amount=50_000)
    known: dict[str, Any] = {
        "start_on": on(-700),
        "had_contracts": True,
        "contracts": (contract,),
        "last_touch": touch(-1),
        "last_review": touch(-10),
        "health": Health(TODAY, "crm", 90, TODAY, (on(-40), 90), None, None, on(-40)),
    }
    return Facts("a", "Alder", **(known | values))


def raised(facts: Facts, moment: Moment = MOMENT) -> dict[str, Signal]:
    found = assess(facts, moment).visible
    assert len({signal.type for signal in found}) == len(found)
    return {signal.type: signal for signal in found}


def points(facts: Facts, moment: Moment = MOMENT) -> dict[str, int]:
    return {type_: signal.points for type_, signal in raised(facts, moment).items()}


def test_a_quiet_account_raises_nothing() -> None:
    assert points(quiet()) == {}


def renewing(days: int, **values: Any) -> Facts:
    contract = Contract("S", on(-700), False, term_end=on(days), amount=50_000)
    return quiet(contracts=(contract._replace(**values),))


@pytest.mark.parametrize(
    ("days", "expected"),
    [(91, None), (90, 18), (60, 28), (45, 33), (30, 38), (14, 43), (7, 46), (0, 50), (-1, 100)],
)
def test_a_committed_renewal_by_days_to_its_clock(days: int, expected: int | None) -> None:
    assert points(renewing(days, forecast="commit")).get("renewal") == expected


def test_the_risk_of_a_renewal_is_the_worse_of_forecast_and_colour() -> None:
    red = Override(on(-20), "red", on(20))
    assert points(renewing(60, forecast="commit"))["renewal"] == 28
    assert points(renewing(60, forecast="at_risk"))["renewal"] == 55
    assert points(renewing(60, forecast="best_case"))["renewal"] == 44
    commit = renewing(60, forecast="commit")
    assert points(commit._replace(health=None))["renewal"] == 44
    assert points(commit._replace(overrides=(red,)))["renewal"] == 55
    assert points(renewing(60, notice_received_on=on(-1)))["renewal"] == 55


def test_contracts_of_one_clock_are_one_event_and_those_of_another_kind_are_not() -> None:
    first = Contract("S-2", on(-700), False, term_end=on(20), amount=40_000)
    second = first._replace(id="S-1", amount=None, forecast="at_risk")
    other = first._replace(id="S-3", auto_renew=True, amount=5_000)
    one = assess(quiet(contracts=(second, first, other)), MOMENT)
    renewals = {s.subject: s for s in one.visible if s.type == "renewal"}
    assert set(renewals) == {"S-1", "S-3"}
    assert renewals["S-1"].stake == 40_000
    assert renewals["S-1"].episode == f"term:{on(20)}"
    assert renewals["S-3"].episode == f"notice:{on(20)}"


def test_tech_touch_renews_only_at_high_risk() -> None:
    assert points(renewing(20)._replace(segment="tech")) == {}
    at_risk = renewing(20, forecast="at_risk")._replace(segment="tech")
    assert set(points(at_risk)) == {"renewal"}


@pytest.mark.parametrize(
    ("clock", "hard"),
    [
        (date(2026, 3, 9), True),
        (date(2026, 3, 10), True),
        (date(2026, 3, 11), False),
        (date(2026, 3, 8), False),
    ],
)
def test_a_deadline_is_hard_until_the_next_working_day(clock: date, hard: bool) -> None:
    days = (clock - TODAY).days
    assert raised(renewing(days))["renewal"].tier0 == hard


def test_a_deadline_on_the_weekend_is_acted_on_before_it() -> None:
    friday = Moment(datetime(2026, 3, 6, 9, tzinfo=UTC), UTC, Workdays(), Rates("USD", {}))
    thursday = Moment(datetime(2026, 3, 5, 9, tzinfo=UTC), UTC, Workdays(), Rates("USD", {}))
    saturday = Moment(datetime(2026, 3, 7, 9, tzinfo=UTC), UTC, Workdays(), Rates("USD", {}))
    sunday = renewing((date(2026, 3, 8) - TODAY).days)
    for moment in (thursday, friday, saturday):
        signal = raised(sunday, moment)["renewal"]
        assert signal.act_by == date(2026, 3, 6)
        assert signal.tier0


@pytest.mark.parametrize(
    ("days", "expected"),
    [(14, 20), (15, None), (7, 40), (0, 65), (-14, 80), (-31, 95)],
)
def test_first_value_by_days_to_its_target(days: int, expected: int | None) -> None:
    goal = Goal("M", "Live", on(days), "us", first_value=True)
    facts = quiet(goals=(goal,), first_value_planned=True)
    assert points(facts).get("ttv") == expected
    assert "milestone" not in points(facts)
    assert points(facts._replace(first_value_done=True)) == {}


def test_an_onboarding_account_without_a_plan_has_thirty_days_to_first_value() -> None:
    facts = quiet(start_on=on(-30))
    assert raised(facts)["ttv"].subject == "account"
    assert raised(facts)["ttv"].episode == str(TODAY)
    assert points(facts)["ttv"] == 65
    assert "ttv" not in points(quiet(start_on=on(-91)))


@pytest.mark.parametrize(
    ("days", "expected"), [(8, None), (7, 20), (0, 45), (-7, 65), (-14, 75), (-40, 85)]
)
def test_a_milestone_by_days_to_its_date(days: int, expected: int | None) -> None:
    assert points(quiet(goals=(Goal("M", "SSO", on(days), "them"),))).get("milestone") == expected


@pytest.mark.parametrize(
    ("days", "ours", "theirs"),
    [(1, 50, None), (0, 80, 35), (-1, 90, 38), (-3, 100, 44), (-14, 100, 65)],
)
def test_a_promise_and_a_wait_by_days(days: int, ours: int, theirs: int | None) -> None:
    promise = raised(quiet(steps=(Step("N", "Send", "us", on(days)),)))["promise"]
    assert (promise.points, promise.must) == (ours, days <= 0)
    assert points(quiet(steps=(Step("N", "Sign", "them", on(days)),))).get("waiting") == theirs


@pytest.mark.parametrize(
    ("days", "normal", "high"), [(1, 35, 45), (0, 60, 70), (-3, 75, 85), (-14, 85, 95)]
)
def test_a_task_by_days_and_priority(days: int, normal: int, high: int) -> None:
    plain = raised(quiet(chores=(Chore("K", "Ring", on(days), False, 40),)))["task"]
    urgent = raised(quiet(chores=(Chore("K", "Ring", on(days), True),)))["task"]
    assert (plain.points, plain.must, plain.effort) == (normal, False, 40)
    assert (urgent.points, urgent.must, urgent.effort) == (high, days <= 0, 15)


def meeting(kind: str, start: datetime, **values: Any) -> Appointment:
    return Appointment("M", kind, "Talk", start, start + HOUR, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("start", "expected", "must"),
    [
        (datetime(2026, 3, 9, 10, tzinfo=UTC), 80, True),
        (datetime(2026, 3, 10, 10, tzinfo=UTC), 50, False),
        (datetime(2026, 3, 11, 10, tzinfo=UTC), None, False),
        (datetime(2026, 3, 9, 9, tzinfo=UTC), None, False),
    ],
)
def test_a_meeting_is_prepared_from_the_working_day_before(
    start: datetime, expected: int | None, must: bool
) -> None:
    signal = raised(quiet(appointments=(meeting("call", start),))).get("meeting")
    assert (signal.points if signal else None) == expected
    assert bool(signal and signal.must) == must
    assert raised(quiet(appointments=(meeting("call", start, prep="started"),))) == {}


@pytest.mark.parametrize(
    ("day", "expected"), [(9, 95), (10, 80), (12, 60), (16, 45), (17, None), (14, 53)]
)
def test_a_review_is_prepared_from_five_working_days_before(day: int, expected: int | None) -> None:
    start = datetime(2026, 3, day, 15, tzinfo=UTC)
    facts = quiet(appointments=(meeting("qbr", start, prep="started"),))
    assert points(facts).get("review") == expected
    assert points(quiet(appointments=(meeting("qbr", start, prep="ready"),))) == {}


@pytest.mark.parametrize(
    ("end", "expected", "must"),
    [
        (datetime(2026, 3, 9, 9, tzinfo=UTC), 60, False),
        (datetime(2026, 3, 6, 9, tzinfo=UTC), 75, True),
        (datetime(2026, 3, 5, 9, tzinfo=UTC), 80, True),
        (datetime(2026, 2, 23, 9, tzinfo=UTC), 85, True),
        (datetime(2026, 2, 20, 9, tzinfo=UTC), None, False),
    ],
)
def test_a_recap_is_asked_for_from_the_end_for_ten_working_days(
    end: datetime, expected: int | None, must: bool
) -> None:
    signal = raised(quiet(appointments=(meeting("ebr", end - HOUR),))).get("recap")
    assert (signal.points if signal else None) == expected
    assert bool(signal and signal.must) == must


@pytest.mark.parametrize(
    ("severity", "hours", "expected"),
    [
        ("critical", 47, None),
        ("critical", 48, 75),
        ("critical", 96, 90),
        ("critical", 500, 100),
        ("high", 167, None),
        ("high", 168, 30),
        ("high", 336, 55),
        ("high", 720, 70),
    ],
)
def test_a_ticket_by_whole_hours(severity: Any, hours: int, expected: int | None) -> None:
    case = Case("K", "Down", severity, NOW - hours * HOUR - timedelta(minutes=59))
    signal = raised(quiet(cases=(case,))).get("ticket")
    assert (signal.points if signal else None) == expected
    assert bool(signal and signal.must) == (expected is not None and severity == "critical")


def test_a_ticket_counts_hours_across_daylight_saving() -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    opened = datetime(2026, 3, 28, 10, tzinfo=berlin).astimezone(UTC)
    facts = quiet(cases=(Case("K", "Down", "critical", opened),))
    for local, shown in (
        (datetime(2026, 3, 30, 10, 59, 59, tzinfo=berlin), False),
        (datetime(2026, 3, 30, 11, 0, tzinfo=berlin), True),
    ):
        moment = Moment(local, berlin, Workdays(), Rates("USD", {}))
        one = assess(facts, moment)
        assert any(signal.type == "ticket" for signal in one.visible) == shown
        assert [notice.kind for notice in one.notices] == ([] if shown else ["turning"])


def scored(score: int, **values: Any) -> Health:
    return Health(TODAY, "crm", score, TODAY, first_on=on(-60))._replace(**values)


def test_health_turns_falls_and_stays_red() -> None:
    rescue = Rescue("P", on(30), late=False)
    turned = quiet(health=scored(40, changed_on=on(-14), changed_from="yellow"))
    assert points(turned)["health"] == 70
    assert raised(turned)["health"].episode == str(on(-14))
    old = quiet(health=scored(40, changed_on=on(-15), changed_from="yellow"))
    assert points(old)["health"] == 45
    assert points(old._replace(rescues=(rescue,))).get("health") is None
    assert points(old._replace(rescues=(rescue._replace(late=True),)))["health"] == 45
    assert points(turned._replace(rescues=(rescue,)))["health"] == 70
    faded = quiet(health=scored(60, changed_on=on(-3), changed_from="green"))
    assert points(faded)["health"] == 40
    better = quiet(health=scored(60, changed_on=on(-3), changed_from="red"))
    assert "health" not in points(better)
    assert "health" not in points(quiet(health=scored(81, reference=(on(-30), 90))))
    assert points(quiet(health=scored(80, reference=(on(-30), 90))))["health"] == 40
    assert points(quiet(health=scored(75, reference=(on(-30), 95))))["health"] == 65
    felt = quiet(overrides=(Override(on(-1), "red", on(9), "sponsor angry"),))
    assert points(felt)["health"] == 45
    assert raised(felt)["health"].episode == str(on(-60 + 20))


def test_tech_touch_hears_of_a_turn_only() -> None:
    turned = quiet(health=scored(40, changed_on=on(-1), changed_from="yellow"), segment="tech")
    assert points(turned) == {"health": 70}
    falling = quiet(health=scored(40, reference=(on(-30), 95)), segment="tech")
    assert points(falling) == {}


def used(base: int, now: int, **values: Any) -> Facts:
    return quiet(usage=Usage(Mean(base, 1), Mean(now, 1), None, TODAY), **values)


@pytest.mark.parametrize(
    ("base", "now", "expected"),
    [(100, 86, None), (100, 85, 35), (100, 70, 60), (100, 55, 80), (100, 0, 90), (4, 0, None)],
)
def test_usage_by_how_far_it_fell(base: int, now: int, expected: int | None) -> None:
    assert points(used(base, now)).get("usage") == expected


def test_falling_usage_is_not_held_against_the_young_and_the_small() -> None:
    plan = {"goals": (), "first_value_done": True}
    assert "usage" not in points(used(100, 10, start_on=on(-59), **plan))
    assert "usage" in points(used(100, 10, start_on=on(-60), **plan))
    small = Contract("S", on(-700), False, term_end=on(300), amount=5_000)
    assert points(used(100, 10, segment="tech", contracts=(small,))) == {}
    bigger = small._replace(amount=5_001)
    assert set(points(used(100, 10, segment="tech", contracts=(bigger,)))) == {"usage"}
    unknown = small._replace(amount=None)
    assert set(points(used(100, 10, segment="tech", contracts=(unknown,)))) == {"data"}


def test_a_low_answer_weighs_more_from_somebody_of_influence() -> None:
    assert points(quiet(answers=(Answer("V", 6, on(-14), "Lu", 3),)))["nps"] == 55
    assert points(quiet(answers=(Answer("V", 0, on(-14), "Lu", 4),)))["nps"] == 65


def person(**values: Any) -> Person:
    return Person("C", "Ana", **values)


@pytest.mark.parametrize(("days", "expected"), [(0, 75), (30, 85), (60, 90), (99, 90)])
def test_a_lost_champion_by_days_since(days: int, expected: int) -> None:
    lost = person(roles=frozenset({"champion"}), active=False, left=True, left_on=on(-days))
    facts = quiet(people=(lost,))
    assert points(facts)["champion"] == expected
    heir = Person("D", "Bo", frozenset({"champion"}), met=on(-days))
    assert "champion" not in points(facts._replace(people=(lost, heir)))
    named = heir._replace(met=on(-days - 1))
    assert points(facts._replace(people=(lost, named)))["champion"] == expected


def test_a_champion_who_left_nobody_knows_when_is_replaced_by_any_meeting() -> None:
    lost = person(roles=frozenset({"champion"}), active=False, left=True)
    assert raised(quiet(people=(lost,)))["champion"].episode == "-"
    heir = Person("D", "Bo", frozenset({"champion"}), met=on(-20))
    assert "champion" not in points(quiet(people=(lost, heir)))


def test_coverage_counts_threads_and_executives() -> None:
    sponsor = Person("D", "Bo", frozenset({"exec_sponsor"}), met=on(-80))
    covered = quiet(contacts=3, threads=2, people=(sponsor,))
    assert points(covered) == {}
    assert points(covered._replace(threads=1))["coverage"] == 30
    assert points(covered._replace(threads=2, segment="high"))["coverage"] == 30
    assert points(covered._replace(people=()))["coverage"] == 25
    both = covered._replace(threads=1, people=())
    assert points(both)["coverage"] == 45
    assert raised(both)["coverage"].episode == "sponsor,threads"
    assert points(both._replace(contacts=0)) == {}
    assert points(both._replace(segment="low")) == {}
    soon = renewing(60)._replace(contacts=3, threads=1, people=())
    assert points(soon)["coverage"] == 65


@pytest.mark.parametrize(
    ("role", "days", "expected"),
    [
        ("champion", 30, None),
        ("champion", 31, 26),
        ("champion", 60, 45),
        ("exec_sponsor", 91, 25),
        ("economic_buyer", 270, 55),
        ("technical", 300, None),
    ],
)
def test_silence_by_what_the_role_asks(role: Any, days: int, expected: int | None) -> None:
    facts = quiet(people=(person(roles=frozenset({role}), met=on(-days)),))
    assert points(facts).get("silent") == expected
    assert "silent" not in points(quiet(people=(person(roles=frozenset({role})),)))


@pytest.mark.parametrize(
    ("sentiment", "influence", "expected"),
    [(-1, 4, 50), (-2, 3, 30), (-1, 2, None), (0, 5, None), (-1, None, None)],
)
def test_a_critic_by_influence(sentiment: int, influence: int | None, expected: int | None) -> None:
    facts = quiet(people=(person(sentiment=sentiment, influence=influence),))
    assert points(facts).get("detractor") == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(30, None), (31, 26), (45, 45), (60, 60), (90, 75), (200, 85)]
)
def test_a_check_in_by_how_long_ago_it_was_due(days: int, expected: int | None) -> None:
    facts = quiet(last_touch=touch(-days))
    assert points(facts).get("cadence") == expected
    booked = meeting("training", NOW + timedelta(days=7, hours=14))
    assert "cadence" not in points(facts._replace(appointments=(booked,)))
    later = meeting("training", NOW + timedelta(days=8))
    assert points(facts._replace(appointments=(later,))).get("cadence") == expected


def test_a_check_in_that_never_was_counts_from_assignment_then_from_the_start() -> None:
    assert raised(quiet(last_touch=None, assigned_on=on(-31)))["cadence"].episode == "never"
    assert "cadence" not in points(quiet(last_touch=None, assigned_on=on(-30)))
    assert points(quiet(last_touch=None))["cadence"] == 85
    assert "cadence" not in points(quiet(last_touch=None, start_on=None))


@pytest.mark.parametrize(
    ("days", "expected"), [(68, None), (69, 15), (90, 35), (120, 55), (150, 65)]
)
def test_a_review_by_when_the_last_one_was(days: int, expected: int | None) -> None:
    facts = quiet(last_review=touch(-days))
    assert points(facts).get("qbr") == expected
    booked = meeting("ebr", NOW + timedelta(days=60))
    assert "qbr" not in points(facts._replace(appointments=(booked,)))


def test_an_expansion_by_seats_in_use_and_what_holds_it() -> None:
    def full(use: int, **values: Any) -> Facts:
        return quiet(usage=Usage(None, None, Ratio(100 * use, 100), TODAY), **values)

    assert points(full(89)) == {}
    for use, expected, episode in (
        (90, 40, "90"),
        (99, 54, "90"),
        (100, 55, "100"),
        (120, 60, "110"),
    ):
        assert (points(full(use))["expansion"], raised(full(use))["expansion"].episode) == (
            expected,
            episode,
        )
    assert raised(full(92))["expansion"].stake == 7_500
    assert raised(full(92, expansion=75_000))["expansion"].stake == 75_000
    red = scored(90, red_on=on(-180))
    for held, why in (
        (full(92, health=None), "health is unknown"),
        (full(92, health=scored(60)), "health is yellow"),
        (full(92, health=red), "was red"),
        (full(92, cases=(Case("K", "Down", "high", NOW - 200 * HOUR),)), "open ticket"),
    ):
        assert "expansion" not in points(held)
        assert [notice.why for notice in assess(held, MOMENT).notices] == [why]
    assert "expansion" in points(full(92, health=red._replace(red_on=on(-181))))
    fallen = quiet(usage=Usage(Mean(100, 1), Mean(94, 1), Ratio(9200, 100), TODAY))
    assert "expansion" not in points(fallen)
    steady = quiet(usage=Usage(Mean(100, 1), Mean(95, 1), Ratio(9200, 100), TODAY))
    assert "expansion" in points(steady)


def test_data_names_what_is_missing_and_never_asks_for_what_never_was() -> None:
    bare = Contract("S", on(-700), False)
    stale = Usage(seen_on=on(-31))
    facts = quiet(contracts=(bare,), health=Health(on(-31)), usage=stale)
    assert raised(facts)["data"].episode == "arr,health,term_end,usage"
    assert points(quiet(health=None, usage=None)) == {}
    assert points(quiet(usage=Usage(seen_on=on(-30)))) == {}
    assert points(quiet(contracts=(bare._replace(amount=50_000, evergreen=True),))) == {}


def test_a_former_customer_raises_only_what_was_promised_or_planned() -> None:
    gone = quiet(
        contracts=(),
        last_touch=touch(-300),
        steps=(Step("N", "Send", "us", TODAY),),
        cases=(Case("K", "Down", "critical", NOW - 60 * HOUR),),
        people=(person(sentiment=-2, influence=5),),
    )
    assert set(points(gone)) == {"promise"}
    assert assess(gone, MOMENT).notices == ()
