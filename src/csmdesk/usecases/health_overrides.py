"""Setting a health colour against the score, and leaving it to the score again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from csmdesk.domain import overriding
from csmdesk.domain.agenda.standing import series_colour
from csmdesk.domain.records import Colour, HealthOverride
from csmdesk.errors import InputError
from csmdesk.store.queries.timeline import OverrideRow, overrides
from csmdesk.text import clean_text
from csmdesk.usecases.absent import refusal
from csmdesk.usecases.agenda import look
from csmdesk.usecases.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Overridden:
    """What was set, None if the colour was left to the score; and what was there before.

    `before` are all overrides of the account, for `put_back`.
    """

    account_id: str
    account: str
    override: HealthOverride | None
    before: tuple[HealthOverride, ...]

    def document(self) -> dict[str, object]:
        """Return what the command prints as JSON."""
        one = self.override
        return {
            "account_id": self.account_id,
            "override": None
            if one is None
            else {
                "color": one.color,
                "reason": one.reason,
                "set_on": one.set_on.isoformat(),
                "expires_on": one.expires_on.isoformat(),
            },
        }


def set_colour(
    workspace: Workspace,
    account_id: str,
    colour: Colour,
    *,
    reason: str,
    until: date | None = None,
    now: datetime | None = None,
) -> Overridden:
    """Set an account's colour against its score, from today for at most 30 days.

    An override that is in force ends the day before; one of the same day is replaced.

    Raises:
        UnknownAccount: it is none of mine.
        InputError: without a reason, for too long, or more than one step up.
    """
    return _change(workspace, account_id, now, (colour, reason, until))


def clear(workspace: Workspace, account_id: str, now: datetime | None = None) -> Overridden:
    """Leave an account's colour to its score again.

    Raises:
        UnknownAccount: it is none of mine.
        InputError: no override is in force.
    """
    return _change(workspace, account_id, now, None)


def put_back(workspace: Workspace, account_id: str, before: tuple[HealthOverride, ...]) -> None:
    """Put the overrides of an account back to what they were."""
    from csmdesk.store.commands.health import replace_overrides

    with workspace.store.writing() as connection:
        replace_overrides(connection, account_id, before)


def _change(
    workspace: Workspace,
    account_id: str,
    now: datetime | None,
    wanted: tuple[Colour, str, date | None] | None,
) -> Overridden:
    from csmdesk.store.commands.health import replace_overrides

    seen = look(workspace, now, [account_id])
    one = seen.account(account_id)
    if one is None:
        with workspace.store.reading() as connection:
            raise refusal(connection, account_id)
    today = seen.moment.today
    made: HealthOverride | None = None
    if wanted is not None:
        colour, reason, until = wanted
        made = overriding.override(
            account_id,
            colour,
            clean_text(reason, one_line=True),
            scored=series_colour(one.facts, seen.moment),
            today=today,
            until=until,
        )
    elif one.standing.override is None:
        raise InputError(f"The colour of {one.facts.name} is not set by hand.")
    with workspace.store.reading() as connection:
        rows = overrides(connection, account_id, date.max.isoformat())
    before = tuple(_record(account_id, row) for row in rows)
    standing = [*_ended(before, today), *([made] if made else [])]
    with workspace.store.writing() as connection:
        replace_overrides(connection, account_id, standing)
    return Overridden(account_id, one.facts.name, made, before)


def _ended(known: tuple[HealthOverride, ...], today: date) -> list[HealthOverride]:
    """Return overrides as they are when none is in force any more from today on."""
    kept = []
    for one in known:
        if one.set_on < today <= one.expires_on:
            kept.append(
                HealthOverride(
                    account_id=one.account_id,
                    color=one.color,
                    reason=one.reason,
                    set_on=one.set_on,
                    expires_on=today - timedelta(days=1),
                )
            )
        elif one.set_on != today:
            kept.append(one)
    return kept


def _record(account_id: str, row: OverrideRow) -> HealthOverride:
    return HealthOverride(
        account_id=account_id,
        color=row.color,
        reason=row.reason,
        set_on=row.set_on,
        expires_on=row.expires_on,
    )
