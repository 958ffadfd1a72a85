"""How a health score and its move are written on the screen. Pure."""

from csmdesk.domain.exact import plain, size
from csmdesk.domain.health import Health
from csmdesk.tui.format import UNKNOWN


def health_score(health: Health) -> str:
    """Return a score in whole points, or as close as it takes to agree with its colour."""
    return UNKNOWN if health.told is None else plain(health.told)


def health_move(health: Health) -> str:
    """Return how far the score moved: " ↓17"; nothing if it is told as the same number."""
    move = health.told_move
    return f" {'↑' if move > 0 else '↓'}{plain(size(move))}" if move else ""
