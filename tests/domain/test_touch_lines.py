"""The log line: the table of its page, and each rule by itself."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csmdesk.domain.touch.describe import describe
from csmdesk.domain.touch.parse import parse
from csmdesk.domain.touch.people import Known, People
from csmdesk.domain.touch.reading import Person, Reading, Step
from csmdesk.domain.workdays import Workdays

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 3, 9, 10, 31, tzinfo=BERLIN)
ANA = Known("ana", "Ana Silva")
RAJ = Known("raj", "Raj Patel")
ACME = People([ANA, RAJ])
WORKDAYS = Workdays()


def read(
    line: str, people: People = ACME, now: datetime = MONDAY, workdays: Workdays = WORKDAYS
) -> Reading:
    return parse(line, people=people, now=now, zone=BERLIN, workdays=workdays)


def local(reading: Reading) -> str:
    return reading.at.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M")


def names(reading: Reading) -> list[str]:
    return [person.name for person in reading.people]


# The table of the page.


def test_a_call_with_two_people_a_length_a_mood_and_our_step() -> None:
    reading = read("c Ana, Raj 25m + renew ok if SSO ships > send SSO plan fri")
    assert reading.type == "call"
    assert reading.attendee_ids == ("ana", "raj")
    assert (reading.minutes, reading.mood) == (25, 1)
    assert reading.text == "renew ok if SSO ships"
    assert reading.steps == (Step("send SSO plan", "us", date(2026, 3, 13)),)
    assert reading.at == MONDAY
    assert (reading.outcome, reading.resets_cadence, reading.ready) == ("held", True, True)


def test_a_call_that_names_nobody() -> None:
    reading = read("c 20m Spoke with the team")
    assert (reading.type, reading.people, reading.minutes) == ("call", (), 20)
    assert reading.text == "Spoke with the team"


def test_a_meeting_yesterday_with_somebody_new_and_their_step() -> None:
    reading = read('m yesterday 14:00 raj, @"Lena Berg" 45m intro < name a sponsor 20 mar')
    assert reading.type == "meeting"
    assert local(reading) == "2026-03-08 14:00"
    assert reading.people == (Person("Raj Patel", "raj"), Person("Lena Berg"))
    assert reading.new_names == ("Lena Berg",)
    assert (reading.minutes, reading.text) == (45, "intro")
    assert reading.steps == (Step("name a sponsor", "them", date(2026, 3, 20)),)


def test_an_exchange_of_mails_resets_the_cadence() -> None:
    reading = read("e<> ana pricing agreed")
    assert (reading.type, reading.two_way, reading.direction) == ("email", True, None)
    assert reading.attendee_ids == ("ana",)
    assert reading.resets_cadence


def test_a_no_show_does_not_reset() -> None:
    reading = read("c ana !noshow > reschedule tomorrow")
    assert (reading.outcome, reading.resets_cadence) == ("no_show", False)
    assert reading.steps == (Step("reschedule", "us", date(2026, 3, 10)),)
    assert not reading.warnings


def test_an_internal_note_with_a_mood() -> None:
    reading = read("i 15m - finance wants a discount")
    assert (reading.type, reading.minutes, reading.mood) == ("internal", 15, -1)
    assert reading.text == "finance wants a discount"
    assert not reading.resets_cadence


def test_a_review_without_a_step_of_ours_adds_the_recap() -> None:
    reading = read("q 60m Reviewed the goals")
    assert (reading.type, reading.minutes) == ("qbr", 60)
    assert reading.steps == (Step("Send the recap", "us", date(2026, 3, 10), automatic=True),)


# Types and directions.


@pytest.mark.parametrize(
    ("word", "type_"),
    [
        ("c", "call"),
        ("m", "meeting"),
        ("o", "onsite"),
        ("t", "training"),
        ("q", "qbr"),
        ("b", "ebr"),
        ("e", "email"),
        ("s", "slack"),
        ("n", "note"),
        ("i", "internal"),
        ("call", "call"),
        ("onsite", "onsite"),
        ("internal", "internal"),
    ],
)
def test_a_letter_or_a_whole_word_names_the_type(word: str, type_: str) -> None:
    reading = read(f"{word} Some text")
    assert (reading.type, reading.type_given, reading.text) == (type_, True, "Some text")


@pytest.mark.parametrize("line", ["C Ana", "Call Ana", "calls Ana", "c> Ana", "e>> Ana", "x Ana"])
def test_only_lower_case_letters_and_words_name_a_type(line: str) -> None:
    reading = read(line)
    assert (reading.type, reading.type_given, reading.text) == ("call", False, line)


def test_a_line_without_a_type_takes_the_one_last_used() -> None:
    reading = parse(
        "Ana said yes", people=ACME, now=MONDAY, zone=BERLIN, workdays=WORKDAYS, default_type="note"
    )
    assert (reading.type, reading.attendee_ids, reading.text) == ("note", ("ana",), "said yes")


@pytest.mark.parametrize(
    ("sign", "direction", "two_way", "resets"),
    [
        ("", "out", None, False),
        (">", "out", None, False),
        ("<", "in", None, False),
        ("<>", None, True, True),
    ],
)
@pytest.mark.parametrize("letter", ["e", "s", "email", "slack"])
def test_a_sign_tells_who_wrote(
    letter: str, sign: str, direction: str | None, two_way: bool | None, resets: bool
) -> None:
    reading = read(f"{letter}{sign} ana hello")
    assert (reading.direction, reading.two_way) == (direction, two_way)
    assert reading.resets_cadence is resets
    assert reading.attendee_ids == ("ana",)


@pytest.mark.parametrize(("letter", "resets"), [(x, x not in "esni") for x in "cmotqbesni"])
def test_which_types_reset_the_cadence(letter: str, resets: bool) -> None:
    assert read(f"{letter} talked").resets_cadence is resets
    assert not read(f"{letter} !left talked").resets_cadence


# When.


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("today", "2026-03-09 10:31"),
        ("today 09:00", "2026-03-09 09:00"),
        ("9:05", "2026-03-09 09:05"),
        ("yesterday", "2026-03-08 12:00"),
        ("mon", "2026-03-09 10:31"),
        ("tue", "2026-03-03 12:00"),
        ("sun 16:30", "2026-03-08 16:30"),
        ("12 mar", "2025-03-12 12:00"),
        ("9 mar", "2026-03-09 10:31"),
        ("8 Mar", "2026-03-08 12:00"),
        ("29 feb", "2024-02-29 12:00"),
        ("2026-01-31 08:15", "2026-01-31 08:15"),
        ("14:00 yesterday", "2026-03-08 14:00"),
    ],
)
def test_a_day_and_a_time_lie_behind(typed: str, expected: str) -> None:
    reading = read(f"c {typed} Ana caught up")
    assert local(reading) == expected
    assert (reading.ready, reading.at_given) == (True, True)
    assert (reading.attendee_ids, reading.text) == (("ana",), "caught up")


@pytest.mark.parametrize("typed", ["10:32", "today 23:59", "2026-03-10", "2027-01-01 00:00"])
def test_the_future_is_refused(typed: str) -> None:
    reading = read(f"c {typed} caught up")
    assert [problem.kind for problem in reading.problems] == ["future"]
    problem = reading.problems[0]
    assert reading.line[problem.start : problem.end] == typed


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("31 feb", "no such date"),
        ("0 mar", "no such date"),
        ("2026-02-30", "no such date"),
        ("2026-13-01", "no such date"),
        ("0000-01-01", "no such date"),
        ("24:00", "no such time"),
        ("12:60", "no such time"),
    ],
)
def test_what_the_calendar_does_not_have_is_refused(typed: str, kind: str) -> None:
    reading = read(f"c {typed} caught up")
    assert [problem.kind for problem in reading.problems] == [kind]
    assert typed in reading.problems[0].message


@pytest.mark.parametrize("word", ["Today", "Sun", "Yesterday", "monday", "today,", "12", "mar"])
def test_what_only_resembles_a_day_begins_the_text(word: str) -> None:
    assert read(f"c {word} shines").text == f"{word} shines"


def test_a_time_in_the_hour_that_is_skipped_in_spring_is_still_an_instant() -> None:
    now = datetime(2026, 3, 30, 9, 0, tzinfo=BERLIN)
    assert read("c 2026-03-29 02:30 late", now=now).ready


# People.


def test_people_need_commas_and_the_first_word_that_fits_none_begins_the_text() -> None:
    reading = read("c Ana Raj 25m hello")
    assert (reading.attendee_ids, reading.text) == (("ana",), "Raj 25m hello")


@pytest.mark.parametrize("typed", ["Ana, Raj", "ana,raj", "ANA ,  RAJ", "silva, patel", "sil, pat"])
def test_names_are_found_whatever_their_case_and_space(typed: str) -> None:
    reading = read(f"c {typed} 25m hello")
    assert (reading.attendee_ids, reading.minutes) == (("ana", "raj"), 25)


def test_accents_are_ignored_both_ways() -> None:
    people = People([Known("j", "Jörg Müller"), Known("s", "Sorensen"), Known("o", "Øystein Vik")])
    assert read("c jorg hi", people).attendee_ids == ("j",)
    assert read("c MULLER hi", people).attendee_ids == ("j",)
    assert read("c sörensen hi", people).attendee_ids == ("s",)
    assert read("c oystein hi", people).attendee_ids == ("o",)


def test_the_full_name_beats_a_part_and_a_part_beats_a_beginning() -> None:
    people = People([Known("1", "Ana"), Known("2", "Ana Silva"), Known("3", "Anabel Cruz")])
    assert read("c Ana hi", people).attendee_ids == ("1",)
    people = People([Known("2", "Ana Silva"), Known("3", "Anabel Cruz")])
    assert read("c ana hi", people).attendee_ids == ("2",)
    assert read("c anab hi", people).attendee_ids == ("3",)


def test_the_longest_match_wins() -> None:
    people = People([Known("1", "Ana Maria Silva"), Known("2", "Ana Cruz")])
    assert read("c Ana Maria hi", people).attendee_ids == ("1",)
    assert read("c ana maria silva hi", people).text == "hi"
    people = People([Known("1", "Ana"), Known("2", "Ana Cruz")])
    assert read("c Ana Cruz hi", people).attendee_ids == ("2",)


def test_two_letters_are_no_beginning_but_one_sign_is_in_a_script_without_case() -> None:
    assert read("c an hi").text == "an hi"
    people = People([Known("w", "王小明"), Known("k", "김민준"), Known("h", "חנה לוי")])
    assert read("c 王 hi", people).attendee_ids == ("w",)
    assert read("c 김 hi", people).attendee_ids == ("k",)
    assert read("c ח, 王 hi", people).attendee_ids == ("h", "w")


def test_a_name_that_fits_several_is_asked_about_with_its_candidates() -> None:
    people = People([Known("1", "Ana Silva"), Known("2", "Ana Cruz"), RAJ])
    reading = read("c Ana, Raj 25m hello", people)
    (problem,) = reading.problems
    assert problem.kind == "ambiguous"
    assert {candidate.id for candidate in problem.candidates} == {"1", "2"}
    assert reading.line[problem.start : problem.end] == "Ana"
    assert (reading.attendee_ids, reading.minutes, reading.text) == (("raj",), 25, "hello")


def test_a_beginning_that_fits_several_is_asked_about_too() -> None:
    people = People([Known("1", "Marta Gil"), Known("2", "Mario Gil")])
    assert [problem.kind for problem in read("c mar hi", people).problems] == ["ambiguous"]
    assert read("c mart hi", people).attendee_ids == ("1",)


def test_a_name_both_of_whose_parts_begin_alike_is_one_person() -> None:
    assert read("c mar hi", People([Known("1", "Mary Marsh")])).attendee_ids == ("1",)


def test_who_has_left_is_reached_by_the_at_sign_only() -> None:
    people = People([Known("x", "Xenia Holt", left=True), RAJ])
    reading = read("c xenia hi", people)
    assert (reading.people, reading.text) == ((), "xenia hi")
    assert "Xenia Holt has left" in reading.warnings[0]
    assert read("c @xenia hi", people).attendee_ids == ("x",)
    assert read('c @"Xenia Holt", raj hi', people).attendee_ids == ("x", "raj")


def test_an_unknown_name_after_the_at_sign_is_a_new_contact_and_does_not_block() -> None:
    reading = read("c @Lena, @Zoë: hi")
    assert (reading.new_names, reading.ready) == (("Lena", "Zoë"), True)
    assert reading.text == ": hi"


def test_a_beginning_is_not_enough_after_the_at_sign() -> None:
    reading = read("c @Lena hi", People([Known("l", "Lenard Kim")]))
    assert reading.new_names == ("Lena",)


def test_a_quote_that_is_not_closed_is_said() -> None:
    assert [problem.kind for problem in read('c @"Lena Be').problems] == ["open quote"]


def test_the_same_person_twice_is_one() -> None:
    assert read("c ana, Silva, ana hi").attendee_ids == ("ana",)


def test_an_unknown_name_after_a_comma_begins_the_text_and_is_pointed_out() -> None:
    reading = read("c Ana, Foo 25m hi")
    assert (reading.attendee_ids, reading.text) == (("ana",), "Foo 25m hi")
    assert "@Foo" in reading.warnings[0]
    reading = read("c Foo, Ana 25m hi")
    assert (reading.attendee_ids, reading.text) == ((), "Foo, Ana 25m hi")
    assert "@Foo" in reading.warnings[0]
    assert not read("c Well, we talked").warnings


def test_hyphens_and_quotes_in_names() -> None:
    people = People([Known("j", "Jean-Luc O’Neil"), Known("a", 'Anne "Annie" Roe')])
    assert read("c luc hi", people).attendee_ids == ("j",)
    assert read("c o'neil hi", people).attendee_ids == ("j",)
    assert read("c annie hi", people).attendee_ids == ("a",)


# Length, mood, outcome.


@pytest.mark.parametrize(
    ("typed", "minutes"), [("25m", 25), ("1h", 60), ("1h30", 90), ("1h05", 65), ("90m", 90)]
)
def test_lengths(typed: str, minutes: int) -> None:
    assert read(f"c {typed} hi").minutes == minutes


@pytest.mark.parametrize("typed", ["0m", "25M", "m25", "1.5h", "25min", "99h", "1h75", "1441m"])
def test_what_is_no_length_begins_the_text(typed: str) -> None:
    reading = read(f"c {typed} hi")
    assert (reading.minutes, reading.text) == (None, f"{typed} hi")


@pytest.mark.parametrize(("sign", "mood"), [("+", 1), ("=", 0), ("-", -1)])
def test_a_mood_stands_alone(sign: str, mood: int) -> None:
    assert read(f"c {sign} hi").mood == mood
    assert read(f"c ana {sign}").mood == mood
    assert read(f"c {sign}hi").mood is None


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        ("!held", "held"),
        ("!advanced", "advanced"),
        ("!noshow", "no_show"),
        ("!left", "left_message"),
        ("!escalated", "escalated"),
        ("!blocked", "blocked"),
    ],
)
def test_outcomes(typed: str, outcome: str) -> None:
    assert read(f"c {typed} hi").outcome == outcome


def test_an_outcome_with_a_slip_of_the_finger_is_pointed_out() -> None:
    reading = read("c ana !noshw hi")
    assert reading.text == "!noshw hi"
    assert "!noshow" in reading.warnings[0]


@pytest.mark.parametrize(
    "head",
    ["25m + !left ana yesterday", "ana yesterday !left + 25m", "yesterday ana + 25m !left"],
)
def test_the_elements_come_in_any_order(head: str) -> None:
    reading = read(f"c {head} hi")
    assert reading.attendee_ids == ("ana",)
    assert (reading.minutes, reading.mood, reading.outcome) == (25, 1, "left_message")
    assert (local(reading), reading.text) == ("2026-03-08 12:00", "hi")


@pytest.mark.parametrize("pair", ["25m 30m", "+ -", "!held !left", "today yesterday", "9:00 9:30"])
def test_an_element_given_twice_begins_the_text(pair: str) -> None:
    assert read(f"c {pair} hi").text == f"{pair.split()[1]} hi"


# Text and steps.


def test_several_steps_follow_each_other() -> None:
    reading = read("c hi > send plan fri < sign 13 mar > call back")
    assert reading.steps == (
        Step("send plan", "us", date(2026, 3, 13)),
        Step("sign", "them", date(2026, 3, 13)),
        Step("call back", "us", None),
    )


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("today", date(2026, 3, 9)),
        ("tomorrow", date(2026, 3, 10)),
        ("mon", date(2026, 3, 16)),
        ("sun", date(2026, 3, 15)),
        ("Fri", date(2026, 3, 13)),
        ("9 mar", date(2026, 3, 9)),
        ("8 mar", date(2027, 3, 8)),
        ("29 feb", date(2028, 2, 29)),
        ("2026-03-13", date(2026, 3, 13)),
        ("+3d", date(2026, 3, 12)),
        ("+2w", date(2026, 3, 23)),
        ("eow", date(2026, 3, 13)),
        ("eom", date(2026, 3, 31)),
    ],
)
def test_due_dates_lie_ahead(typed: str, due: date) -> None:
    assert read(f"c hi > send it {typed}").steps == (Step("send it", "us", due),)


def test_the_end_of_week_and_month_are_working_days() -> None:
    calendar = Workdays(holidays=[date(2026, 3, 13), date(2026, 3, 31)])
    reading = read("c hi > one eow > two eom", workdays=calendar)
    assert [step.due_on for step in reading.steps] == [date(2026, 3, 12), date(2026, 3, 30)]


def test_after_the_last_working_day_the_end_is_that_of_the_next_week_and_month() -> None:
    saturday = datetime(2026, 2, 28, 10, 0, tzinfo=BERLIN)
    reading = read("c hi > one eow > two eom", now=saturday)
    assert [step.due_on for step in reading.steps] == [date(2026, 3, 6), date(2026, 3, 31)]


@pytest.mark.parametrize("line", ["c hi > fri", "c hi >", "c hi > < x", "> +3d"])
def test_a_step_needs_words_besides_its_date(line: str) -> None:
    assert "no words" in [problem.kind for problem in read(line).problems]


@pytest.mark.parametrize("typed", ["31 feb", "2026-02-30", "32 mar"])
def test_a_due_date_that_does_not_exist_is_refused(typed: str) -> None:
    (problem,) = read(f"c hi > send {typed}").problems
    assert problem.kind == "no such date"


def test_a_line_can_be_a_step_alone() -> None:
    reading = read("> send plan")
    assert (reading.text, reading.steps) == (None, (Step("send plan", "us"),))
    assert not reading.warnings


def test_a_sign_within_words_is_no_step() -> None:
    assert read("c usage>80% and <b>").text == "usage>80% and <b>"


@pytest.mark.parametrize("letter", ["q", "b"])
def test_the_recap_follows_the_local_day_of_the_touch(letter: str) -> None:
    reading = read(f"{letter} 2026-03-05 Reviewed < sign fri")
    assert reading.steps[-1] == Step("Send the recap", "us", date(2026, 3, 6), automatic=True)
    assert read(f"{letter} Reviewed > send deck").steps == (Step("send deck", "us"),)


# The backslash.


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (r"c usage \> 80%", "usage > 80%"),
        (r"c usage \>80%", "usage >80%"),
        (r"c \+ points", "+ points"),
        (r"c \- points", "- points"),
        (r"c \!held", "!held"),
        (r"c \@Lena", "@Lena"),
        (r"c \today we met", "today we met"),
        (r"c \ana is gone", "ana is gone"),
        (r"c \25m", "25m"),
        (r"\c is a letter", "c is a letter"),
        (r"c \\> is written so", r"\> is written so"),
        (r"c C:\temp is full", r"C:\temp is full"),
        (r"c \temp is full", r"\temp is full"),
        (r"c see \\server\share", r"see \\server\share"),
    ],
)
def test_a_backslash_takes_the_meaning_of_what_follows_away(line: str, text: str) -> None:
    reading = read(line)
    assert (reading.text, reading.steps, reading.people) == (text, (), ())


def test_a_backslash_keeps_a_step_from_ending_in_a_date() -> None:
    assert read(r"c hi > read about \fri").steps == (Step("read about fri", "us"),)
    assert read(r"c hi > see chapter \13 mar").steps == (Step("see chapter 13 mar", "us"),)
    assert read(r"c hi > a \> b").steps == (Step("a > b", "us"),)


# Gentle and firm.


@pytest.mark.parametrize("line", ["c", "c ana", "25m", "c ana 25m +"])
def test_a_line_without_text_outcome_and_step_is_warned_about_and_taken(line: str) -> None:
    reading = read(line)
    assert reading.ready
    assert reading.warnings == ("There is no text, outcome or next step.",)


@pytest.mark.parametrize("line", ["", "   ", "\t"])
def test_an_empty_line_is_nothing_to_log(line: str) -> None:
    assert [problem.kind for problem in read(line).problems] == ["empty"]


def test_the_reading_says_back_what_was_understood() -> None:
    reading = read("m yesterday 14:00 raj, @Lena 1h30 - \\> 80% < sign 20 mar")
    assert [part.text for part in describe(reading, MONDAY, BERLIN)] == [
        "meeting",
        "Sun 8 Mar 14:00",
        "Raj Patel",
        "new contact? Lena",
        "1 h 30",
        "negative",
        "“> 80%”",
        "next: them “sign” Fri 20 Mar",
    ]
    parts = describe(read("e ana 2025-12-31 hi"), MONDAY, BERLIN)
    assert [part.text for part in parts][:2] == ["e-mail sent", "Wed 31 Dec 2025 12:00"]
    assert parts[-1].text == "does not reset the cadence"


# Whatever is typed.

HEADS = (
    "c",
    "e<>",
    "Ana",
    "raj,",
    ",",
    "@",
    '@"',
    '"',
    "@Lena",
    "25m",
    "+",
    "-",
    "=",
    "!held",
    "!",
)
STEPS = (">", "<", "\\>", "\\", "\\fri", "fri", "eow", "+3d", "+9999w", "31 feb", "12 mar", "text")
TIMES = ("9999-12-31", "0001-01-01", "23:59", "99:99", "today", "王", "\n", "\u3000")
SOUP = st.lists(st.sampled_from([*HEADS, *STEPS, *TIMES]) | st.text(max_size=6), max_size=14).map(
    " ".join
)


@given(line=st.text(max_size=80) | SOUP)
@example(line="c > +9999w")
@example(line='@"')
@example(line="\\")
def test_whatever_is_typed_is_read_without_an_error(line: str) -> None:
    reading = read(line)
    for mark in reading.marks:
        assert 0 <= mark.start <= mark.end <= len(line)
    for problem in reading.problems:
        assert 0 <= problem.start <= problem.end <= len(line)
        assert problem.message
    assert describe(reading, MONDAY, BERLIN)
    if reading.ready:
        assert reading.at <= MONDAY
        assert all(step.text.strip() for step in reading.steps)
    assert reading.at.tzinfo is not None


@given(line=SOUP)
def test_no_word_is_lost_between_the_marks(line: str) -> None:
    reading = read(line)
    covered = {place for mark in reading.marks for place in range(mark.start, mark.end)}
    left = {line[place] for place in range(len(line)) if place not in covered}
    assert all(char.isspace() or char in ",，、،" for char in left)


@given(line=SOUP, far=st.integers(-36500, 36500))
def test_every_day_can_be_today(line: str, far: int) -> None:
    now = datetime(2026, 3, 9, 10, tzinfo=UTC) + timedelta(days=far)
    read(line, now=now)


@given(
    text=st.lists(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1), min_size=1),
    minutes=st.integers(1, 1440),
    mood=st.sampled_from(["", "+", "=", "-"]),
)
def test_an_escaped_text_comes_back_as_it_was(text: list[str], minutes: int, mood: str) -> None:
    spelled = " ".join(_escaped(word, first=not place) for place, word in enumerate(text))
    reading = read(f"c ana {minutes}m {mood} {spelled}")
    assert (reading.minutes, reading.attendee_ids) == (minutes, ("ana",))
    assert reading.text == " ".join(text)
    assert reading.mood == {"": None, "+": 1, "=": 0, "-": -1}[mood]


def _escaped(word: str, *, first: bool) -> str:
    sign = word.lstrip("\\")[:1]
    if sign in set("<>+=-!@") - {""} and (first or word.startswith("\\") or word in "<>"):
        return f"\\{word}"

    return word


# What looks meant and is read as text all the same.


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        (
            "c Zorro 25m + said hello",
            "“Zorro” is nobody here, so “25m” and “+” are read as text; @Zorro adds a contact.",
        ),
        (
            "c Ana Zorro 25m hello",
            "“Zorro” is nobody here, so “25m” is read as text; a comma and @Zorro add a contact.",
        ),
        ("c ana raj 25m hello", "“25m” is read as text: “raj” needs a comma before it."),
        ("c we spoke for 25m", "“25m” is read as text; the length stands before the words."),
        ("c ana all good + so far", "“+” is read as text; the mood stands before the words."),
        ("c ana well - or not", "“-” is read as text; the mood stands before the words."),
        ("c ana well = as ever", "“=” is read as text; the mood stands before the words."),
        ("c no answer !left", "“!left” is read as text; the outcome stands before the words."),
        ("c ana hi !foo", "“!foo” is no outcome and is read as text."),
        ("c spoke with @Lena", "“@Lena” is read as text; the people stand before the words."),
        ("yesterday 14:00 c ana 25m hi", "“c” is read as text; the type comes first on the line."),
        ("Zorro c 25m hi", "“c” is read as text; the type comes first on the line."),
        ("C ana 25m hi", "“C” is read as text; a type has small letters: c."),
        ("c ana 31.2. talked", "“31.2.” is no day there is; it is read as text."),
        ("c ana 30.2.2027 talked", "“30.2.2027” is no day there is; it is read as text."),
        ("c ana 8.3. talked", "“8.3.” is read as text; as a date it is 8 mar."),
        ("c ana 8 mar 2026 talked", "“2026” is read as text; a date with its year is 2026-03-08."),
        ("c ana yesterday 31 feb talked", "“31 feb” is no day there is; it is read as text."),
        ("c ana hi > send plan 31.2.", "“31.2.” is no day there is; it is read as text."),
        ("c ana hi > send plan 30.2.2027", "“30.2.2027” is no day there is; it is read as text."),
        (
            "c ana hi > send plan 13 mar 2027",
            "“13 mar 2027” is read as text; as a date it is 2027-03-13.",
        ),
        ("c ana hi > send plan friday", "“friday” is read as text; as a date it is fri."),
        (
            "c ana hi > send plan fri 25m",
            "“fri” is read as words of the step; its date comes last.",
        ),
    ],
)
def test_what_looks_meant_is_pointed_out_and_never_blocks(line: str, warning: str) -> None:
    reading = read(line)
    assert warning in reading.warnings
    assert reading.ready


@pytest.mark.parametrize("typed", ["31 feb", "2027-02-30"])
@pytest.mark.parametrize("line", ["c ana {} talked", "c ana hi > send plan {}"])
def test_a_day_that_does_not_exist_is_refused_in_the_head_and_in_a_step(
    line: str, typed: str
) -> None:
    reading = read(line.format(typed))
    assert [problem.message for problem in reading.problems] == [f"There is no {typed}."]


@pytest.mark.parametrize(
    "line",
    [
        "c Ana, Raj 25m + renew ok if SSO ships > send SSO plan fri",
        "c 20m Spoke with the team about 30m events",
        "c ana 25m + good - mostly",
        r"c ana \+ is a sign and \!held too",
        "c ana version 3.2 is out, 24/7",
        "c ana call me a training hero",
        "Renewal looks fine",
        "i 15m - finance wants a discount",
        "c ana hi > be there 24/7 > send 31.2",
    ],
)
def test_plain_words_raise_no_doubt(line: str) -> None:
    assert read(line).warnings == ()
