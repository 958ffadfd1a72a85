"""Who wins when a field was changed here, there or on both sides."""

import unicodedata
from collections import Counter
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csmdesk.domain.two_sided.fields import FIELDS, fields_of, typed_value
from csmdesk.domain.two_sided.merge import merge_prose, three_way
from csmdesk.domain.two_sided.normal import Kind, members, normal, same

KINDS = st.sampled_from(get_args(Kind))
WORDS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from(
        ("1", "1.0", "1e2", "a;b", "b; a", "true", "2026-03-09", "1773014400000", " A")
    ),
)
TEXTS = st.lists(st.sampled_from(("a", "b", "c", "d", "")), max_size=8).map("\n".join)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("line", "Acme  Corp ", "Acme Corp"),
        ("line", "", None),
        ("line", unicodedata.normalize("NFD", "Åkeri"), unicodedata.normalize("NFC", "Åkeri")),
        ("prose", "Talked.  \r\nRenews. ", "Talked.\nRenews."),
        ("prose", "One\n\n\n\nTwo", "One\n\nTwo"),
        ("prose", "a\u00a0b", "a b"),
        ("domain", "https://www.Acme.com/", "acme.com"),
        ("email", "Ana@Acme.com", "ana@acme.com"),
        ("phone", "+49 (30) 123-45", "+493012345"),
        ("number", "45000.00", "45000"),
        ("number", "4.5E+4", "45000"),
        ("number", "-0", "0"),
        ("day", "1773014400000", "2026-03-09"),
        ("day", "2026-03-09T00:00:00Z", "2026-03-09"),
        ("instant", "1773014400000", "2026-03-09T00:00:00.000Z"),
        ("instant", "2026-03-09T01:00:00+01:00", "2026-03-09T00:00:00Z"),
        ("flag", "Yes", "true"),
        ("flag", None, "false"),
        ("flag", "NOT_STARTED", "false"),
        ("choice", "Commit", "commit "),
        ("set", "b; a;b", "a;b"),
        ("set", ";", None),
    ],
)
def test_what_a_server_rewrites_is_no_change(kind: Kind, one: str | None, other: str) -> None:
    assert same(kind, one, other)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("line", "Acme", "acme"),
        ("number", "0", None),
        ("number", "10", "100"),
        ("number", "1" * 50, "1" * 51),
        ("day", "2026-03-09", "2026-03-10"),
        ("flag", "true", None),
        ("prose", "One\nTwo", "One Two"),
        ("prose", "One\n\nTwo", "One\nTwo"),
        ("set", "a", "a;b"),
    ],
)
def test_what_differs_stays_different(kind: Kind, one: str | None, other: str | None) -> None:
    assert not same(kind, one, other)


@given(KINDS, WORDS)
def test_a_normal_value_is_normal(kind: Kind, value: str | None) -> None:
    once = normal(kind, value)
    assert normal(kind, once) == once


@pytest.mark.parametrize(
    ("kind", "base", "local", "remote", "step", "value"),
    [
        ("line", "a", "a", "a", "nothing", "a"),
        ("line", "a", "a", "b", "take", "b"),
        ("line", "a", "a", None, "take", None),
        ("line", "a", "b", "a", "push", "b"),
        ("line", "a", None, "a", "push", None),
        ("line", "a", "b", " a ", "push", "b"),
        ("line", "a", "b", "b ", "same", "b"),
        ("line", "a", "b", "c", "conflict", "b"),
        ("line", "a", None, "c", "conflict", None),
        ("line", None, "b", "c", "conflict", "b"),
        ("number", "10", "20", "20.0", "same", "20"),
        ("number", "10", "20", "10.00", "push", "20"),
        ("number", "10", "20", "30", "conflict", "20"),
        ("choice", "commit", "at_risk", "best_case", "conflict", "at_risk"),
        ("prose", "a", "a\nb", "a\nc", "conflict", "a\nb"),
        ("prose", "a\nb", "a2\nb", "a\nb2", "conflict", "a2\nb"),
        ("set", "a;b", "a;b;c", "a;b;d", "push", "a;b;c;d"),
        ("set", "a;b", "b", "a", "push", None),
        ("set", "a;b", "a;b;c", "a;b;c;d", "take", "a;b;c;d"),
    ],
)
def test_three_ways(
    kind: Kind,
    base: str | None,
    local: str | None,
    remote: str | None,
    step: str,
    value: str | None,
) -> None:
    verdict = three_way(kind, base, local, remote)
    assert (verdict.step, verdict.value) == (step, value)


@given(KINDS, WORDS, WORDS, WORDS)
def test_a_changed_value_is_never_dropped_in_silence(
    kind: Kind, base: str | None, local: str | None, remote: str | None
) -> None:
    verdict = three_way(kind, base, local, remote)
    ours, theirs = not same(kind, local, base), not same(kind, remote, base)
    differ = not same(kind, local, remote)
    if kind != "set":
        assert (verdict.step == "conflict") == (ours and theirs and differ)
    if verdict.step == "take" and kind != "set":
        assert not ours
    if verdict.step == "push" and kind != "set":
        assert not theirs


SETS = st.frozensets(st.sampled_from("abcd")).map(lambda each: ";".join(sorted(each)) or None)


