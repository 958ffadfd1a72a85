"""The tree of errors: drawn as it is, each with a sentence and an exit code."""

import re

import pytest

from csmdesk import errors


def _all(kind: type[errors.CsmdeskError]) -> list[type[errors.CsmdeskError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _all(child))]


KINDS = _all(errors.CsmdeskError)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_has_an_exit_code_and_says_what_it_is(kind: type[errors.CsmdeskError]) -> None:
    assert kind.exit_code in {1, 2}
    assert (kind.__doc__ or "").strip()


def test_the_tree_at_the_top_draws_every_class_under_its_parent() -> None:
    drawn = re.findall(r"^    ([│ ├└─]*)(\w+)", errors.__doc__ or "", re.MULTILINE)
    path: list[str] = []
    parents = {}
    for lead, name in drawn:
        depth = len(lead) // 4
        del path[depth:]
        parents[name] = path[-1] if path else None
        path.append(name)
    own = {
        kind.__name__: kind.__mro__[1].__name__ if kind is not errors.CsmdeskError else None
        for kind in KINDS
        if kind.__module__ == "csmdesk.errors"
    }
    assert parents == own
