"""Which addresses of outside records the browser may open. Pure."""

from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2_048


def safe_address(text: str) -> str | None:
    """Return an address the browser may open, or None.

    Only https with a host and without credentials; no control characters, no backslashes, nothing
    over 2,048 characters: a record of a CRM is outside text.
    """
    address = text.strip()
    if not address or len(address) > LONGEST or "\\" in address or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme != "https" or not host or parts.username or parts.password:
        return None
    return address


def host_of(address: str) -> str:
    """Return the host of an address, in the form that shows look-alike letters (punycode)."""
    host = urlsplit(address).hostname or ""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
