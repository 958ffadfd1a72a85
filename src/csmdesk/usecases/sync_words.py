"""What a sync came to, in words that the command line and the workbench share."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from csmdesk.usecases.syncing import SyncReport

_LEFT = ("uncertain", "failed", "waiting")


def counted_kind(count: int, kind: str) -> str:
    """Return a count of records of a type: "1,076 calls", "1 company"."""
    word = kind.replace("_", " ")
    if count != 1:
        word = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{count:,} {word}"


def sent_words(report: "SyncReport") -> tuple[str, ...]:
    """Return what became of what was sent: "3 sent", "1 found there already"."""
    counts = ((report.sent, "sent"), (report.found, "found there already"))
    return tuple(f"{count:,} {words}" for count, words in counts if count)


def left_words(report: "SyncReport") -> tuple[str, ...]:
    """Return what is left: "2 waiting", "1 to settle" (both sides changed it)."""
    counts = [(report.pushed[name], name) for name in _LEFT]
    counts.append((report.conflicts, "to settle"))
    return tuple(f"{count:,} {words}" for count, words in counts if count)
