"""The colours of the voices, taken from the variables of the theme in force.

One table for the whole app instead of component classes on every widget: a style sheet would
work out each of them for each widget anew, which is most of the time a first frame takes.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from rich.style import Style
from textual.color import Color

_COLOURS: Final = {
    "muted": "text-muted",
    "accent": "primary",
    "red": "error",
    "yellow": "warning",
    "green": "success",
    "rule": "border-blurred",
    "key": "primary",
    "here": "primary",
}
"""The theme variable each voice has its colour from; plain and strong have the text's own."""


_BOLD: Final = Style(bold=True)


class Inks(NamedTuple):
    """The style of every voice, and the grounds: the page, a bar, the row under the cursor."""

    voices: Mapping[str, Style]
    ground: Style
    panel: Style
    cursor: Style

    def on(self, ground: Style, voice: str) -> Style:
        """Return the style of a voice on a ground."""
        style = self.voices.get(voice)
        if style is None:
            return ground
        if ground.reverse:
            # Turned, a colour of the text would be a patch of the row: only weight is left.
            return _together(ground, _BOLD) if style.bold else ground
        return _together(ground, style)


@lru_cache(512)
def _together(ground: Style, voice: Style) -> Style:
    return ground + voice


def inks_of(variables: Mapping[str, str], *, ansi: bool, without_colour: bool) -> Inks:
    """Return the inks of a theme.

    Args:
        variables: the theme's variables, as the style sheet sees them.
        ansi: whether the terminal's own colours are used; then muted is dim and the cursor turned.
        without_colour: whether colours are taken out afterwards (NO_COLOR): the cursor is turned
            and keys are strong, so that both are seen without colour.
    """
    ground = _colour(variables["background"], None)
    voices = {
        voice: Style(color=_colour(variables[name], ground).rich_color)
        for voice, name in _COLOURS.items()
    }
    voices["strong"] = _BOLD
    voices["here"] += _BOLD
    if ansi:
        voices["muted"] = voices["rule"] = Style(dim=True)
    if without_colour:
        voices["key"] += _BOLD
        voices["accent"] += _BOLD
    text = _colour(variables["foreground"], ground).rich_color
    under = _colour(variables["block-cursor-background"], ground).rich_color
    page = Style(color=text, bgcolor=ground.rich_color)
    bar = Style(color=text, bgcolor=_colour(variables["panel"], ground).rich_color)
    turned = Style(color=text, bgcolor=under)
    if ansi or without_colour:
        turned = page + Style(reverse=True)
    return Inks(voices, page, bar, turned)


def _colour(text: str, ground: Color | None) -> Color:
    """Return the colour a variable names, over the ground where it lets that through."""
    word, _, share = text.partition(" ")
    if word == "auto" and ground is not None:
        strength = float(share.rstrip("%")) / 100 if share else 1.0
        return ground.blend(ground.get_contrast_text(1.0), strength, 1.0)
    colour = Color.parse(word)
    if share and colour.ansi is None:
        colour = colour.with_alpha(float(share.rstrip("%")) / 100)
    if ground is None or colour.a == 1 or colour.ansi is not None:
        return colour
    return ground.blend(colour, colour.a, 1.0)
