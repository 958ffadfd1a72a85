"""What was typed and never saved, offered at the start: which text, and in which words. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from csmdesk.usecases.drafts import ABOUT_ACCOUNT, Unsaved


@dataclass(frozen=True, slots=True)
class Offer:
    """A draft that the next `l` goes on with, while no other account was chosen.

    Attributes:
        record: the account that `l` is about then.
        words: what is said at the start.
        kept: what is said once another account is chosen.
    """

    record: str
    words: str
    kept: str


def newest(found: Sequence[Unsaved]) -> Offer | None:
    """Return the offer of what was typed last about an account, of a latest-first list."""
    about = [each for each in found if each.place in ABOUT_ACCOUNT]
    if not about:
        return None
    one = about[0]
    if one.was:
        # The account it is part of now goes on with a draft of its own first.
        one = next((each for each in about if each.record == one.account_id), one)
    parts = [each.text for each in about if each.record == one.record and each.text]
    text = f"“{' '.join(parts)}”" if parts else "a running call"
    others = len({each.record for each in about}) - 1
    more = f" {others} more kept: the next is offered at the next start." if others else ""
    name = one.account
    if one.account_id is not None:
        whose = f"{one.was}, which is part of {name} now" if one.was else name
        return Offer(
            one.account_id,
            f"Not saved yet, for {whose}: {text}  l goes on with it.{more}",
            f"The draft for {name} is kept: l on {name} goes on with it.",
        )
    whose = f"{name}, which is no longer in the CRM" if name else "an account that is not here"
    find = "it is offered again at the next start"
    if name:
        find = f"f finds {name}, l there gives it to another account"
    return Offer(
        one.record,
        f"Not saved yet, for {whose}: {text}  l gives it to another account.{more}",
        f"The draft for {name or 'an account that is not here'} is kept: {find}.",
    )
