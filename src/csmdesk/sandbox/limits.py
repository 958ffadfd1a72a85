"""Rate limits: ten rolling seconds, the day, and search by the second (fact sheet §5)."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from csmdesk.sandbox.replies import ApiError


@dataclass(slots=True, kw_only=True)
class Limits:
    """The allowances of the account. The defaults are those of a Professional one."""

    per_ten_seconds: int = 190
    per_day: int = 625_000
    searches_per_second: int = 5
    retry_after: bool = False
    _recent: deque[datetime] = field(default_factory=deque)
    _searches: deque[datetime] = field(default_factory=deque)
    _day: str = ""
    used_today: int = 0

    def spend(self, now: datetime, day: str, *, search: bool) -> dict[str, str]:
        """Counts one request and gives the headers to send with its answer.

        Args:
            day: the date in the account's time zone, where the day resets at midnight.
            search: searches have their own limit and carry no headers.

        Raises ApiError (429) when an allowance is spent.
        """
        if day != self._day:
            self._day, self.used_today = day, 0
        if self.used_today >= self.per_day:
            raise limited("DAILY")
        _forget(self._recent, now - timedelta(seconds=10))
        if len(self._recent) >= self.per_ten_seconds:
            wait = (self._recent[0] + timedelta(seconds=10) - now).total_seconds()
            raise limited(
                "TEN_SECONDLY_ROLLING", self.headers(), wait if self.retry_after else None
            )
        if search:
            _forget(self._searches, now - timedelta(seconds=1))
            if len(self._searches) >= self.searches_per_second:
                raise limited("SECONDLY")
            self._searches.append(now)
        self._recent.append(now)
        self.used_today += 1
        return {} if search else self.headers()

    def headers(self) -> dict[str, str]:
        """The rate-limit headers as they stand."""
        return {
            "X-HubSpot-RateLimit-Max": str(self.per_ten_seconds),
            "X-HubSpot-RateLimit-Remaining": str(self.per_ten_seconds - len(self._recent)),
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Daily": str(self.per_day),
            "X-HubSpot-RateLimit-Daily-Remaining": str(self.per_day - self.used_today),
        }


def _forget(stamps: deque[datetime], before: datetime) -> None:
    while stamps and stamps[0] <= before:
        stamps.popleft()


def limited(
    policy: str, headers: dict[str, str] | None = None, wait: float | None = None
) -> ApiError:
    """A 429 as seen in the field. `wait` in seconds becomes a Retry-After."""
    sent = dict(headers or {})
    if wait is not None:
        sent["Retry-After"] = str(max(1, int(wait + 0.999)))
    return ApiError(
        429,
        "RATE_LIMITS",
        f"You have reached your {policy.lower()} limit.",
        headers=sent,
        errorType="RATE_LIMIT",
        policyName=policy,
        groupName="publicapi:private-apps:sandbox",
    )
