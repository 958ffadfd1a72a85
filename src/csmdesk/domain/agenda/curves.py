"""Piecewise-linear curves in exact arithmetic (agenda model §3)."""

from csmdesk.domain.exact import Exact, half_up

Knots = tuple[tuple[Exact, Exact], ...]
"""Points (x, y) with strictly increasing x."""


def curve(knots: Knots, top: Exact, bottom: Exact = 1) -> int:
    """Return the curve's value at `top / bottom`, rounded half up; `bottom` must be positive.

    Outside the end knots the curve keeps their values.
    """
    x0, y0 = knots[0]
    if top <= x0 * bottom:
        return half_up(y0)
    for x1, y1 in knots[1:]:
        if top <= x1 * bottom:
            return half_up(
                y0 * (x1 - x0) * bottom + (y1 - y0) * (top - x0 * bottom), (x1 - x0) * bottom
            )
        x0, y0 = x1, y1
    return half_up(y0)
