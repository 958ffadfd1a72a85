"""A book served by the embedded CRM, pulled by the connector, and joined with the CSM's part.

What comes back is the book again, row for row, under the ids of a pull.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.running import TOKEN, Sandbox, contents, sandbox
from tests.sandbox.worlds import WORLD

from csmdesk.book.contents import Contents
from csmdesk.crm.base import ConnectionSettings, PullRequest
from csmdesk.crm.hubspot.connector import open_hubspot
from csmdesk.crm.hubspot.guesses import chosen_fields
from csmdesk.domain import records
from csmdesk.sandbox.csm_part import csm_part
from csmdesk.sandbox.remote_ids import RemoteIds
from csmdesk.sandbox.server import Options
from csmdesk.secrets import Secret

PORTAL = 4711


class Nothing:
    """A store that has nothing yet."""

    def whole_companies(self) -> frozenset[str]:
        """No company."""
        return frozenset()

    def current(self, _object_type: str, _seen: Mapping[str, datetime]) -> frozenset[str]:
        """No record."""
        return frozenset()

    def ids(self, _object_type: str) -> frozenset[str]:
        """No id."""
        return frozenset()


def pulled(crm: Sandbox) -> dict[type[Any], dict[str, Any]]:
    """Every row of a full pull, by kind and id; accounts filled in from the associations."""
    settings = ConnectionSettings(key="", crm="hubspot", base_url=crm.url, scope="all")
    connector = open_hubspot(settings, lambda: Secret(TOKEN))
    identity = connector.identity()
    found = connector.discover()
    connector.close()
    settings = replace(
        settings,
        key=identity.key,
        fields=chosen_fields(found.choices),
        capabilities=found.capabilities,
        time_zone=identity.zone,
    )
    rows: dict[type[Any], dict[str, Any]] = {}
    connector = open_hubspot(settings, lambda: Secret(TOKEN))
    for page in connector.pull(PullRequest(cursors=(), known=Nothing())):
        assert page.malformed == ()
        for record in page.records:
            for row in record.rows:
                if getattr(row, "account_id", None) == "" and record.account_refs:
                    account = f"hubspot-{PORTAL}-company-{record.account_refs[0]}"
                    row = replace(row, account_id=account)  # type: ignore[call-arg]  # noqa: PLW2901  # kinds with an account only
                key = getattr(row, "id", None) or (
                    row.account_id,
                    getattr(row, "metric", ""),
                    row.on,
                )  # type: ignore[union-attr]  # those without an id
                rows.setdefault(type(row), {})[str(key)] = row
            # What was measured and scored comes spelled out, as the store takes it.
            for metric, on, value in record.points:
                point = records.Measurement(
                    account_id=record.rows[0].id,
                    metric=metric,
                    on=date.fromisoformat(on),
                    value=Decimal(value),
                )
                rows.setdefault(records.Measurement, {})[f"{record.remote_id} {metric} {on}"] = (
                    point
                )
            for on, score in record.scores:
                held = records.HealthRecord(
                    account_id=record.rows[0].id,
                    on=date.fromisoformat(on),
                    score=Decimal(score),
                    source="crm",
                )
                rows.setdefault(records.HealthRecord, {})[f"{record.remote_id} {on}"] = held
    connector.close()
    return rows


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[type[Any], dict[str, Any]]:
    """The pull of the world."""
    options = Options(portal_id=PORTAL, searches_per_second=1_000, per_ten_seconds=10_000)
    with sandbox(tmp_path_factory.mktemp("crm"), WORLD, options) as crm:
        return pulled(crm)


@pytest.fixture(scope="module")
def whole() -> Contents:
    """The book that was served."""
    return contents(WORLD)


@pytest.fixture(scope="module")
def ids(whole: Contents) -> RemoteIds:
    """Its ids in the portal."""
    return RemoteIds(whole, PORTAL)


def test_contracts_come_back_exactly(rows: Any, whole: Contents, ids: RemoteIds) -> None:
    judged = {row.id: row for row in csm_part(whole, PORTAL).subscriptions}
    for contract in whole.subscriptions:
        local = ids.local(ids.subscriptions[contract.id])
        expected = replace(
            contract, id=local, account_id=ids.local(ids.accounts[contract.account_id])
        )
        back = rows[records.Subscription][local]
        if local in judged:
            mine = judged[local]
            back = replace(
                back,
                forecast=mine.forecast,
                likelihood=mine.likelihood,
                notice_received_on=mine.notice_received_on,
            )
        assert back == expected


def test_accounts_come_back_but_for_tags_notes_and_address(
    rows: Any, whole: Contents, ids: RemoteIds
) -> None:
    for account in whole.accounts:
        back = rows[records.Account][ids.local(ids.accounts[account.id])]
        assert back == replace(
            account,
            id=back.id,
            owner_id=ids.local(ids.users[str(account.owner_id)]),
            parent_id=ids.local(ids.accounts[account.parent_id]) if account.parent_id else None,
            crm_url=back.crm_url,
            tags=(),
            notes=None,
        )


def test_usage_and_health_come_back_day_by_day(rows: Any, whole: Contents, ids: RemoteIds) -> None:
    account = ids.local(ids.accounts["A-1"])
    assert {(row.metric, row.on, row.value) for row in rows[records.Measurement].values()} == {
        (row.metric, row.on, row.value) for row in whole.measurements if row.metric != "exports"
    }
    assert {(row.account_id, row.on, row.score) for row in rows[records.HealthRecord].values()} == {
        (account, row.on, row.score) for row in whole.health if row.source == "crm"
    }


def test_people_tickets_surveys_and_tasks_come_back(
    rows: Any, whole: Contents, ids: RemoteIds
) -> None:
    for person in whole.contacts:
        back = rows[records.Contact][ids.local(ids.contacts[person.id])]
        shown = (back.name, back.title, back.email, back.phone, back.account_id)
        account = ids.local(ids.accounts[person.account_id])
        assert shown == (person.name, person.title, person.email, person.phone, account)
    for ticket in whole.tickets:
        back = rows[records.Ticket][ids.local(ids.tickets[ticket.id])]
        assert back == replace(ticket, id=back.id, account_id=back.account_id)
    survey = rows[records.Survey][ids.local(ids.surveys["V-1"])]
    assert survey == replace(
        whole.surveys[0],
        id=survey.id,
        account_id=survey.account_id,
        contact_id=ids.local(ids.contacts["C-1"]),
    )
    task = rows[records.Task][ids.local(ids.tasks["X-1"])]
    assert task == replace(whole.tasks[0], id=task.id, account_id=task.account_id)
    deals = rows[records.Opportunity]
    for opportunity in whole.opportunities:
        back = deals[ids.local(ids.opportunities[opportunity.id])]
        assert (back.name, back.kind, back.status, back.amount, back.currency, back.close_on) == (
            opportunity.name,
            opportunity.kind,
            opportunity.status,
            opportunity.amount,
            opportunity.currency,
            opportunity.close_on,
        )
        assert opportunity.stage in (None, back.stage)


def test_touches_come_back_but_for_their_next_steps(
    rows: Any, whole: Contents, ids: RemoteIds
) -> None:
    for touch in whole.touchpoints:
        if touch.type == "internal" or touch.meeting_id:
            continue
        back = rows[records.Touchpoint][ids.local(ids.touchpoints[touch.id])]
        expected = replace(
            touch,
            id=back.id,
            account_id=back.account_id,
            at=touch.at.astimezone(UTC),
            attendee_ids=tuple(ids.local(ids.contacts[one]) for one in touch.attendee_ids),
            user_id=ids.local(ids.users[touch.user_id]) if touch.user_id else None,
            next_steps=(),
        )
        assert set(back.attendee_ids) == set(expected.attendee_ids)
        assert replace(back, attendee_ids=(), outcome=None, direction=None, meeting_id=None) == (
            replace(expected, attendee_ids=(), outcome=None, direction=None)
        )
        assert touch.outcome in (None, back.outcome)


def test_meetings_come_back_and_a_held_one_brings_its_touch(
    rows: Any, whole: Contents, ids: RemoteIds
) -> None:
    meetings = rows[records.Meeting]
    for meeting in whole.meetings[:2]:
        back = meetings[ids.local(ids.meetings[meeting.id])]
        assert (back.kind, back.start, back.end, back.title, back.status) == (
            meeting.kind,
            meeting.start,
            meeting.end,
            meeting.title,
            meeting.status,
        )
    held = ids.local(ids.meetings["M-1"])
    assert rows[records.Touchpoint][held].type == "qbr"
    assert "Went well" in rows[records.Touchpoint][held].text


def test_users_are_owners(rows: Any, whole: Contents, ids: RemoteIds) -> None:
    names = {row.name for row in rows[records.User].values()}
    assert names == {row.name for row in whole.users}


def test_the_folder_is_the_only_place_a_portal_is_written_to(tmp_path: Path) -> None:
    with sandbox(tmp_path / "state", WORLD) as crm:
        assert crm.effects() == []
        assert {file.name for file in crm.folder.iterdir()} >= {"crm.sqlite3", "effects.jsonl"}
    assert [file.name for file in tmp_path.iterdir()] == ["state"]
