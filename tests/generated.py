"""Books with every feature in it, from a seed: for properties that hold over all books."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from tests.builders import World

from csmdesk.domain.agenda.assess import assess
from csmdesk.domain.agenda.reduce import reduce_ledger
from csmdesk.domain.records import (
    Account,
    Contact,
    Disposition,
    HealthOverride,
    HealthRecord,
    Measurement,
    Meeting,
    Milestone,
    NextStep,
    Objective,
    Opportunity,
    Plan,
    PlannedDay,
    RampStep,
    Rate,
    Subscription,
    Survey,
    Task,
    Ticket,
    Touchpoint,
    User,
)

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Santiago",
    "UTC",
)
DAYS = (
    date(2026, 3, 9),
    date(2026, 2, 28),
    date(2024, 2, 29),
    date(2025, 12, 31),
    date(2026, 4, 5),
)
NAMES = (
    "Acme",
    "acme",
    "Åkeri",
    "A\u030akeri",
    "王府",
    "Straße",
    "STRASSE",
    "İzmir",
    "Ωmega",
    "نور",
)
ROLES = ("exec_sponsor", "economic_buyer", "champion", "technical", "end_user", "power_user")
TYPES = (
    *("call", "meeting", "onsite", "training", "qbr", "ebr"),
    *("email", "slack", "note", "internal"),
)

seeds = st.integers(min_value=0, max_value=2**32 - 1)
"""Each seed is one book."""


class Maker:
    """Draws a book from a seed. `full` leaves nothing out; `quiet` leaves dispositions out."""

    def __init__(
        self, seed: int, *, accounts: int | None = None, dispositions: bool = True
    ) -> None:
        self.chance = Random(seed)
        pick = self.chance
        self.zone = ZoneInfo(pick.choice(ZONES))
        self.today = pick.choice(DAYS) + timedelta(days=pick.randrange(-3, 4))
        self.now = datetime.combine(
            self.today, time(pick.randrange(24), pick.choice((0, 30, 59))), self.zone
        ).astimezone(UTC)
        self.world = World(
            {
                "timezone": str(self.zone),
                "base_currency": "USD",
                "settings": pick.choice(({}, {}, {"agenda.focus_share": 100})),
            }
        )
        self.world.me = pick.choice((None, "U-1", "U-1"))
        self.world.holidays = tuple(self.day(-20, 20) for _ in range(pick.randrange(4)))
        for number in range(pick.choice((1, 2, 2))):
            self.put("users", User(id=f"U-{number + 1}", name="Someone"))
        for code in ("EUR", "GBP"):
            for _ in range(pick.randrange(3)):
                self.put("rates", Rate(currency=code, on=self.day(-90, 20), rate=self.number(3)))
        for number in range(accounts if accounts is not None else pick.randrange(1, 5)):
            self.account(f"a{number}")
        for number in range(pick.randrange(3)):
            self.meeting(f"own-{number}", None, ())
        if dispositions:
            self.dispositions()

    def put(self, name: str, row: Any) -> None:
        self.world.put(name, row)

    # --- values --------------------------------------------------------------------------

    def odds(self, share: float) -> bool:
        return self.chance.random() < share

    def maybe(self, share: float, value: Any) -> Any:
        return value if self.odds(share) else None

    def day(self, first: int, last: int) -> date:
        return self.today + timedelta(days=self.chance.randint(first, last))

    def instant(self, first: int, last: int) -> datetime:
        return self.now + timedelta(
            days=self.chance.randint(first, last),
            minutes=self.chance.choice((0, 0, -1, 1, -600, 600, 45)),
        )

    def number(self, size: int = 100) -> Decimal:
        whole = Decimal(self.chance.randrange(1, size * 4))
        return whole / 4 if self.odds(0.3) else whole

    def money(self) -> Decimal:
        amount = self.chance.choice((0, 900, 4999, 5000, 20000, 45000, 100000, 750000, 3000000))
        return Decimal(amount) + (Decimal("0.05") if self.odds(0.1) else 0)

    # --- records -------------------------------------------------------------------------

    def account(self, id_: str) -> None:
        pick = self.chance
        self.put(
            "accounts",
            Account(
                id=id_,
                name=pick.choice(NAMES),
                owner_id=pick.choice((None, "U-1", "U-1", "U-1", "U-2")),
                segment=self.maybe(0.3, pick.choice(("high", "mid", "low", "tech"))),
                assigned_on=self.maybe(0.3, self.day(-400, 5)),
                start_on=self.maybe(0.5, self.day(-400, 30)),
                currency=self.maybe(0.2, pick.choice(("EUR", "CHF", "USD"))),
            ),
        )
        for number in range(pick.choice((0, 1, 1, 1, 2, 3))):
            self.subscription(f"{id_}-s{number}", id_)
        for number in range(pick.choice((0, 0, 1, 2))):
            self.put(
                "opportunities",
                Opportunity(
                    id=f"{id_}-o{number}",
                    account_id=id_,
                    name="More",
                    kind=pick.choice(("expansion", "expansion", "renewal")),
                    status=pick.choice(("open", "open", "won")),
                    amount=self.maybe(0.8, self.money()),
                    currency=self.maybe(0.2, pick.choice(("EUR", "CHF"))),
                ),
            )
        people = [f"{id_}-c{number}" for number in range(pick.choice((0, 1, 2, 4)))]
        for person in people:
            self.contact(person, id_)
        meetings = [f"{id_}-m{number}" for number in range(pick.choice((0, 0, 1, 2)))]
        for meeting in meetings:
            self.meeting(meeting, id_, people)
        for number in range(pick.choice((0, 1, 3, 6))):
            self.touchpoint(f"{id_}-t{number}", id_, people, meetings)
        self.signals_of_use(id_)
        self.signals_of_health(id_)
        for number in range(pick.choice((0, 0, 1, 2))):
            self.put(
                "tickets",
                Ticket(
                    id=f"{id_}-k{number}",
                    account_id=id_,
                    subject="Broken",
                    severity=pick.choice(("critical", "critical", "high", "normal")),
                    status=pick.choice(("open", "open", "waiting_on_customer", "closed")),
                    opened_at=self.now
                    - timedelta(hours=pick.choice((-5, 23, 24, 47, 48, 49, 168, 700))),
                ),
            )
        for number in range(pick.choice((0, 0, 1, 2))):
            self.put(
                "surveys",
                Survey(
                    id=f"{id_}-n{number}",
                    account_id=id_,
                    kind=pick.choice(("nps", "nps", "csat")),
                    score=pick.randrange(1, 6) if self.odds(0.8) else 9,
                    at=self.instant(-16, 1),
                    contact_id=self.maybe(0.7, pick.choice(people) if people else None),
                ),
            )
        for number in range(pick.choice((0, 0, 1, 2))):
            self.plan(f"{id_}-p{number}", id_)
        for number in range(pick.choice((0, 0, 1, 2))):
            self.put(
                "tasks",
                Task(
                    id=f"{id_}-x{number}",
                    account_id=id_,
                    title="Do it",
                    due_on=self.maybe(0.9, self.day(-20, 4)),
                    priority=pick.choice((None, "normal", "high")),
                    effort_minutes=self.maybe(0.5, pick.choice((0, 5, 60))),
                    done_on=self.maybe(0.2, self.day(-5, 0)),
                ),
            )
        for _ in range(pick.choice((0, 0, 1, 2))):
            self.put(
                "planned_days",
                PlannedDay(on=self.day(-25, 1), account_id=id_, removed=self.odds(0.3)),
            )

    def subscription(self, id_: str, account: str) -> None:
        pick = self.chance
        start = pick.choice(
            (self.day(-900, -1), self.day(-20, 20), date(2024, 2, 29), date(2023, 1, 31))
        )
        days = self.maybe(0.4, pick.choice((0, 30, 60, 90)))
        ended = self.odds(0.15)
        self.put(
            "subscriptions",
            Subscription(
                id=id_,
                account_id=account,
                start_on=start,
                auto_renew=self.odds(0.5),
                status="ended" if ended else "active",
                ended_on=self.day(-40, 0) if ended else None,
                arr=self.maybe(0.9, self.money()),
                currency=self.maybe(0.15, pick.choice(("EUR", "GBP", "CHF"))),
                term_months=self.maybe(0.5, pick.choice((1, 6, 12, 13, 36))),
                term_end=self.maybe(0.7, self.day(-400 if self.odds(0.2) else -5, 150)),
                notice_days=days,
                notice_months=None if days is not None else self.maybe(0.3, pick.choice((1, 2))),
                notice_received_on=self.maybe(0.1, self.day(-40, 5)),
                evergreen=self.odds(0.05),
                forecast=self.maybe(
                    0.4, pick.choice(("commit", "best_case", "at_risk", "closed_won"))
                ),
                ramp=tuple(
                    RampStep(from_on=self.day(-400, 200), arr=self.money())
                    for _ in range(pick.choice((0, 0, 0, 2)))
                ),
            ),
        )

    def contact(self, id_: str, account: str) -> None:
        pick = self.chance
        left = self.odds(0.2)
        self.put(
            "contacts",
            Contact(
                id=id_,
                account_id=account,
                name=pick.choice(NAMES),
                roles=tuple(pick.sample(ROLES, pick.choice((0, 1, 1, 2)))),
                primary_role=self.maybe(0.2, pick.choice(ROLES)),
                influence=self.maybe(0.7, pick.randrange(1, 6)),
                sentiment=self.maybe(0.6, pick.randrange(-2, 3)),
                sentiment_on=self.maybe(0.4, self.day(-60, 0)),
                status="left" if left else pick.choice((None, None, "active", "unknown")),
                left_on=self.maybe(0.7, self.day(-90, 0)) if left else None,
            ),
        )

    def meeting(self, id_: str, account: str | None, people: Any) -> None:
        pick = self.chance
        start = self.instant(-14, 9)
        self.put(
            "meetings",
            Meeting(
                id=id_,
                kind=pick.choice(
                    ("meeting", "call", "qbr", "ebr", "training", "internal", "block")
                ),
                start=start,
                end=start + timedelta(minutes=pick.choice((15, 30, 60, 480))),
                title="Meet",
                account_id=account,
                attendee_ids=tuple(people[:1]),
                prep=pick.choice(("none", "none", "started", "ready")),
                status=pick.choice(("planned", "planned", "held", "canceled", "no_show")),
            ),
        )

    def touchpoint(self, id_: str, account: str, people: list[str], meetings: list[str]) -> None:
        pick = self.chance
        self.put(
            "touchpoints",
            Touchpoint(
                id=id_,
                account_id=account,
                type=pick.choice(TYPES),
                at=self.instant(-300 if self.odds(0.4) else -30, 1),
                two_way=pick.choice((None, None, True, False)),
                attendee_ids=tuple(pick.sample(people, pick.randint(0, min(2, len(people))))),
                outcome=pick.choice((None, None, "held", "no_show", "left_message")),
                meeting_id=self.maybe(0.2, pick.choice(meetings) if meetings else None),
                next_steps=tuple(
                    NextStep(
                        id=f"{id_}-{number}",
                        text="Send it",
                        side=pick.choice(("us", "them")),
                        due_on=self.maybe(0.9, self.day(-20, 4)),
                        done_on=self.maybe(0.2, self.day(-5, 0)),
                    )
                    for number in range(pick.choice((0, 0, 1, 2)))
                ),
            ),
        )

    def signals_of_use(self, id_: str) -> None:
        pick = self.chance
        if self.odds(0.7):
            base, now = pick.choice((4, 5, 50, 100)), pick.choice((0, 3, 48, 85, 97, 110))
            for ago in (0, 1, 6, 7, 8, 13, 14, 40, 59, 60, 61, 66, 67):
                if self.odds(0.6):
                    value = Decimal(now if ago < 30 else base) + (
                        self.number(2) if self.odds(0.2) else 0
                    )
                    self.put(
                        "measurements",
                        Measurement(
                            account_id=id_,
                            metric=pick.choice(("active_users", "active_users", "seats_active")),
                            on=self.today - timedelta(days=ago),
                            value=value,
                        ),
                    )
        for _ in range(pick.choice((0, 0, 1, 2))):
            self.put(
                "measurements",
                Measurement(
                    account_id=id_,
                    metric="seats_purchased",
                    on=self.day(-200, 2),
                    value=Decimal(pick.choice((0, 50, 90, 100))),
                ),
            )

    def signals_of_health(self, id_: str) -> None:
        pick = self.chance
        for source in ("crm", "computed"):
            for _ in range(pick.choice((0, 2, 5))):
                self.put(
                    "health",
                    HealthRecord(
                        account_id=id_,
                        on=self.day(-250 if self.odds(0.3) else -45, 1),
                        score=Decimal(pick.choice((30, 45, 49, 50, 60, 74, 75, 90)))
                        + (Decimal("0.5") if self.odds(0.1) else 0),
                        source=source,  # type: ignore[arg-type] # one of the two
                        higher_is_better=self.odds(0.9),
                    ),
                )
        if self.odds(0.15):
            set_on = self.day(-30, 1)
            self.put(
                "health_overrides",
                HealthOverride(
                    account_id=id_,
                    color=pick.choice(("red", "yellow", "green")),
                    reason="felt",
                    set_on=set_on,
                    expires_on=set_on + timedelta(days=pick.randrange(31)),
                ),
            )

    def plan(self, id_: str, account: str) -> None:
        pick = self.chance
        self.put(
            "plans",
            Plan(
                id=id_,
                account_id=account,
                title="Plan",
                status=pick.choice(("active", "active", "active", "draft", "paused", "done")),
                start_on=self.day(-100, 0),
                due_on=self.maybe(0.3, self.day(-5, 90)),
                template=self.maybe(0.4, "red-rescue"),
                objectives=(
                    Objective(
                        id=f"{id_}-o",
                        title="Goal",
                        milestones=tuple(
                            Milestone(
                                id=f"{id_}-m{number}",
                                title="Step",
                                due_on=self.day(-40, 20),
                                status=pick.choice(("todo", "doing", "blocked", "done", "dropped")),
                                side=pick.choice(("us", "them")),
                                is_first_value=self.odds(0.3),
                            )
                            for number in range(pick.randrange(4))
                        ),
                    ),
                ),
            ),
        )

    def dispositions(self) -> None:
        """Say something to causes that really showed on some earlier day, and undo some of it."""
        pick = self.chance
        said: list[Disposition] = []
        for ago in (9, 3, 1, 0):
            at = self.now - timedelta(days=ago, minutes=pick.randrange(90))
            moment = self.world.moment(at)
            for facts in reduce_ledger(self.world.ledger, moment):
                one = assess(facts, moment)
                for signal in one.visible:
                    if self.odds(0.75):
                        continue
                    action = pick.choice(("done", "snooze", "snooze", "dismiss"))
                    until = moment.today + timedelta(days=pick.randrange(1, 31))
                    said.append(
                        Disposition(
                            id=f"D-{len(said):03}",
                            account_id=facts.id,
                            type=signal.type,
                            subject=signal.subject,
                            episode=signal.episode,
                            action=action,
                            points=signal.points,
                            score=one.combined.score,
                            at=at,
                            until=None if action == "done" else until,
                        )
                    )
        for number, one in enumerate(list(said)):
            if self.odds(0.2):
                said.append(
                    replace(
                        one,
                        id=f"E-{number:03}",
                        action="undo",
                        undoes=one.id,
                        at=self.now,
                        until=None,
                    )
                )
        for row in said:
            self.put("dispositions", row)


def world_of(seed: int, **options: Any) -> tuple[World, datetime]:
    """Return the book of a seed and the instant to look at it."""
    made = Maker(seed, **options)
    return made.world, made.now
