"""Which version this is, and of what it stands on."""

import platform
import sqlite3
from importlib import metadata
from typing import Final

SHOWN: Final = (
    "textual",
    "sqlmodel",
    "sqlalchemy",
    "pydantic",
    "httpx",
    "click",
    "keyring",
    "starlette",
    "uvicorn",
)


def version() -> str:
    """Return this program's version."""
    return metadata.version("csmdesk")


def version_lines() -> list[str]:
    """Return the version first, then Python, SQLite and the libraries a report should name."""
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in SHOWN)
    return [
        f"csmdesk {version()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        libraries,
    ]
