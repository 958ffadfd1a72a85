"""The colours: readable in our themes, present in all, never the only sign."""

from pathlib import Path
from typing import Any

import pytest
from tests.tui.worlds import press, run, seen, workspace
from textual.color import Color
from textual.pilot import Pilot

from csmdesk.tui.app import WorkbenchApp
from csmdesk.tui.theme import THEMES

TEXT, MUTED = 7.0, 4.5


def ratio(one: Color, other: Color) -> float:
    """Return the contrast of two colours by WCAG 2."""

    def luminance(colour: Color) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in colour.normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["background", "panel", "block-cursor-background"])
def test_text_is_readable_on_every_ground_of_our_themes(theme: Any, ground: str) -> None:
    variables = theme.to_color_system().generate() | theme.variables
    under = Color.parse(variables[ground])
    assert ratio(Color.parse(variables["foreground"]), under) >= TEXT
    for name in ("text-muted", "primary", "error", "warning", "success"):
        assert ratio(Color.parse(variables[name]), under) >= MUTED, (name, ground)


def test_every_built_in_theme_can_be_put_on(tmp_path: Path) -> None:
    made = workspace(tmp_path)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        for name in app.available_themes:
            app.theme = name
            await press(pilot, "j")
            assert "Wayne" in seen(app)

    run(WorkbenchApp(made), story)
    made.store.close()


def test_without_colour_the_cursor_is_turned_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    made = workspace(tmp_path)

    async def story(app: Any, _pilot: Pilot[Any]) -> None:
        assert app.inks.cursor.reverse
        assert "▌" in seen(app)

    run(WorkbenchApp(made), story)
    made.store.close()


def test_in_ascii_no_sign_of_ours_is_left(tmp_path: Path) -> None:
    made = workspace(tmp_path, ascii=True)

    async def story(app: Any, pilot: Pilot[Any]) -> None:
        for key in ("j", "question_mark", "escape", "enter", "tab", "2", "6", "f1"):
            await press(pilot, key)
            assert seen(app).isascii(), seen(app)

    run(WorkbenchApp(made), story)
    made.store.close()
