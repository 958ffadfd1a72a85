"""The sample book that comes with csmdesk, moved to the day it is needed for."""

from datetime import date
from importlib.resources import files
from pathlib import Path

from csmdesk.book.contents import Contents

ANCHOR = date(2026, 3, 9)
"""The Monday the sample was written for."""

_NAME = "book.json"


def sample_bytes() -> bytes:
    """Return the sample book as it is kept, anchored to `ANCHOR`.

    It lies inside an installed package; in a checkout it lies beside the sources.
    """
    packed = files("csmdesk").joinpath("sample_data", _NAME)
    if packed.is_file():
        return packed.read_bytes()
    return (Path(__file__).parents[3] / "sample_data" / _NAME).read_bytes()


def sample(today: date, *, zone: str | None = None) -> Contents:
    """Return the sample book as if it had been written for `today`.

    Args:
        today: the day the demo shall be alive on.
        zone: the zone whose clock the calendar follows; `None` keeps the sample's own.
    """
    from csmdesk.book.reading import read_book
    from csmdesk.book.records import contents_of
    from csmdesk.book.shift import shift

    return shift(contents_of(read_book(sample_bytes())), anchor=ANCHOR, today=today, zone=zone)
