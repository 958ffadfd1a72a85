"""Where `csmdesk` starts. The workbench alone needs no commands read, and does not load them."""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path


def main() -> None:
    """Start here: the `csmdesk` command."""
    # Loading makes objects that all stay: looking among them for garbage is a fifth of a start.
    # Commands turn it on again when they are loaded, the workbench when it is painted.
    gc.disable()
    os.umask(0o077)
    arguments = sys.argv[1:]
    plain, store = opens_workbench(arguments, os.environ)
    sys.exit(_open_workbench(store) if plain else _run(arguments))


def opens_workbench(
    arguments: Sequence[str], environ: Mapping[str, str]
) -> tuple[bool, Path | None]:
    """Return whether a command line asks for nothing but the workbench, and on which store.

    What is less plain than that, shell completion too, is read by the command line itself; the
    two mean the same.
    """
    if "_CSMDESK_COMPLETE" in environ:
        return False, None
    match arguments:
        case []:
            return True, _path(environ.get("CSMDESK_STORE"))
        case ["--store", str(file)] if file and not file.startswith("-"):
            return not Path(file).is_dir(), Path(file)
        case _:
            return False, None


def _open_workbench(store: Path | None) -> int:
    try:
        from csmdesk.cli.run import open_workbench

        return open_workbench(store, _path(os.environ.get("CSMDESK_CONFIG")))
    except BaseException as error:
        from csmdesk.cli.main import ended

        return ended(error)


def _run(arguments: Sequence[str]) -> int:
    from csmdesk.cli.main import run

    return run(arguments)


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None
