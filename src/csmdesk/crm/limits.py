"""Staying within what a CRM allows, seen through its own headers.

The allowance is usually shared: by other csmdesks, by other programs of the same company. So the
limiter believes the last "remaining" it was told rather than its own count, and leaves a tenth
of every window to others.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from csmdesk.errors import RateLimited

_LONGEST_WAIT = 60.0


LimiterState = tuple[
    tuple[int, float, list[float]], tuple[int, float, list[float]], float, int | None
]
"""The two windows (most, seconds, when requests left), not before, and what the day leaves."""


@dataclass(slots=True)
class Window:
    """At most `most` requests in any `seconds`."""

    most: int
    seconds: float
    sent: deque[float] = field(default_factory=deque)

    def delay(self, now: float) -> float:
        """Return how long the next request must wait."""
        while self.sent and self.sent[0] <= now - self.seconds:
            self.sent.popleft()
        if len(self.sent) < self.most:
            return 0.0
        return self.sent[len(self.sent) - self.most] + self.seconds - now


class RateLimiter:
    """Says when the next request may leave. Shared by all threads of one connection.

    Args:
        burst: requests in any ten seconds until the CRM's headers say otherwise.
        searches: searches in any second; no header ever tells.
        sleep: waits; given `True` back from `stop` the caller gives up instead.
    """

    def __init__(
        self,
        burst: int = 100,
        searches: int = 5,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._lock = threading.Lock()
        self._window = Window(max(1, burst * 9 // 10), 10.0)
        # The CRM counts when requests arrive, not when they leave.
        self._searches = Window(searches, 1.1)
        self._search_floor = searches
        self._monotonic = monotonic
        self._sleep = sleep
        self._not_before = 0.0
        self._daily_left: int | None = None

    def acquire(self, *, search: bool = False, patience: float = _LONGEST_WAIT) -> None:
        """Wait until a request may leave, and count it.

        Raises:
            RateLimited: the wait would be longer than `patience` seconds, or the day is spent.
        """
        while True:
            with self._lock:
                now = self._monotonic()
                if self._daily_left is not None and self._daily_left <= 0:
                    raise RateLimited(
                        "The CRM's allowance for today is used up.",
                        "Syncing goes on after the CRM's midnight.",
                        retry_after=3600.0,
                        daily=True,
                    )
                delay = max(self._window.delay(now), self._not_before - now)
                if search:
                    delay = max(delay, self._searches.delay(now))
                if delay <= 0:
                    self._window.sent.append(now)
                    if search:
                        self._searches.sent.append(now)
                    return
            if delay > patience:
                raise RateLimited("The CRM asks to wait.", retry_after=delay)
            self._sleep(min(delay, 1.0))

    def state(self) -> LimiterState:
        """Return where it stands, for another process of this machine to go on from."""
        with self._lock:
            return (
                (self._window.most, self._window.seconds, list(self._window.sent)),
                (self._searches.most, self._searches.seconds, list(self._searches.sent)),
                self._not_before,
                self._daily_left,
            )

    def go_on_from(self, state: LimiterState) -> None:
        """Stand where another one stands."""
        with self._lock:
            (most, seconds, sent), (searches, second, searched), self._not_before, left = state
            self._window = Window(most, seconds, deque(sent))
            self._searches = Window(searches, second, deque(searched))
            self._daily_left = left

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so long."""
        with self._lock:
            self._not_before = max(self._not_before, self._monotonic() + seconds)

    def read(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of a reply."""
        most = _number(headers.get("x-hubspot-ratelimit-max"))
        left = _number(headers.get("x-hubspot-ratelimit-remaining"))
        interval = _number(headers.get("x-hubspot-ratelimit-interval-milliseconds"))
        daily = _number(headers.get("x-hubspot-ratelimit-daily-remaining"))
        if most is None and left is None and daily is None:
            return
        with self._lock:
            now = self._monotonic()
            if most:
                self._window.most = max(1, most * 9 // 10)
                # Nothing tells the allowance for searches. It is five a second where a hundred to
                # two hundred and fifty requests are allowed in ten; a server that announces far
                # more than anybody can buy is a test's, and its searches follow.
                self._searches.most = max(self._search_floor, most // 50)
            if interval:
                self._window.seconds = interval / 1000
            if daily is not None:
                self._daily_left = daily
            if left is not None and most:
                self._window.delay(now)
                reserve = most // 10
                others = most - left - len(self._window.sent)
                if left <= reserve and others > 0:
                    # Others are using the window too: hold back until part of it has passed.
                    self._not_before = max(self._not_before, now + self._window.seconds / 4)


def _number(text: str | None) -> int | None:
    if text is None or not text.strip().isdigit() or len(text) > 12:
        return None
    return int(text)
