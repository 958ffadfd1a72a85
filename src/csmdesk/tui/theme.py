"""The three themes of the workbench. Every colour of the interface is one of their variables."""

from typing import Final

from textual.theme import Theme

_VARIABLES_DARK: Final = {
    "foreground-muted": "#9aa3b2",
    "text-muted": "#9aa3b2",
    "text-disabled": "#7d8694",
    "block-cursor-background": "#2a3a52",
    "block-cursor-foreground": "#ffffff",
    "block-cursor-text-style": "none",
    "border": "#6cb6ff",
    "border-blurred": "#3a4150",
    "scrollbar": "#3a4150",
    "scrollbar-hover": "#566077",
    "scrollbar-active": "#6cb6ff",
    "scrollbar-background": "#16181d",
    "scrollbar-background-hover": "#16181d",
    "scrollbar-background-active": "#16181d",
    "input-cursor-background": "#e6e8eb",
    "input-cursor-foreground": "#16181d",
    "input-selection-background": "#2a3a52",
}

DARK: Final = Theme(
    name="csmdesk-dark",
    primary="#6cb6ff",
    secondary="#9aa3b2",
    accent="#6cb6ff",
    foreground="#e6e8eb",
    background="#16181d",
    surface="#16181d",
    panel="#1f232b",
    boost="#1f232b",
    error="#ff8078",
    warning="#e3b341",
    success="#5fd07a",
    dark=True,
    variables=_VARIABLES_DARK,
)

LIGHT: Final = Theme(
    name="csmdesk-light",
    primary="#0b5cad",
    secondary="#5a6270",
    accent="#0b5cad",
    foreground="#1b1e24",
    background="#fbfaf7",
    surface="#fbfaf7",
    panel="#efede7",
    boost="#efede7",
    error="#b3261e",
    warning="#805200",
    success="#1b6b33",
    dark=False,
    variables={
        "foreground-muted": "#5a6270",
        "text-muted": "#5a6270",
        "text-disabled": "#767d89",
        "block-cursor-background": "#d5e4f5",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "none",
        "border": "#0b5cad",
        "border-blurred": "#cfccc4",
        "scrollbar": "#cfccc4",
        "scrollbar-hover": "#aaa79f",
        "scrollbar-active": "#0b5cad",
        "scrollbar-background": "#fbfaf7",
        "scrollbar-background-hover": "#fbfaf7",
        "scrollbar-background-active": "#fbfaf7",
        "input-cursor-background": "#1b1e24",
        "input-cursor-foreground": "#fbfaf7",
        "input-selection-background": "#d5e4f5",
    },
)

# The Okabe-Ito palette: sky blue for good, orange for middling, a light vermilion for bad.
COLOUR_BLIND: Final = Theme(
    name="csmdesk-cb",
    primary="#56b4e9",
    secondary="#9aa3b2",
    accent="#56b4e9",
    foreground="#e6e8eb",
    background="#16181d",
    surface="#16181d",
    panel="#1f232b",
    boost="#1f232b",
    error="#f08a4b",
    warning="#f0e442",
    success="#56b4e9",
    dark=True,
    variables={**_VARIABLES_DARK, "border": "#56b4e9", "scrollbar-active": "#56b4e9"},
)

THEMES: Final = (DARK, LIGHT, COLOUR_BLIND)

DEFAULT_THEME: Final = DARK.name
