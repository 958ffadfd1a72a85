"""The accounts whose last months are told by hand. `README.md` says what to look for in each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One touch. `steps` are (side, words, due day, done day or `None`)."""

    day: int
    at: tuple[int, int]
    kind: str
    minutes: int
    who: tuple[str, ...]
    text: str
    steps: tuple[tuple[str, str, int | None, int | None], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What the generator takes over for one account.

    Args:
        since: the day from which only the chapter speaks.
        people: changes to people by part.
        health: (day, score) knots; between them the score moves in a straight line.
        users: (day, active users) knots, likewise.
    """

    since: int
    said: tuple[Said, ...]
    people: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    health: tuple[tuple[int, int], ...] = ()
    users: tuple[tuple[int, int], ...] = ()
    pulses: tuple[tuple[int, str, str], ...] = ()


RESCUE = Chapter(
    since=-52,
    people={
        "champ": {
            "name": "Dana Whitcombe",
            "title": "Director of Store Operations",
            "status": "left",
            "left_on": -44,
            "sentiment": 2,
        },
        "exec": {"name": "Gloria Pruitt", "title": "Chief Operating Officer", "sentiment": -1},
        "user": {"name": "Luis Ortega", "title": "Regional Manager Southwest", "sentiment": 0},
        "tech": {"name": "Kendra Holloway", "title": "IT Applications Lead", "sentiment": 1},
        "user2": {"name": "Nate Sandoval", "title": "Store Systems Trainer", "sentiment": 1},
    },
    health=((-182, 81), (-70, 79), (-44, 70), (-28, 57), (-17, 49), (0, 41)),
    users=((-182, 152), (-66, 150), (-45, 128), (-30, 104), (-14, 88), (0, 83)),
    pulses=(
        (-49, "mixed", "Dana going. Nobody else carries this."),
        (
            -20,
            "bad",
            "Half the stores have stopped. They are polite about it, which worries me more.",
        ),
    ),
    said=(
        Said(
            day=-49,
            at=(16, 30),
            kind="call",
            minutes=20,
            who=("champ",),
            text='Dana told me before anyone: she leaves at the end of the week for a competitor. No successor planned. She will introduce Luis, "he is good but he has four regions".',
            steps=(
                ("us", "ask Gloria for half an hour", -45, -44),
                ("them", "introduce Luis Ortega", -46, -46),
            ),
        ),
        Said(
            day=-46,
            at=(10, 0),
            kind="meeting",
            minutes=30,
            who=("champ", "user"),
            text="Hand-over with Luis. He knows the audits from the receiving end only. Dana's reports die with her account unless Kendra moves them.",
            steps=(("us", "list Dana's reports for Kendra", -42, -42),),
            more={"sentiment": 0},
        ),
        Said(
            day=-41,
            at=(9, 15),
            kind="email",
            minutes=5,
            who=("exec",),
            text="Gloria's office: no time before the end of the quarter, please work with Luis.",
            more={"two_way": True, "direction": "in", "sentiment": -1},
        ),
        Said(
            day=-34,
            at=(15, 0),
            kind="call",
            minutes=30,
            who=("user",),
            text='Luis: store managers say the audits are "Dana\'s thing". Tucson and Fresno stopped two weeks ago. He wants fewer questions.',
            steps=(
                ("us", "usage by store for Luis", -31, -32),
                ("them", "talk to Tucson and Fresno", -27, -25),
            ),
            more={"sentiment": -1},
        ),
        Said(
            day=-32,
            at=(11, 30),
            kind="internal",
            minutes=15,
            who=(),
            text="With Jonas: declare it red and run the rescue plan. Tom stops the expansion talk, for at least half a year. Target: 85 % of the former usage and a named sponsor.",
        ),
        Said(
            day=-27,
            at=(14, 0),
            kind="meeting",
            minutes=45,
            who=("user", "tech"),
            text="Usage audit with Luis and Kendra: 31 of 58 stores active. Where a trained person sits it works, so this is about people, not the tool. Kendra moved nine of Dana's reports.",
            steps=(
                ("us", "short audit form, 12 questions", -20, -19),
                ("them", "pick ten stores for the restart", -18, -14),
            ),
            more={"outcome": "advanced"},
        ),
        Said(
            day=-20,
            at=(10, 30),
            kind="call",
            minutes=25,
            who=("user",),
            text='Short form is liked. Ten stores chosen but no date: "after the spring range". Gloria not reachable for him either.',
            steps=(("us", "write to Gloria with the cost of the lapsed stores", -17, -17),),
            more={"sentiment": 0},
        ),
        Said(
            day=-13,
            at=(13, 30),
            kind="training",
            minutes=60,
            who=("user2", "user"),
            text="Restart training with Nate for the first five stores. Nate could become our champion: asks the right things and is listened to.",
            steps=(("us", "one-to-one with Nate about his goals", -9, -6),),
            more={"sentiment": 1},
        ),
        Said(
            day=-6,
            at=(16, 0),
            kind="call",
            minutes=30,
            who=("user2",),
            text="Nate would own the programme if Gloria says so in public. First five stores at 70 %. He asks what happens at the renewal in three months; told him the truth.",
            steps=(
                ("us", "two-page value summary for Gloria", 2, None),
                ("them", "get Nate and us 20 minutes with Gloria", -3, None),
            ),
            more={"sentiment": 1, "outcome": "advanced"},
        ),
    ),
)

ONBOARDING = Chapter(
    since=-70,
    people={
        "champ": {"name": "Priscilla Nguyen", "title": "Director of Clinical Engineering"},
        "exec": {
            "name": "Hank Garrett",
            "title": "Chief Nursing Officer",
            "roles": ["exec_sponsor"],
        },
        "tech": {
            "name": "Felix Lambert",
            "title": "Identity and Access Manager",
            "sentiment": -1,
            "influence": 4,
        },
        "user": {"name": "Rosa Castillo", "title": "Charge Nurse, Boise campus"},
        "proc": {
            "name": "Andre Mercer",
            "title": "VP Finance",
            "roles": ["economic_buyer"],
            "influence": 5,
        },
    },
    users=((-35, 9), (-21, 41), (0, 88)),
    said=(
        Said(
            day=-48,
            at=(16, 0),
            kind="internal",
            minutes=20,
            who=(),
            text='Hand-over from Tom. Bought for equipment rounds in three hospitals; the promise in the contract is "rounds live in Boise within 60 days". Watch Felix: he was not asked before signature.',
        ),
        Said(
            day=-45,
            at=(17, 0),
            kind="meeting",
            minutes=60,
            who=("champ", "exec", "tech", "user", "proc"),
            text="Kick-off. Hank wants overdue devices from 212 to 40 within the year. Felix: no patient-area tablet goes live without SSO, and his queue is five weeks.",
            steps=(
                ("us", "SSO data sheet to Felix", -42, -43),
                ("them", "device list Boise", -38, -30),
            ),
            more={"sentiment": 1, "outcome": "advanced"},
        ),
        Said(
            day=-38,
            at=(17, 30),
            kind="call",
            minutes=30,
            who=("champ", "user"),
            text="Agreed criteria and baselines. Rosa drew the round on paper, 19 checks, we keep 14.",
            steps=(("us", "build the Boise round", -33, -34),),
            more={"sentiment": 1},
        ),
        Said(
            day=-31,
            at=(17, 0),
            kind="meeting",
            minutes=45,
            who=("champ", "tech"),
            text="Felix needs a security review first, form sent to the wrong office. First value date moves by two weeks.",
            steps=(
                ("them", "security review slot", -24, -20),
                ("us", "answer the 60 questions in advance", -26, -27),
            ),
            more={"sentiment": 0},
        ),
        Said(
            day=-24,
            at=(17, 15),
            kind="call",
            minutes=25,
            who=("champ",),
            text="Priscilla squeezed between Hank's date and Felix's queue. She asks us not to go over Felix's head yet.",
            more={"sentiment": 0},
        ),
        Said(
            day=-19,
            at=(16, 30),
            kind="training",
            minutes=60,
            who=("user", "champ"),
            text="Trained the Boise charge nurses with local logins, on laptops. Works fine, but laptops do not walk the ward.",
            steps=(("us", "ask Elena for a kiosk mode answer", -17, -18),),
            more={"sentiment": 1},
        ),
        Said(
            day=-12,
            at=(17, 0),
            kind="meeting",
            minutes=30,
            who=("champ", "tech"),
            text="Security review passed with two conditions. SSO test tenant promised for next week. First value moved again, by a week; Hank informed by Priscilla.",
            steps=(("them", "SSO test tenant ready", -5, None),),
            more={"sentiment": 0},
        ),
        Said(
            day=-6,
            at=(17, 0),
            kind="call",
            minutes=20,
            who=("champ", "user"),
            text='No tenant yet, Felix out sick, deputy unsure. Rosa started rounds on two laptops anyway. Priscilla: "if this slips once more I need help with Hank".',
            steps=(("us", "prepare the escalation note for Hank", 2, None),),
            more={"sentiment": -1, "outcome": "blocked"},
        ),
    ),
)

EXPANSION = Chapter(
    since=-95,
    people={
        "champ": {"name": "Harriet Pryce", "title": "Head of Fleet Readiness"},
        "exec": {"name": "Marcus Ellison", "title": "Chief Operating Officer", "sentiment": 1},
        "tech": {"name": "Sunita Iqbal", "title": "Enterprise Architect"},
        "user": {"name": "Toby Rafferty", "title": "Depot Lead Hull"},
        "user2": {"name": "Gemma Lomas", "title": "Fleet Controller"},
        "proc": {"name": "Joanna Kendrick", "title": "Head of Procurement"},
        "dm": {"name": "Rhys Carver", "title": "Director Infrastructure", "sentiment": 1},
    },
    users=((-182, 498), (-90, 520), (-14, 556), (0, 566)),
    said=(
        Said(
            day=-88,
            at=(10, 0),
            kind="qbr",
            minutes=60,
            who=("champ", "exec", "tech", "user"),
            text='QBR in York. Vehicles off the road from 26 to 14 a day. Marcus: "the first system the depots defend". Infrastructure is watching.',
            steps=(
                ("us", "send the recap", -87, -87),
                ("them", "Marcus mentions us to Rhys Carver", -76, -70),
            ),
            more={"sentiment": 1, "outcome": "advanced"},
        ),
        Said(
            day=-76,
            at=(14, 0),
            kind="call",
            minutes=30,
            who=("champ", "user2"),
            text="Gemma's control room uses the vehicle checks live now. Harriet counts 560 people who want in, contract says 600.",
            more={"sentiment": 1},
        ),
        Said(
            day=-60,
            at=(11, 0),
            kind="meeting",
            minutes=45,
            who=("champ", "dm"),
            text="First talk with Rhys Carver, Infrastructure: 240 track inspectors on paper. He wants to see winter at one depot before anything else.",
            steps=(("us", "track inspection mock-up", -50, -52),),
            more={"sentiment": 1, "outcome": "advanced"},
        ),
        Said(
            day=-46,
            at=(9, 30),
            kind="onsite",
            minutes=180,
            who=("user", "champ"),
            text="Hull depot at six in the morning. Toby's crew ticks nothing blind any more, photos on all brake checks. Took pictures for the value story.",
            more={"sentiment": 1},
        ),
        Said(
            day=-33,
            at=(15, 0),
            kind="call",
            minutes=30,
            who=("tech", "dm"),
            text="Sunita sees no obstacle for Infrastructure: same identity, same network. Asks for the price of 150 more seats with a shared pool.",
            steps=(("us", "bring Tom in for the price", -28, -29),),
            more={"outcome": "advanced"},
        ),
        Said(
            day=-21,
            at=(10, 0),
            kind="meeting",
            minutes=60,
            who=("champ", "dm", "user2"),
            text="Mock-up shown: track inspection in eleven taps. Rhys wants a pilot with 30 people from next month, Harriet offers Gemma for two days a week.",
            steps=(("us", "pilot outline, one page", -14, -14),),
            more={"sentiment": 1, "outcome": "advanced"},
        ),
        Said(
            day=-13,
            at=(16, 0),
            kind="email",
            minutes=5,
            who=("proc",),
            text="Joanna confirms that an addition of up to 100k can be signed by Marcus alone.",
            more={"two_way": True, "direction": "in"},
        ),
        Said(
            day=-4,
            at=(11, 30),
            kind="call",
            minutes=30,
            who=("champ",),
            text="Prepared the review with Harriet: goals, vehicles off the road now 12, seats 566 of 600 and what that means. She will open with Rhys's pilot. Deck half done.",
            steps=(("us", "finish the deck, benchmark page missing", 2, None),),
            more={"sentiment": 1},
        ),
    ),
)

NOTICE = Chapter(
    since=-64,
    people={
        "champ": {"name": "Ingrid Fjeld", "title": "Head of Asset Management"},
        "exec": {"name": "Øystein Håkansson", "title": "CFO", "sentiment": -1},
        "tech": {"name": "Åsa Lindgren", "title": "OT Systems Lead"},
        "user": {"name": "Magnus Berg", "title": "Wind Park Lead Tromsø"},
    },
    health=((-182, 78), (-60, 77), (-40, 73), (0, 72)),
    said=(
        Said(
            day=-60,
            at=(9, 0),
            kind="qbr",
            minutes=60,
            who=("champ", "exec", "user", "tech"),
            text="Review with Øystein for the first time in half a year. Likes the 17 to 9 days from finding to repair, dislikes the price list. Reminds us that the contract has a notice date.",
            steps=(
                ("us", "send the recap", -59, -59),
                ("us", "three price scenarios with Tom", -46, -45),
            ),
            more={"sentiment": 0},
        ),
        Said(
            day=-45,
            at=(10, 0),
            kind="call",
            minutes=30,
            who=("champ",),
            text="Ingrid: the group checks every contract over a million kronor. She wants us, but needs something on paper for Øystein.",
            more={"sentiment": 1},
        ),
        Said(
            day=-31,
            at=(13, 0),
            kind="meeting",
            minutes=45,
            who=("champ", "exec"),
            text="Scenarios shown. Øystein wants the middle one without the uplift. Did not say that he gives notice, did not say that he does not.",
            steps=(("us", "answer on the uplift", -21, -19),),
            more={"sentiment": 0},
        ),
        Said(
            day=-19,
            at=(15, 30),
            kind="email",
            minutes=5,
            who=("exec", "champ"),
            text='Uplift waived for a two-year term, sent in writing. Øystein: "noted".',
            more={"two_way": True, "direction": "out"},
        ),
        Said(
            day=-12,
            at=(9, 30),
            kind="call",
            minutes=25,
            who=("champ", "tech"),
            text="Ingrid expects his decision in the management meeting, the day before the notice date. Tight. Turbine app update fine at all parks, says Åsa.",
            steps=(
                ("them", "decision of the management meeting", 2, None),
                ("us", "confirm intent in writing before the notice date", 2, None),
            ),
            more={"sentiment": 1},
        ),
    ),
)

QUIET = Chapter(
    since=-150,
    people={
        "champ": {"name": "Oliver Ashworth", "title": "Head of Branch Operations", "sentiment": 1},
        "exec": {"name": "Nadia Norwood", "title": "Chief Risk Officer", "sentiment": 0},
        "tech": {"name": "Kyle Mistry", "title": "IT Service Manager"},
        "user": {"name": "Lydia Hargreaves", "title": "Branch Manager Leeds"},
    },
    health=((-182, 83), (-90, 82), (-30, 79), (0, 77)),
    users=((-182, 236), (-70, 233), (-40, 214), (-20, 193), (0, 184)),
    said=(
        Said(
            day=-143,
            at=(10, 0),
            kind="qbr",
            minutes=60,
            who=("champ", "exec", "user"),
            text="Review with Nadia: findings closed in time 66 to 84 %. She asks for a regulator's view next time. Good hour.",
            steps=(("us", "send the recap", -142, -142),),
            more={"sentiment": 1},
        ),
        Said(
            day=-115,
            at=(11, 0),
            kind="call",
            minutes=30,
            who=("champ",),
            text="All fine according to Oliver. Nadia is on the merger project until spring.",
            more={"sentiment": 1},
        ),
        Said(
            day=-87,
            at=(11, 0),
            kind="call",
            minutes=25,
            who=("champ",),
            text="Short one. Oliver happy, no topics. Two branches closed, nobody to blame.",
            more={"sentiment": 1},
        ),
        Said(
            day=-62,
            at=(14, 0),
            kind="qbr",
            minutes=40,
            who=("champ",),
            text="Review with Oliver alone, Nadia cancelled on the day. Numbers shown, no decisions. He says the renewal is a formality.",
            steps=(
                ("us", "send the recap", -61, -61),
                ("them", "find a date with Nadia", -41, None),
            ),
            more={"sentiment": 0},
        ),
        Said(
            day=-39,
            at=(11, 0),
            kind="call",
            minutes=20,
            who=("champ",),
            text='Oliver: nothing new. The merger wants one checklist tool for both banks, "but that is years away".',
            more={"sentiment": 0},
        ),
        Said(
            day=-25,
            at=(11, 0),
            kind="email",
            minutes=5,
            who=("champ",),
            text="Asked about the drop in Leeds and Hull. Oliver: half-term holidays.",
            more={"two_way": True, "direction": "out"},
        ),
        Said(
            day=-11,
            at=(11, 0),
            kind="call",
            minutes=15,
            who=("champ",),
            text='Friendly as ever. Renewal paper "is with legal", he does not know with whom. Did not take up the date with Nadia.',
            steps=(("them", "name the lawyer", -2, None),),
            more={"sentiment": 0},
        ),
    ),
)

LAPSED = Chapter(
    since=-60,
    people={
        "champ": {"name": "Poppy Fairburn", "title": "Head of Production"},
        "exec": {"name": "Frank Stubbs", "title": "Finance Director"},
    },
    said=(
        Said(
            day=-52,
            at=(14, 0),
            kind="qbr",
            minutes=45,
            who=("exec", "champ", "user"),
            text="Review at the studio. Shoots delayed by kit from 12 to 5 a month. Frank wants to renew as is, new entity on the contract.",
            steps=(
                ("us", "send the recap", -51, -51),
                ("us", "contract in the name of Pelican Group", -45, -44),
            ),
            more={"sentiment": 1},
        ),
        Said(
            day=-35,
            at=(10, 30),
            kind="call",
            minutes=15,
            who=("champ",),
            text="Paper is with their lawyer because of the new entity. No doubt about the renewal itself.",
            more={"sentiment": 1},
        ),
        Said(
            day=-18,
            at=(10, 30),
            kind="call",
            minutes=15,
            who=("exec",),
            text="Frank: two wording changes, small. Our legal has them.",
            steps=(("us", "legal's answer to Frank", -11, -10),),
        ),
        Said(
            day=-7,
            at=(9, 45),
            kind="call",
            minutes=20,
            who=("exec", "champ"),
            text="Wording agreed by phone. Frank signs when he is back from leave; the term ends before that. He asks us not to switch anything off.",
            steps=(("them", "signature by Frank Stubbs", 1, None),),
            more={"outcome": "advanced"},
        ),
    ),
)

CHAPTERS: dict[str, Chapter] = {
    "A-001": EXPANSION,
    "A-002": QUIET,
    "A-003": NOTICE,
    "A-004": ONBOARDING,
    "A-013": RESCUE,
    "A-014": LAPSED,
}

HOSTILE = (
    "[/] [@click=app.quit]free gift[/] [bold red]",
    "\x1b]52;c;cm0gLXJmIH4=\x07\x1b]0;pwned\x07\x1b[2J\x1b[31mred",
    "<script>alert('x')</script><img src=x onerror=alert(1)>&lt;b&gt;",
    '=HYPERLINK("http://evil.example","click")',
    "+cmd|' /C calc'!A0",
    "\u202egnp.exe\u202c \u2066hidden\u2069 zero\u200bwidth \ufeff",
    "'; DELETE FROM touchpoints WHERE 'a'='a",
    "Z" + "a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b" * 6 + "lgo",
    "line one\r\nline two\u2028line three\x0bline four\x00",
    "{champ} %s %n ${HOME} `id` $(id) {{7*7}}",
    "[link=https://evil.example]your bank[/link] \x9b31m\x9d8;;http://evil.example\x9c",
    "very long " * 400,
)
"""Text that should stay text, whatever it passes through."""
