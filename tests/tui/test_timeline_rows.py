"""The rows of a timeline say how a touch fares at the CRM."""

from datetime import UTC, date, datetime

from csmdesk.tui import timeline_rows
from csmdesk.tui.ink import Line
from csmdesk.usecases.timeline import Event

LEFT = "was in the CRM; it was archived there (known since 28 Nov 2026)"


def text(row: Line) -> str:
    """The words of a line."""
    return "".join(piece.text for piece in row)


def test_a_touch_that_was_deleted_there_says_so_folded_and_unfolded() -> None:
    event = Event(
        id="T-1",
        kind="call",
        at=datetime(2026, 11, 27, 9, tzinfo=UTC),
        what="they fear the audit",
        text="they fear the audit",
        delivery="sent",
        left=LEFT,
    )
    today = date(2026, 11, 28)
    (folded,) = timeline_rows.rows([event], today).lines(0, 100, here=False)
    assert "✗ not in the CRM any more  they fear the audit" in text(folded)
    rows = timeline_rows.rows([event], today, unfolded=frozenset({"T-1"}))
    unfolded = [text(each).strip() for each in rows.lines(0, 100, here=False)]
    assert f"✗ {LEFT}" in unfolded
    assert not any("✓" in each for each in unfolded)
