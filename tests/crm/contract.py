"""What every connector must do, whatever its CRM. Inherit, and say how to make one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from csmdesk.crm.base import (
    Absent,
    Connector,
    Done,
    Found,
    Impossible,
    Operation,
    OperationKind,
    Page,
    PullRequest,
    Ref,
    Tier,
    local_id,
)
from csmdesk.errors import AuthRejected

CREATED: Mapping[str, Mapping[str, object]] = {
    "call": {"type": "call", "at": "2026-03-09T10:31:00.000000Z", "minutes": 5, "text": "a <b>"},
    "meeting": {"type": "qbr", "at": "2026-03-09T10:31:00.000000Z", "text": "b"},
    "email": {"type": "email", "at": "2026-03-09T10:31:00.000000Z", "text": "c"},
    "note": {"type": "note", "at": "2026-03-09T10:31:00.000000Z", "text": "d"},
    "task": {"title": "Call back", "due_on": "2026-03-12"},
}


class NothingKnown:
    """A store that has nothing yet."""

    def whole_companies(self) -> frozenset[str]:
        """None."""
        return frozenset()

    def current(self, object_type: str, seen: Mapping[str, datetime]) -> frozenset[str]:
        """None."""
        return frozenset()

    def ids(self, object_type: str) -> frozenset[str]:
        """None."""
        return frozenset()


class ConnectorContract:
    """The suite. A subclass gives the fixtures `connector`, `stranger` and `company`.

    `connector` is connected and may write; `stranger` has a token nobody knows; `company` is the
    remote id of a company in scope.
    """

    def operation(
        self,
        kind: OperationKind,
        object_type: str,
        company: str,
        tier: Tier = "A",
        **more: object,
    ) -> Operation:
        """An operation with a key of its own."""
        return Operation(
            op_id=str(uuid4()),
            kind=kind,
            object_type=object_type,
            payload=CREATED[object_type] if kind == "create" else {},
            around=(Ref("company", company),),
            tier=tier,
            remote_id=str(more["remote_id"]) if "remote_id" in more else None,
            target=Ref("company", company) if kind == "associate" else None,
        )

    def everything(self, connector: Connector) -> list[Page]:
        """All pages of a first pull."""
        return list(connector.pull(PullRequest(cursors=(), known=NothingKnown())))

    def test_it_says_whose_crm_it_is(self, connector: Connector) -> None:
        found = connector.identity()
        assert found.key.endswith(f":{found.portal_id}")

    def test_a_wrong_token_is_told_as_such(self, stranger: Connector) -> None:
        with pytest.raises(AuthRejected):
            stranger.identity()

    def test_what_is_pulled_has_the_ids_that_follow_from_the_remote_ones(
        self, connector: Connector
    ) -> None:
        key = connector.identity().key
        records = [record for page in self.everything(connector) for record in page.records]
        assert records
        for record in records:
            own = local_id(key, record.object_type, record.remote_id)
            for row in record.rows:
                assert getattr(row, "id", own).startswith(own)

    def test_a_pull_ends_with_settled_cursors(self, connector: Connector) -> None:
        cursors = [page.cursor for page in self.everything(connector) if page.cursor is not None]
        last = {cursor.object_type: cursor for cursor in cursors}
        assert last
        assert {cursor.state for cursor in last.values()} == {"settled"}

    def test_companies_come_before_what_hangs_on_them(self, connector: Connector) -> None:
        seen: set[str] = set()
        for page in self.everything(connector):
            for record in page.records:
                if record.object_type == "company":
                    seen.add(record.remote_id)
                for company in record.account_refs[:1]:
                    assert company in seen

    @pytest.mark.parametrize("object_type", sorted(CREATED))
    def test_a_creation_arrives_and_can_be_found_again(
        self, connector: Connector, company: str, object_type: str
    ) -> None:
        operation = self.operation("create", object_type, company)
        (done,) = connector.send((operation,))
        assert isinstance(done, Done)
        assert connector.look_up(operation) == Found(remote_id=done.remote_id)

    @pytest.mark.parametrize("object_type", sorted(CREATED))
    def test_sending_twice_with_a_unique_key_makes_one(
        self, connector: Connector, company: str, object_type: str
    ) -> None:
        operation = self.operation("create", object_type, company)
        (first,) = connector.send((operation,))
        (second,) = connector.send((operation,))
        assert isinstance(first, Done)
        assert second == Done(remote_id=first.remote_id, existed=True)

    @pytest.mark.parametrize("object_type", sorted(CREATED))
    def test_a_marker_is_found_by_what_the_record_hangs_on(
        self, connector: Connector, company: str, object_type: str
    ) -> None:
        operation = self.operation("create", object_type, company, "B")
        (done,) = connector.send((operation,))
        assert isinstance(done, Done)
        assert connector.look_up(operation) == Found(remote_id=done.remote_id)

    def test_what_never_arrived_is_absent(self, connector: Connector, company: str) -> None:
        made = connector.discover().capabilities.keys["call"]
        sent = replace(self.operation("create", "call", company), key_made=made)
        assert connector.look_up(sent) == Absent(final=True)
        # A property that was made later knows nothing of what was sent before.
        assert isinstance(connector.look_up(replace(sent, key_made="earlier")), Impossible)
        assert connector.look_up(self.operation("create", "call", company, "B")) == Absent()

    def test_many_creations_are_settled_one_by_one(
        self, connector: Connector, company: str
    ) -> None:
        operations = tuple(self.operation("create", "call", company) for _ in range(130))
        outcomes = connector.send(operations)
        assert all(isinstance(each, Done) for each in outcomes)
        found = connector.look_up(operations[77])
        assert isinstance(outcomes[77], Done)
        assert found == Found(remote_id=outcomes[77].remote_id)

    def test_linking_and_taking_back_can_be_repeated(
        self, connector: Connector, company: str
    ) -> None:
        (made,) = connector.send((self.operation("create", "note", company),))
        assert isinstance(made, Done)
        for kind in ("associate", "associate", "delete", "delete"):
            operation = self.operation(kind, "note", company, remote_id=made.remote_id)
            (outcome,) = connector.send((operation,))
            assert isinstance(outcome, Done), (kind, outcome)
        assert connector.exists(Ref("note", made.remote_id or "")) == "archived"

    def test_many_records_that_no_list_shows_are_told_apart_at_once(
        self, connector: Connector, company: str
    ) -> None:
        (made,) = connector.send((self.operation("create", "note", company),))
        assert isinstance(made, Done)
        note = made.remote_id or ""
        before = connector.requests
        nobody = [str(990_000 + number) for number in range(99)]
        found = connector.fares("note", [note, *nobody])
        assert found == {note: "yes", **dict.fromkeys(nobody, "gone")}
        assert connector.requests - before <= 2
        connector.send((self.operation("delete", "note", company, remote_id=note),))
        assert connector.fares("note", [note, "990000"]) == {note: "archived", "990000": "gone"}
        assert connector.fares("company", [company]) == {company: "yes"}
        assert connector.fares("company", []) == {}

    def test_a_record_nobody_has_is_gone(self, connector: Connector) -> None:
        assert connector.exists(Ref("company", "999999")) == "gone"
