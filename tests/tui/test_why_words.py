"""Why a line stands where it stands, and what a new ranking moved, in words with the numbers."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.builders import World
from tests.domain.agenda.looking import ranked
from tests.tui.test_live import ticket
from tests.tui.worlds import NOW, book, workspace

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.view import Agenda, Item, Note
from csmdesk.tui.ink import plain_text
from csmdesk.tui.today_moves import what_moved
from csmdesk.tui.today_panel import panel
from csmdesk.tui.today_rows import amount, rows
from csmdesk.tui.why_page import why_above, why_page
from csmdesk.usecases import agenda, dispositions


def look(**rows: list[dict[str, Any]]) -> Agenda:
    return ranked(World(book(**rows)), NOW)


def of(seen: Agenda, account: str) -> Item:
    item = seen.item(account)
    assert item is not None
    return item


def twins(**differs: Any) -> Agenda:
    """Two accounts with the same ticket; the second one differs in its contract."""
    base = {"start_on": "2025-01-01", "arr": "1000", "status": "active", "auto_renew": True,
            "term_end": "2027-12-31", "notice_days": 30}  # fmt: skip
    return ranked(
        World(
            {
                "accounts": [
                    {"id": name, "name": name.upper(), "segment": "tech"} for name in "ab"
                ],
                "subscriptions": [
                    {
                        **base,
                        "id": f"S{name}",
                        "account_id": name,
                        **(differs if name == "b" else {}),
                    }
                    for name in "ab"
                ],
                "tickets": [ticket(name, 60) for name in "ab"],
            }
        ),
        NOW,
    )


def test_equals_are_told_apart_by_the_amount_at_stake_and_then_the_name() -> None:
    first, second = twins(arr="1200").items
    assert first.account_id == "b"
    assert first.score == second.score
    assert why_above(first, second) == [
        "Both have the same points and dates; there is more at stake: $1,200 against $1,000."
    ]
    assert why_above(*twins().items) == ["All else is equal; its name comes first."]


def test_the_page_explains_the_weights_that_are_set() -> None:
    seen = look()
    config = AgendaConfig().overridden(
        {"weights": [90, 30, 5], "value_knots": [[0, 60], [1000, 200]]}
    )
    page = " ".join(
        plain_text(row).strip() for row in why_page(seen.items[1], None, seen, config, 90)
    )
    assert "(60 to 200 %)" in page
    assert "the best counts 90 %, the second 30 %, the third 5 %" in page


def test_a_hard_deadline_says_in_the_panel_why_it_comes_first() -> None:
    at = ranked(World(book()), NOW + timedelta(days=3))
    item = of(at, "acme")
    assert item.tier == 0
    text = " ".join(
        plain_text(row).strip() for row in panel(item, at, None, 46, planned=True, left=10)
    )
    assert "Its renewal has to be acted on by Fri 13 Mar. That comes first, whatever the" in text
    other = next(item for item in at.items if item.tier)
    text = " ".join(plain_text(row) for row in panel(other, at, None, 46, planned=True, left=10))
    assert "whatever the" not in text


def test_who_fell_is_told_with_what_is_over(tmp_path: Path) -> None:
    made = workspace(tmp_path, book(tickets=[ticket("umbra", 60)]))
    before = agenda.look(made)
    with made.store.writing() as connection:
        connection.execute("UPDATE tickets SET status = 'closed'")
    words = what_moved(before, agenda.look(made))
    rank = of(before.agenda, "umbra").rank
    assert f"Umbra fell from {rank} to " in words
    assert "critical ticket open 60 h, since 6 Mar: Down, resolved by itself" in words
    assert "Initech is off the list: critical ticket open 52 h" in words
    assert what_moved(before, before) == ""
    made.store.close()


def test_who_left_because_of_a_snooze_elsewhere_sleeps(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    before = agenda.look(made)
    dispositions.snooze(made, "techcorp", date(2026, 3, 20))
    words = what_moved(before, agenda.look(made))
    assert words.startswith("TechCorp is off the list: ")
    assert words.endswith(", asleep")
    made.store.close()


def test_who_rose_is_told_by_what_adds_most_more(tmp_path: Path) -> None:
    """A promise that stands where it stood is not what moved the account: its ticket aged."""
    promise = {"id": "N", "text": "send it", "side": "us", "due_on": "2026-03-04"}
    touch = {"id": "T-p", "account_id": "umbra", "type": "note", "at": "2026-03-03T08:00:00Z",
             "next_steps": [promise]}  # fmt: skip
    made = workspace(tmp_path, book(tickets=[ticket("umbra", 47.8)], touchpoints=[touch]))
    before = agenda.look(made)
    after = agenda.look(made, NOW + timedelta(hours=12))
    assert of(before.agenda, "umbra").rank > of(after.agenda, "umbra").rank
    strongest = of(after.agenda, "umbra").reasons[0].signal.type
    assert strongest == "promise"
    assert "Umbra rose from 8 to 5: critical ticket" in what_moved(before, after)
    made.store.close()


def test_nothing_of_the_panel_is_wider_than_a_small_terminal(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    from csmdesk.usecases import glance

    seen = agenda.today(made)
    for item in seen.items:
        facts = glance.glance(made, item.account_id, NOW)
        for row in panel(item, seen, facts, 39, planned=False, left=-5):
            assert len(plain_text(row)) <= 39
    made.store.close()


def two_deadlines() -> Agenda:
    """Two renewals that have to be acted on by the same day, of different size."""
    return ranked(
        World(
            {
                "accounts": [{"id": name, "name": name.upper()} for name in "ab"],
                "subscriptions": [
                    {"id": f"S{name}", "account_id": name, "arr": arr, "start_on": "2025-01-01",
                     "status": "active", "auto_renew": True, "term_end": "2026-04-09",
                     "notice_days": 30}
                    for name, arr in (("a", "9000"), ("b", "800000"))
                ],
            }
        ),
        NOW,
    )  # fmt: skip


def test_two_hard_deadlines_say_so_on_the_page_and_in_the_comparison() -> None:
    first, second = two_deadlines().items
    assert (first.tier, second.tier, first.account_id) == (0, 0, "b")
    assert why_above(first, second)[0] == (
        "Both renewals must be acted on by the same day; then the points decide."
    )
    page = [
        plain_text(row) for row in why_page(first, second, two_deadlines(), AgendaConfig(), 100)
    ]
    assert page[1].startswith("Its renewal has to be acted on by Tue 10 Mar. That comes first")


def test_the_reason_that_counts_is_seen_where_there_is_no_room_for_all() -> None:
    """A renewal far off stands first in the line, but the list must show what it is about."""
    far = {"id": "S", "account_id": "a", "arr": "90000", "start_on": "2025-01-01",
           "status": "active", "auto_renew": True, "term_end": "2026-05-30",
           "notice_days": 30}  # fmt: skip
    seen = ranked(
        World(
            {
                "accounts": [{"id": "a", "name": "A", "segment": "high"}],
                "subscriptions": [far],
                "tickets": [ticket("a", 400)],
            }
        ),
        NOW,
    )
    (item,) = seen.items
    assert item.why[0].startswith("notice until")
    assert item.reasons[0].signal.type == "ticket"
    listed = rows(seen, frozenset())
    place = listed.find("a")
    assert place is not None

    def told(width: int) -> str:
        return " ".join(plain_text(row) for row in listed.lines(place, width, here=False))

    assert "critical ticket" in told(80)
    assert "notice until" in told(160).partition("critical ticket")[0]


def test_money_in_any_currency_is_whole_in_the_list() -> None:
    seen = ranked(
        World(
            {
                "accounts": [{"id": n, "name": n, "currency": c} for n, c in MONEY],
                "subscriptions": [
                    {"id": f"S{n}", "account_id": n, "arr": "70000000", "currency": c,
                     "start_on": "2025-01-01", "status": "active", "auto_renew": False,
                     "term_end": "2026-04-09"}
                    for n, c in MONEY
                ],
            }
        ),
        NOW,
    )  # fmt: skip
    listed = rows(seen, frozenset())
    for width in (52, 72, 120):
        for item in seen.items:
            place = listed.find(item.account_id)
            assert place is not None
            text = plain_text(listed.lines(place, width, here=False)[0])
            assert amount(item, item.currency) in text


MONEY = (("a", "KWD"), ("b", "XAU"), ("c", "USD"), ("d", "EUR"))


def test_notes_wrap_and_nothing_due_is_said_above_them() -> None:
    note = "critical ticket reaches 48 h at 18:00 on Sat 28 November"
    seen = replace(look(), items=(), notes=(Note("a", "A" * 99, note),), starving=3)
    listed = rows(seen, frozenset(), nothing="Nothing is due today. ] looks a day ahead.")
    for width in (40, 60, 80):
        heights = listed.heights(width)
        told = [
            [plain_text(row) for row in listed.lines(index, width, here=False)]
            for index in range(len(listed))
        ]
        assert [len(part) for part in told] == list(heights)
        text = " ".join(" ".join(row.split()) for part in told for row in part)
        assert note in text
        assert "Nothing is due today. ] looks a day ahead." in text
        assert text.index("Nothing is due") < text.index("Left out on purpose")
        assert all(len(row) <= width for part in told for row in part)
