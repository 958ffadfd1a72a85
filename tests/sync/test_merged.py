"""Accounts that are merged at the CRM: what is being typed about one goes to the other."""

from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import Sandbox
from tests.sync.office import BOOK, Desk, office

from csmdesk.errors import InputError, UnknownAccount
from csmdesk.usecases import absent, drafts, finding, log_lines, touchpoints
from csmdesk.usecases.drafts import LOG_BAR, LOG_FORM

OLD, NEW = "Birch Medical", "Alder Freight"


def merge(crm: Sandbox, desk: Desk, old: str = OLD, new: str = NEW) -> tuple[str, str]:
    """Merge one company into another at the CRM and sync; give both local ids."""
    ids = desk.account(old), desk.account(new)
    gone, stays = (
        desk.one(
            "SELECT remote_id FROM remote_links"
            " WHERE entity = 'account' AND state = 'active' AND local_id = ?",
            each,
        )
        for each in ids
    )
    body = {"primaryObjectId": stays, "objectIdToMerge": gone}
    crm.ask("POST", "/crm/objects/2026-09/companies/merge", body)
    desk.sync()
    assert desk.one("SELECT state FROM accounts WHERE id = ?", ids[0]) == "merged"
    return ids


def keep(desk: Desk, account_id: str, text: str, place: str = LOG_BAR) -> None:
    """Keep something typed."""
    desk.clock.move(seconds=1)
    drafts.save_draft(desk.workspace, place, account_id, text, desk.clock.now())


def bodies(*found: drafts.Draft | None) -> list[str | None]:
    """The texts of drafts."""
    return [None if each is None else each.body for each in found]


def test_a_draft_on_an_account_merged_away_is_the_survivors(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    keep(desk, desk.account(OLD), "c before the merge")
    keep(desk, desk.account(OLD), '{"when": "", "outcome": null, "notes": "more"}', LOG_FORM)
    old, new = merge(crm, desk)
    assert {
        (each.account_id, each.account, each.was) for each in drafts.unsaved(desk.workspace)
    } == {(new, NEW, OLD)}
    assert [each.text for each in drafts.unsaved(desk.workspace)] == ["more", "c before the merge"]
    line, form = drafts.taken_up(desk.workspace, new)
    assert line is not None
    assert line.body == "c before the merge"
    assert form is not None
    assert drafts.draft(desk.workspace, LOG_BAR, old) is None


def test_where_both_accounts_have_a_draft_neither_is_lost(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    keep(desk, desk.account(NEW), "c the survivor's")
    keep(desk, desk.account(OLD), "c the other's")
    keep(desk, desk.account(OLD), '{"notes": "its notes"}', LOG_FORM)
    old, new = merge(crm, desk)
    assert bodies(*drafts.taken_up(desk.workspace, new)) == ["c the survivor's", None]
    touchpoints.log(desk.workspace, new, "c the survivor's", desk.clock.now())
    assert bodies(*drafts.taken_up(desk.workspace, new)) == [
        "c the other's",
        '{"notes": "its notes"}',
    ]
    assert drafts.draft(desk.workspace, LOG_BAR, old) is None


def test_a_line_saved_from_a_bar_open_over_the_merge_is_the_survivors(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    reader = log_lines.line_reader(desk.workspace, desk.account(OLD))
    old, new = merge(crm, desk)
    keep(desk, old, "c Bo 10m typed on")
    now = desk.clock.now()
    logged = touchpoints.save(desk.workspace, old, reader.read("c Bo 10m typed on", now), now)
    assert (logged.account, logged.was, logged.touch.account_id) == (NEW, OLD, new)
    assert logged.touch.attendee_ids
    assert drafts.unsaved(desk.workspace) == ()
    assert desk.sync().exit_code == 0
    assert set(desk.states()) == {"done"}
    again = log_lines.line_reader(desk.workspace, old)
    assert (again.account_id, again.account, again.was) == (new, NEW, OLD)


def test_an_account_merged_twice_is_found_where_it_ended(tmp_path: Path) -> None:
    mine = [each | {"owner_id": "U-1"} for each in BOOK["accounts"]]
    with office(tmp_path, {**BOOK, "accounts": mine}) as (crm, desk):
        desk.sync()
        first, _ = merge(crm, desk, OLD, NEW)
        _, last = merge(crm, desk, NEW, "Cedar Foods")
        found = finding.present(desk.workspace, first)
        assert found is not None
        assert (found.was, found.id, found.name) == (OLD, last, "Cedar Foods")


def test_sentences_name_the_survivor_and_never_an_id(desk_and_crm: tuple[Sandbox, Desk]) -> None:
    crm, desk = desk_and_crm
    old, new = merge(crm, desk)
    for text in (old, "birch"):
        found = finding.find_account(desk.workspace, text, departed=True)
        assert (found.id, found.name, found.was) == (new, NEW, OLD)
        with pytest.raises(UnknownAccount) as error:
            finding.find_account(desk.workspace, text)
        assert error.value.line == (
            f"{OLD} is part of {NEW} now: they were merged in the CRM. Name {NEW} instead."
        )
    with desk.store.reading() as connection, pytest.raises(UnknownAccount) as refused:
        log_lines.known_account(connection, old)
    assert "hubspot" not in refused.value.line
    (told,) = absent.merged_accounts(desk.workspace)
    assert absent.merged_words(desk.workspace, told).startswith(f"Part of {NEW} since ")


def test_a_draft_on_an_account_that_left_can_be_given_to_another(
    desk_and_crm: tuple[Sandbox, Desk],
) -> None:
    crm, desk = desk_and_crm
    old, new = desk.account(OLD), desk.account(NEW)
    keep(desk, old, "c what was said")
    remote: Any = desk.one(
        "SELECT remote_id FROM remote_links WHERE entity = 'account' AND local_id = ?", old
    )
    crm.ask("DELETE", f"/crm/objects/2026-09/companies/{remote}")
    desk.sync(sweep=True, accept_missing=True)
    (kept,) = drafts.unsaved(desk.workspace)
    assert (kept.account_id, kept.account, kept.text) == (None, OLD, "c what was said")
    assert drafts.without_account(desk.workspace, old) == (OLD, "c what was said")
    keep(desk, new, "c its own")
    with pytest.raises(InputError, match=f"{NEW} has a draft of its own"):
        drafts.give_to(desk.workspace, old, new)
    drafts.drop_draft(desk.workspace, LOG_BAR, new)
    drafts.give_to(desk.workspace, old, new)
    assert bodies(*drafts.taken_up(desk.workspace, new)) == ["c what was said", None]
    assert drafts.without_account(desk.workspace, old) is None
