"""Bringing an older store up to date."""

from pathlib import Path

from csmdesk.errors import StoreUnusable


def upgrade(path: Path, version: int) -> None:
    """Bring the store from a schema number to the newest one.

    Raises:
        StoreUnusable: there is no way from that number.
    """
    raise StoreUnusable(
        f"The store {path} has the unknown schema {version}.", "Name another file with --store."
    )