@given(SETS, SETS, SETS)
def test_a_set_keeps_what_either_added_and_loses_what_either_took(
    base: Any, local: Any, remote: Any
) -> None:
    was, ours, theirs = members(base), members(local), members(remote)
    verdict = three_way("set", base, local, remote)
    kept = members(verdict.value)
    assert verdict.step != "conflict"
    assert (ours - was) | (theirs - was) <= kept
    assert not (was - ours) & kept
    assert not (was - theirs) & kept


def test_texts_changed_in_different_places_are_merged() -> None:
    base = "Goals\n\nOld risk\n\nNext: call"
    merged = merge_prose(
        base, "Goals: SSO\n\nOld risk\n\nNext: call", "Goals\n\nOld risk\n\nNext: mail"
    )
    assert merged.text == "Goals: SSO\n\nOld risk\n\nNext: mail"
    assert merged.apart


def test_texts_changed_in_the_same_place_both_stay() -> None:
    merged = merge_prose("Talked", "Talked\nRenews", "Talked\nWants SSO")
    assert merged.text == "Talked\nRenews\nWants SSO"
    assert not merged.apart


@given(TEXTS, TEXTS, TEXTS)
def test_a_merge_has_every_line_that_either_added(base: str, ours: str, theirs: str) -> None:
    lines = merge_prose(base, ours, theirs).text.split("\n")
    was = base.split("\n")
    for side in (ours, theirs):
        assert {line for line in side.split("\n") if line and line not in was} <= set(lines)


def test_a_merge_of_a_text_that_came_back_as_paragraphs_has_no_line_twice() -> None:
    base = "Talked\nRenews\nNext: call"
    theirs = "Talked\n\nRenews\n\nNext:  call\n\nAsk Raj"
    merged = merge_prose(base, "Talked\nRenews soon\nNext: call\nBudget is fine", theirs)
    assert merged.text == "Talked\n\nRenews soon\n\nNext: call\nBudget is fine\n\nAsk Raj"


LINES = st.lists(st.sampled_from(("a", "b", "c", "d", "e")), max_size=7)


@given(
    LINES, LINES, LINES, st.lists(st.sampled_from(("\n", "\n\n", " \n \n\n", "\r\n")), min_size=8)
)
def test_blank_lines_and_spaces_double_no_line_and_lose_none(
    base: list[str], ours: list[str], theirs: list[str], breaks: list[str]
) -> None:
    def spread(lines: list[str]) -> str:
        return "".join(f" {line} {gap}" for line, gap in zip(lines, breaks, strict=False))

    plain = merge_prose("\n".join(base), "\n".join(ours), "\n".join(theirs))
    merged = merge_prose("\n".join(base), "\n".join(ours), spread(theirs))
    words = [line for line in merged.text.split("\n") if line]
    assert words == [line for line in plain.text.split("\n") if line]
    assert merged.apart == plain.apart
    counted = Counter(words)
    assert counted <= Counter(ours) | Counter(theirs)
    assert Counter(ours) & Counter(theirs) <= counted
    kept = set(ours) & set(theirs) | (set(ours) | set(theirs)) - set(base)
    assert kept <= set(words)


@given(TEXTS, TEXTS)
def test_a_merge_with_an_unchanged_side_is_the_other(base: str, changed: str) -> None:
    expected = normal("prose", changed) or ""
    assert merge_prose(base, changed, base).text == expected
    assert merge_prose(base, base, changed).text == expected
    assert merge_prose(base, changed, changed).text == expected


@pytest.mark.parametrize(
    ("entity", "name", "typed", "value"),
    [
        ("account", "segment", "High", "high"),
        ("account", "domain", "https://Acme.com/", "acme.com"),
        ("account", "industry", "", None),
        ("contact", "email", "Ana@Acme.com", "ana@acme.com"),
        ("contact", "title", " VP  Sales ", "VP  Sales"),
        ("subscription", "arr", "45,000.50", "45000.5"),
        ("subscription", "likelihood", "40%", "40"),
        ("subscription", "forecast", "at risk", "at_risk"),
        ("subscription", "term_end", "2026-03-31", "2026-03-31"),
        ("subscription", "auto_renew", "no", "false"),
        ("touchpoint", "text", "One\nTwo", "One\nTwo"),
    ],
)
def test_typed_values(entity: str, name: str, typed: str, value: str | None) -> None:
    assert typed_value(FIELDS[entity, name], typed) == value


@pytest.mark.parametrize(
    ("entity", "name", "typed"),
    [
        ("account", "name", " "),
        ("account", "segment", "huge"),
        ("subscription", "arr", "-5"),
        ("subscription", "arr", "a lot"),
        ("subscription", "likelihood", "101"),
        ("subscription", "notice_days", "1.5"),
        ("subscription", "term_end", "2026-02-30"),
        ("subscription", "term_end", "20260331"),
        ("subscription", "auto_renew", "maybe"),
    ],
)
def test_a_value_that_is_none_is_refused_in_a_sentence(entity: str, name: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r"^The .*\.$"):
        typed_value(FIELDS[entity, name], typed)


@given(st.sampled_from(tuple(FIELDS.values())), st.text(max_size=30))
def test_a_typed_value_is_read_or_refused(field: Any, typed: str) -> None:
    try:
        value = typed_value(field, typed)
    except ValueError:
        return
    assert value is None or typed_value(field, value) == value


def test_fields_of_a_record_are_found_by_its_kind() -> None:
    assert [each.name for each in fields_of("task")] == ["title", "due_on", "done"]
