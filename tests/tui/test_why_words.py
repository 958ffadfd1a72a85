"""Why a line stands where it stands, and what a new ranking moved, in words with the numbers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.builders import World
from tests.domain.agenda.looking import ranked
from tests.tui.test_live import ticket
from tests.tui.worlds import NOW, book, workspace

from csmdesk.domain.agenda.config import AgendaConfig
from csmdesk.domain.agenda.view import Agenda, Item
from csmdesk.tui.ink import plain_text
from csmdesk.tui.today_panel import panel
from csmdesk.tui.today_rows import what_moved
from csmdesk.tui.why_page import why_above, why_page
from csmdesk.usecases import agenda


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


def test_who_fell_is_told_with_what_is_over() -> None:
    before = look(tickets=[ticket("umbra", 60)])
    words = what_moved(before, look())
    assert f"Umbra fell from {of(before, 'umbra').rank} to 11: no longer critical ticket" in words
    assert what_moved(before, before) == ""


def test_nothing_of_the_panel_is_wider_than_a_small_terminal(tmp_path: Path) -> None:
    made = workspace(tmp_path)
    from csmdesk.usecases import glance

    seen = agenda.today(made)
    for item in seen.items:
        facts = glance.glance(made, item.account_id, NOW)
        for row in panel(item, seen, facts, 39, planned=False, left=-5):
            assert len(plain_text(row)) <= 39
    made.store.close()
