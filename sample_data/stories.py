"""The accounts whose last months are told by hand. `README.md` says what to look for in each."""

from stories_at_work import EXPANSION, ONBOARDING, RESCUE
from telling import Chapter, Said

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

LEAVING = Chapter(
    since=-40,
    people={
        "champ": {"name": "Brooke Lambert", "title": "Owner's assistant", "sentiment": 1},
        "exec": {"name": "Shane Mercer", "title": "Owner", "sentiment": -1, "influence": 5},
    },
    said=(
        Said(
            day=-38,
            at=(16, 0),
            kind="call",
            minutes=20,
            who=("champ",),
            text='Brooke: the new till comes with a checklist of its own, "free". Shane likes free.',
            steps=(("us", "one page: what the till's list cannot do", -32, -33),),
            more={"sentiment": 0},
        ),
        Said(
            day=-16,
            at=(15, 30),
            kind="email",
            minutes=5,
            who=("exec",),
            text='Notice in writing, friendly. From Shane: "unless you show me what I lose".',
            more={"two_way": True, "direction": "in", "sentiment": -1},
        ),
        Said(
            day=-11,
            at=(16, 30),
            kind="call",
            minutes=35,
            who=("exec", "champ"),
            text="Showed Shane his own store audits against the till's list: photos, follow-ups, the health inspector's export. He will think about it until after the holiday weekend.",
            steps=(("them", "Shane's answer", 6, None),),
            more={"sentiment": 0, "outcome": "held"},
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
    "A-041": LEAVING,
}
