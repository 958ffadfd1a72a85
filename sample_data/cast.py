"""The accounts of the sample book: who they are, what they signed, how they are doing.

Days are counted from the anchor day; a negative number lies in the past. Whoever needs more than
this table says has a chapter in `stories.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One subscription. `end` is the day of the term end; the rest as in the book format."""

    end: int | None
    auto: bool = True
    months: int | None = 12
    share: int = 100
    product: str | None = None
    notice_days: int | None = None
    notice_months: int | None = None
    notice_received: int | None = None
    evergreen: bool = False
    forecast: str | None = None
    likelihood: int | None = None
    ramp: tuple[int, ...] = ()
    breaks: tuple[tuple[int, str], ...] = ()
    ended: int | None = None
    no_arr: bool = False


def auto(end: int, days: int | None = 60, **more: object) -> Contract:
    """Renews itself unless notice comes `days` before the end."""
    return Contract(end=end, notice_days=days, **more)  # type: ignore[arg-type] # keywords of the class


def auto_months(end: int, months: int) -> Contract:
    """Renews itself; notice is counted in calendar months."""
    return Contract(end=end, notice_months=months)


def signed(end: int, **more: object) -> Contract:
    """Has to be signed again."""
    return Contract(end=end, auto=False, **more)  # type: ignore[arg-type] # keywords of the class


