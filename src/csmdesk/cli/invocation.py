"""What every command is given: where the book is, which settings hold, what time it is."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

from csmdesk.cli.output import tell
from csmdesk.clock import Clock, FixedClock, SystemClock
from csmdesk.errors import UsageError

if TYPE_CHECKING:
    from csmdesk.usecases.workspace import Workspace

_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)"
)

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Invocation:
    """The global options of a run."""

    store: Path | None = None
    config: Path | None = None
    changes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(
        cls, *, store: Path | None, config: Path | None, changes: tuple[str, ...]
    ) -> "Invocation":
        """Read the global options.

        Raises:
            UsageError: a setting was not given as NAME=VALUE.
        """
        read: dict[str, str] = {}
        for change in changes:
            name, sign, value = change.partition("=")
            if not sign or not name.strip():
                raise UsageError(f"--set takes NAME=VALUE, not {change!r}.")
            read[name.strip()] = value
        return cls(store=store, config=config, changes=MappingProxyType(read))

    @contextmanager
    def workspace(
        self, *, as_of: datetime | None = None, fills: bool = False
    ) -> "Iterator[Workspace]":
        """Open the book for one command and close it afterwards.

        Args:
            as_of: the instant to work at; the machine's clock without it.
            fills: whether the command fills an empty book. To any other, a store that was named
                and is not there may be a slip of the finger, so it is told.
        """
        from csmdesk.bootstrap.wiring import open_workspace

        missing = None if fills or self.store is None or self.store.exists() else self.store
        clock: Clock = SystemClock() if as_of is None else FixedClock(as_of)
        workspace = open_workspace(
            self.store,
            config_file=self.config,
            flags=self.changes,
            environ=os.environ,
            clock=clock,
        )
        try:
            if missing is not None:
                tell(f"note: there was no store at {missing}; a new, empty one was made.")
            yield workspace
        finally:
            workspace.store.close()


class Instant(click.ParamType[datetime, object]):
    """An instant as the book writes it: RFC 3339 with an offset."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant in UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            if _INSTANT.fullmatch(text):
                instant = datetime.fromisoformat(text.upper()).astimezone(UTC)
                if 1000 <= instant.year <= 9000:
                    return instant
                return self.fail(f"{text!r} is not between the years 1000 and 9000", param, ctx)
        except (ValueError, OverflowError):
            pass
        return self.fail(
            f"{text!r} is no instant; write it with its offset, like 2026-03-09T08:30:00+01:00",
            param,
            ctx,
        )


class Day(click.ParamType[date, object]):
    """A calendar date, `YYYY-MM-DD`."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date."""
        if isinstance(value, date):
            return value
        text = str(value)
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            return self.fail(f"there is no {text}", param, ctx)
        return self.fail(f"{text!r} is no date; write it like 2026-03-09", param, ctx)


as_of_option = click.option(
    "--as-of", type=Instant(), metavar="INSTANT", help="Work as if it were then (default: now)."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print a JSON document.")
pass_invocation = click.make_pass_decorator(Invocation, ensure=True)
