"""The project's own files, as the guards read them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "csmdesk"


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file of the project; those git knows, or all in an exported copy."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listing.returncode:
        return tuple(
            path
            for path in ROOT.rglob("*")
            if path.is_file()
            and not any(
                part.startswith(".") and part != ".ci" for part in path.relative_to(ROOT).parts
            )
        )
    names = listing.stdout.decode().split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


@cache
def texts() -> tuple[tuple[Path, str], ...]:
    """Return every tracked text file, by its path from the root, with its text."""
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((path.relative_to(ROOT), data.decode("utf-8", "replace")))
    return tuple(found)


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    """Return every module of the product, by its path from the package, parsed."""
    return tuple(
        (path.relative_to(SOURCE), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(SOURCE.rglob("*.py"))
    )