def evergreen() -> Contract:
    """Month to month."""
    return Contract(end=None, months=1, evergreen=True, notice_days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One account.

    Args:
        arr: yearly amount in `currency`.
        since: age as a customer in months.
        seats: seats purchased.
        use: share of the seats in use, percent.
        trend: change of the active users over the last 60 days, percent.
        health: score half a year ago and now; `None` is no score at all.
        last: days since the last customer touch; `None` lets the cadence decide.
        review: days since the last business review; `None` lets the generator decide.
        people: how many contacts.
    """

    id: str
    name: str
    industry: str
    culture: str
    arr: int
    contracts: tuple[Contract, ...]
    since: int
    seats: int
    currency: str = "USD"
    segment: str | None = None
    use: int = 74
    trend: int = 2
    health: tuple[int, int] | None = (84, 86)
    last: int | None = None
    review: int | None = None
    people: int | None = None
    tags: tuple[str, ...] = ()
    notes: str | None = None
    parent: str | None = None
    owner: str = "U-mara"

    def is_mine(self) -> bool:
        """Whether the account belongs to the CSM whose book this is."""
        return self.owner == "U-mara"


def _a(number: int, name: str, industry: str, culture: str, arr: int, *contracts: Contract,
       since: int, seats: int, **more: object) -> Spec:  # fmt: skip
    return Spec(
        id=f"A-{number:03d}", name=name, industry=industry, culture=culture, arr=arr,
        contracts=contracts, since=since, seats=seats, **more,  # type: ignore[arg-type] # keywords of the class
    )  # fmt: skip


# fmt: off
HIGH = (
    _a(1, "Meridian Rail", "transport", "english", 420_000, signed(268, months=24, ramp=(360_000, 420_000)), since=30, seats=600, use=94, trend=6, health=(82, 88), last=4, people=8, tags=("reference", "emea"), notes="Largest account. Reference calls welcome, at most one a quarter."),
    _a(2, "Castellan Insurance", "finance", "english", 185_000, signed(72, forecast="commit", likelihood=80), since=22, seats=320, currency="GBP", use=58, trend=-21, health=(83, 77), last=11, review=62, people=6, tags=("emea",)),
    _a(3, "Nordlys Energi", "energy", "nordic", 1_290_000, auto(63, 60, likelihood=60, forecast="best_case"), since=26, seats=240, currency="SEK", use=71, health=(78, 72), last=12, people=6, tags=("emea",)),
    _a(4, "Solano Health Partners", "health", "american", 250_000, signed(316), since=1, seats=400, use=22, trend=0, health=None, last=6, people=7, tags=("onboarding",)),
    _a(5, "Havelland Stahl", "manufacturing", "german", 310_000, auto(410, 90, months=36, ramp=(240_000, 280_000, 310_000), breaks=((45, "price review"),)), since=23, seats=500, currency="EUR", use=81, health=(80, 84), people=7, tags=("emea", "sso")),
    _a(6, "Quillfeather Publishing", "media", "american", 128_000, signed(199), since=19, seats=150, use=69, health=(88, 85), people=6),
    _a(7, "Groupe Armorique", "food", "french", 146_000, auto_months(231, 3), since=41, seats=260, currency="EUR", health=(79, 83), people=6, tags=("emea",)),
    _a(8, "Tessellate Labs", "software", "american", 212_000, signed(104, forecast="commit", likelihood=90, months=24), since=20, seats=300, use=83, health=(90, 91), last=5, people=6, tags=("beta",)),
    _a(9, "株式会社ミナト物流", "logistics", "japanese", 31_000_000, auto(257, 90), since=28, seats=340, currency="JPY", health=(81, 87), people=6, tags=("apac",)),
    _a(10, "Varga Pharma", "pharma", "polish", 780_000, signed(291, months=36), since=14, seats=210, currency="PLN", use=66, health=(70, 76), people=6, tags=("emea", "gxp")),
    _a(11, "Coldharbour Logistics", "logistics", "english", 165_000, auto(340, 60), since=16, seats=280, currency="GBP", health=(76, 81), review=97, people=6, tags=("emea",)),
    _a(12, "Sierra Verde Construction", "construction", "spanish", 139_000, signed(176, share=80), signed(176, share=20, product="Near miss"), since=33, seats=220, currency="EUR", health=(85, 82), people=6, tags=("emea",), notes="Two contracts on the same end date by intent (co-termed in 2_025)."),
)
# fmt: on

# fmt: off
MID = (
    _a(13, "Brightwater Retail", "retail", "american", 96_000, signed(88, forecast="at_risk", likelihood=40), since=21, seats=180, use=48, trend=-44, health=(81, 41), last=6, review=61, people=6, tags=("rescue",)),
    _a(14, "Pelican Media House", "media", "english", 52_000, signed(-4, forecast="best_case", likelihood=75), since=24, seats=60, currency="GBP", health=(77, 79), last=7, people=4),
    _a(15, "Kestrel Diagnostics", "health", "english", 74_000, auto(250, 60), since=17, seats=110, currency="GBP", health=(79, 80), people=5),
    _a(16, "Larkspur Hotels", "hotels", "american", 68_000, auto(143, 45), since=29, seats=140, health=(86, 78), people=4),
    _a(17, "Zamora Citrus", "farming", "spanish", 44_000, auto_months(190, 2), since=36, seats=70, currency="EUR", health=(82, 84), people=4, tags=("season",)),
    _a(18, "Baltic Cold Chain", "food", "polish", 210_000, auto(20, 60), since=13, seats=80, currency="PLN", health=(75, 77), people=4, tags=("emea",)),
    _a(19, "Huber & Söhne Werkzeugbau", "manufacturing", "german", 58_000, auto(301, 90), since=38, seats=90, currency="EUR", health=(84, 86), people=4),
    _a(20, "Ostrava Tramways", "transport", "polish", 61_000, signed(222), since=18, seats=120, currency="EUR", use=93, trend=3, health=(80, 85), people=4),
    _a(21, "Dunmore Council", "public", "english", 39_000, signed(23, forecast="best_case", likelihood=70), since=23, seats=75, currency="GBP", health=(72, 68), last=12, people=4, tags=("public",)),
    _a(22, "شركة النخيل للأغذية", "food", "arabic", 88_000, auto(187, 60), since=15, seats=130, health=(78, 82), people=4, tags=("mea",)),
    _a(23, "Дніпро Агро", "farming", "ukrainian", 34_000, signed(260), since=12, seats=55, health=(74, 77), people=4, tags=("emea",)),
    _a(24, "Αιγαίο Ναυτιλιακή", "logistics", "greek", 47_000, auto(325, 30), since=20, seats=65, currency="EUR", health=(80, 79), people=4, tags=("emea",)),
    _a(25, "Blue Heron Schools", "education", "american", 41_000, signed(113), since=26, seats=160, use=61, health=(77, 80), people=4, tags=("season",)),
    _a(26, "Tarn Valley Water", "energy", "english", 66_000, auto(390, 60, months=24), since=31, seats=85, currency="GBP", health=(83, 85), people=4),
    _a(27, "Mistral Aéro", "manufacturing", "french", 92_000, signed(205), since=11, seats=150, currency="EUR", use=77, health=(69, 71), last=19, people=4),
    _a(28, "Copperline Foods", "food", "american", 55_000, auto(12, 90), since=37, seats=95, health=(85, 83), people=4),
    _a(29, "İzmir Liman İşletmesi", "logistics", "turkish", 49_000, auto(275, 60), since=9, seats=70, currency="EUR", health=(71, 76), people=4),
    _a(30, "Fenwick & Thorne", "finance", "english", 83_000, signed(238), since=43, seats=90, currency="GBP", health=(88, 87), people=4, notes="Very formal. Minutes are expected within a day."),
    _a(31, "Oakridge Pharmacies", "retail", "american", 36_000, auto(311, 30), since=8, seats=80, health=(68, 73), last=33, people=4),
    _a(32, "Lindgren Skogar", "farming", "nordic", 520_000, auto(146, 90), since=25, last=11, seats=60, currency="SEK", health=(81, 80), people=4),
    _a(33, "Harrow Street Clinics", "health", "english", 46_000, signed(134), since=14, seats=70, currency="GBP", health=(80, 78), people=4),
    _a(34, "Tejas Freight Lines", "logistics", "american", 71_000, auto(209, 60), since=22, seats=120, health=(76, 79), last=66, people=4),
    _a(35, "Alpenblick Hotels", "hotels", "german", 57_000, auto_months(268, 3), since=34, seats=100, currency="CHF", health=(82, 85), people=4, tags=("season",)),
    _a(36, "Pune Precision", "manufacturing", "indian", 43_000, signed(283), since=16, seats=110, health=(79, 82), people=4, tags=("apac",)),
    _a(37, "Sable Ridge Mining", "energy", "american", 94_000, signed(155), since=27, seats=130, use=70, health=(77, 81), review=55, people=4),
    _a(38, "Maison Béranger", "hotels", "french", 38_000, auto(330, 60), since=19, seats=75, currency="EUR", health=(84, 83), people=4),
    _a(39, "北岭电子", "manufacturing", "chinese", 62_000, signed(246), since=13, seats=100, health=(75, 79), people=4, tags=("apac",)),
    _a(40, "Rowanhill Housing", "public", "english", 33_000, auto(354, 90), since=10, seats=60, currency="GBP", health=(73, 75), people=4, tags=("public",)),
    _a(41, "Cinder & Oak Kitchens", "retail", "american", 29_000, auto(58, 30, notice_received=-16, forecast="at_risk", likelihood=30), since=18, seats=50, health=(78, 77), people=3, review=60),
    _a(42, "Østkyst Ferger", "transport", "nordic", 640_000, auto(298, 60), since=32, seats=90, currency="SEK", health=(86, 88), people=4),
    _a(43, "Larch Biologics", "pharma", "american", 78_000, signed(181), since=12, seats=60, health=(72, 74), last=15, people=4, tags=("gxp",)),
    _a(44, "Nova Ceramica", "manufacturing", "spanish", 51_000, Contract(end=214, auto=True, notice_days=60), since=21, seats=85, currency="EUR", health=(80, 81), people=4),
    _a(45, "Ferrant Bâtiment", "construction", "french", 35_000, signed(127, no_arr=True), since=15, seats=55, currency="EUR", health=(77, 79), people=3),
    _a(46, "Two Rivers Credit Union", "finance", "american", 64_000, auto(262, 60), since=6, seats=95, health=(66, 72), last=13, people=4),
)
# fmt: on

# fmt: off
LOW = (
    _a(47, "Bäckerei Lindner", "food", "german", 14_000, auto(31, 30), since=23, seats=24, currency="EUR", health=(76, 70), last=16, people=2),
    _a(48, "Wharfside Storage", "logistics", "english", 9_600, auto(300, 30), since=20, seats=15, currency="GBP", people=3),
    _a(49, "Juniper Dental Group", "health", "american", 12_000, signed(210), since=27, seats=30, people=3),
    _a(50, "Café Concha", "hotels", "spanish", 6_200, evergreen(), since=14, seats=12, currency="EUR", people=2),
    _a(51, "Rasmussen Byg", "construction", "nordic", 84_000, auto(190, 60), since=17, seats=20, currency="SEK", segment="low", people=3),
    _a(52, "Millbrook College", "education", "english", 15_500, signed(142), since=30, seats=60, currency="GBP", people=3, health=(79, 81)),
    _a(53, "Orchard Lane Nurseries", "farming", "english", 7_400, auto(95, 30), since=12, seats=10, currency="GBP", people=2),
    _a(54, "Prairie Wind Co-op", "energy", "american", 18_000, auto(240, 60), since=25, seats=35, people=3),
    _a(55, "मयूर हैंडलूम", "retail", "hindi", 8_800, auto(280, 30), since=11, seats=22, people=3, tags=("apac",)),
    _a(56, "Studio Kolibri", "media", "german", 5_900, evergreen(), since=9, seats=8, currency="EUR", people=2),
    _a(57, "Gilmour Boats", "manufacturing", "english", 11_200, signed(330), since=35, seats=18, currency="GBP", people=3),
    _a(58, "Công ty Sông Hương", "food", "vietnamese", 9_900, auto(170, 30), since=13, seats=28, people=3, tags=("apac",)),
    _a(59, "Sunmeadow Care Homes", "health", "american", 17_200, signed(265), since=19, seats=45, people=3, last=104),
    _a(60, "Atelier Noiret", "media", "french", 6_800, auto(220, 30), since=16, seats=9, currency="EUR", people=2),
    _a(61, "Piast Transport", "transport", "polish", 52_000, auto(199, 30), since=22, seats=40, currency="PLN", people=3),
    _a(62, "Harbor Light Theatre", "media", "american", 7_900, Contract(end=None, auto=False, months=None), since=10, seats=14, people=2),
    _a(63, "חיפה דיגיטל", "software", "hebrew", 16_400, auto(312, 60), since=15, seats=32, people=3, tags=("mea",)),
    _a(64, "Stonebridge Surveyors", "construction", "english", 10_300, signed(251), since=28, seats=16, currency="GBP", people=3),
    _a(65, "เชียงใหม่ รีสอร์ท", "hotels", "thai", 8_100, auto(175, 30), since=18, seats=26, people=3, tags=("apac",)),
    _a(66, "Kiln & Co", "manufacturing", "american", 12_700, signed(289), since=24, seats=20, people=3),
    _a(67, "부산해운", "logistics", "korean", 19_000, auto(233, 60), since=21, seats=38, people=3, tags=("apac",)),
    _a(68, "Feldmann Reinigung", "public", "german", 9_100, signed(150), since=33, seats=25, currency="EUR", health=(71, 69), last=14, people=3),
)
# fmt: on

# fmt: off
TECH = (
    _a(69, "Pixel Grove", "software", "american", 3_600, evergreen(), since=8, seats=6, people=1, health=(80, 79)),
    _a(70, "Bramble Cycles", "retail", "english", 2_900, auto(301, 30), since=14, seats=5, currency="GBP", people=1),
    _a(71, "Lakeside Yoga", "public", "american", 1_800, evergreen(), since=20, seats=3, people=1),
    _a(72, "Nimbus Print", "media", "english", 3_300, auto(77, 30), since=11, seats=7, currency="GBP", people=2),
    _a(73, "Fjellheim Lodge", "hotels", "nordic", 36_000, auto(260, 30), since=16, seats=6, currency="SEK", people=1),
    _a(74, "Taller Jurado", "manufacturing", "spanish", 3_100, auto(140, 30), since=9, seats=4, currency="EUR", people=1),
    _a(75, "Vandermeer Flowers", "farming", "english", 4_200, evergreen(), since=18, seats=9, currency="EUR", people=2, health=(77, 46), trend=-32),
    _a(76, "Robert'); DROP TABLE accounts;--", 'software', 'american', 4_400, evergreen(), since=13, seats=5, people=2, tags=('hostile',)),
    _a(77, "Ember & Ash Pottery", "retail", "american", 2_400, evergreen(), since=7, seats=3, people=1),
    _a(78, "Quay Dental", "health", "english", 3_900, auto(199, 30), since=22, seats=6, currency="GBP", people=1, health=None),
)
# fmt: on

# fmt: off
OTHERS = (
    _a(79, "Greyfriars Trust", "finance", "english", 54_000, auto(220, 60), since=29, seats=70, currency="GBP", people=3, owner="U-jonas"),
    _a(80, "Monarch Bottling", "food", "american", 47_000, signed(160), since=17, seats=66, people=3, owner="U-jonas"),
    _a(81, "Kestrel Diagnostics Ireland", "health", "english", 18_500, Contract(end=-66, ended=-66), since=21, seats=20, currency="EUR", people=2, parent="A-015", health=None, tags=("former",)),
)
# fmt: on

ACCOUNTS = (*HIGH, *MID, *LOW, *TECH, *OTHERS)
