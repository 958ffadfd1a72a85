"""The pages that are made from the code say what the code says."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from tests.guards.source import ROOT, SOURCE, texts, tracked


def generator() -> ModuleType:
    """Load the script that writes the pages."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["cli.md", "config.md", "keys.md"])
def test_the_generated_pages_are_current(name: str) -> None:
    page = generator().pages()[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page, "run: make docs"


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for path, text in texts():
        if path.suffix != ".md":
            continue
        targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
        broken += [
            f"{path}: {target}"
            for target in targets
            if "://" not in target and not (ROOT / path.parent / target).exists()
        ]
    assert broken == []


def test_every_dependency_has_a_sentence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    told = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    for requirement in wanted:
        name = re.split(r"[=<>!~;\[ ]", requirement)[0]
        assert re.search(rf"\b{re.escape(name)}\b", told), name


def test_every_dependency_is_locked_with_its_hash() -> None:
    locked = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", locked.strip())
    assert all("--hash=sha256:" in entry for entry in entries if not entry.startswith("#"))


def test_make_lists_every_target() -> None:
    makefile = Path(ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony is not None
    for target in phony[1].split():
        assert re.search(rf"^{target}:.* ## ", makefile, re.MULTILINE), target


PLACE = re.compile(r"`((?:[\w.-]+/)*[\w-]+(?:\.(?:py|tcss|toml|md|json|txt|svg)|/))`")
"""A path as the pages write it: in backquotes, ending in a known suffix or a slash."""

ELSEWHERE = {
    "config.toml", "effects.jsonl",
}  # fmt: skip
"""Files of the user's, which the project does not hold."""


def test_every_file_that_a_page_names_is_there() -> None:
    """A path is named from the root, the package, the page itself, or by its last part alone."""
    names = {path.name for path in tracked()}
    missing = []
    for path, text in texts():
        if path.suffix != ".md" or path.parts[0] == "tests":
            continue
        roots = (ROOT, SOURCE, SOURCE.parent, ROOT / path.parent)
        missing += [
            f"{path}: {name}"
            for name in PLACE.findall(text)
            if name not in ELSEWHERE | names and not any((root / name).exists() for root in roots)
        ]
    assert missing == []


def test_make_says_that_it_installs_before_it_does() -> None:
    makefile = Path(ROOT / "Makefile").read_text(encoding="utf-8")
    assert (
        0 < makefile.find("Installing into") < makefile.find("-m venv") < makefile.find("pip inst")
    )
