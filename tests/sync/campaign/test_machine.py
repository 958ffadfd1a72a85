"""Two desks and one CRM: anything may happen in any order, and in the end all is well."""

import json
import os
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.sandbox.running import sandbox
from tests.sync.campaign.invariants import creations, insist, key_of
from tests.sync.campaign.mortal import Job, Mortals, mortals
from tests.sync.campaign.stage import PLENTY
from tests.sync.office import ACTIVITIES, BOOK, Desk, MovingClock, make_keys

from csmdesk.crm.bodies import split_marker, text_of
from csmdesk.domain.two_sided.normal import same
from csmdesk.errors import InputError, NothingToUndo, UnknownAccount
from csmdesk.sandbox.fault_acts import CATALOGUE
from csmdesk.usecases import conflicts, editing, mending, outbox_link, touchpoints
from csmdesk.usecases.log_lines import line_reader
from csmdesk.usecases.undoing import undo_latest

FULL = os.environ.get("CSMDESK_CAMPAIGN") == "full"
QUICK = sorted(
    name
    for name in CATALOGUE
    if not name.startswith(("timeout", "slow", "body_", "gzip_bomb", "delay", "refused"))
    and "later" not in name
)
"""Faults that answer at once; the slow ones strike elsewhere."""

LINES = ("c Ana 25m + all good", "e Raj asked for terms", "n budget is tight", "m Ana, Raj 30m ok")
DESKS = st.sampled_from([0, 1])
PEOPLE = st.sampled_from(["Ana", "Raj", "Bo"])
PATHS = ["", "search$", "batch/read$", r"/(batch/upsert|calls|emails|notes|meetings)$", "associat"]


class Office(RuleBasedStateMachine):
    """One CRM, two laptops of the same person, and what was written on each.

    `written`: text by touch, per desk; what was taken back is gone from it. `typed`: what was typed
    last into a field, per desk. `rewritten`: touches whose text somebody changed at the CRM.
    """

    mortal: Mortals

    @initialize(tier=st.sampled_from(["A", "B"]))
    def open(self, tier: str) -> None:
        """Open the CRM and both desks."""
        place = Path("/dev/shm")  # noqa: S108  # a folder of our own is made in it
        self.folder = Path(tempfile.mkdtemp(dir=place if place.is_dir() else None))
        self.context = sandbox(self.folder / "crm", BOOK, PLENTY)
        self.crm = self.context.__enter__()
        if tier == "B":
            for kind in ACTIVITIES:
                self.crm.ask("DELETE", f"/crm/properties/2026-09/{kind}/csmdesk_key")
        self.now = self.crm.crm.clock().replace(microsecond=0)
        self.mark = 0
        self.written: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self.typed: tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]] = ({}, {})
        self.rewritten: set[str] = set()
        self.cancelled: set[str] = set()
        self.given_up: dict[int, mending.Mended] = {}
        self.deals = self.crm.crm.state
        self.desks: list[Desk] = []
        for number in (0, 1):
            desk = Desk(self.folder / f"desk{number}.db", self.crm.url, MovingClock(self.now))
            desk.total = 2.0
            desk.connect()
            desk.sync()
            self.desks.append(desk)
        self.mark = len(self.deals.effects(0))

    # What the user does -----------------------------------------------------------------------

    @rule(number=DESKS, line=st.sampled_from(LINES))
    def log(self, number: int, line: str) -> None:
        """Log a touch."""
        desk = self.desks[number]
        account = desk.one(
            "SELECT account_id FROM contacts WHERE state = 'active' AND name IN"
            " ('Ana Lima', 'Raj Patel') LIMIT 1"
        )
        if account is None:
            return
        try:
            logged = touchpoints.log(desk.workspace, account, line, desk.clock.now())
        except (InputError, UnknownAccount):
            return
        self.written[number][logged.touch.id] = logged.touch.text or ""

    @rule(number=DESKS, text=st.sampled_from(["said yes", "said no", "said <maybe> & left"]))
    def amend(self, number: int, text: str) -> None:
        """Write the latest touch anew, if it has not left."""
        desk = self.desks[number]
        found = touchpoints.latest_logged(desk.workspace)
        if found is None:
            return
        account = desk.one("SELECT account_id FROM touchpoints WHERE id = ?", found[0])
        now = desk.clock.now()
        try:
            read = line_reader(desk.workspace, account).read(f"n {text}", now, None)
            changed = touchpoints.amend(desk.workspace, found[0], read, now)
        except (InputError, UnknownAccount):
            return
        self.written[number][found[0]] = changed.touch.text or ""

    @rule(number=DESKS)
    def undo(self, number: int) -> None:
        """Take the latest touch back, at the CRM too."""
        desk = self.desks[number]
        found = touchpoints.latest_logged(desk.workspace)
        edited = editing.latest(desk.workspace)
        try:
            taken = undo_latest(desk.workspace, sent_too=True)
        except InputError:
            return
        if taken.action == "log" and found is not None:
            self.written[number].pop(found[0], None)
        elif edited is not None:
            for each in edited[0].changes:
                self.typed[number].pop((each.local_id, each.field), None)
                if each.local_id in self.written[number]:
                    self.written[number][each.local_id] = each.before or ""

    @rule(
        number=DESKS,
        who=PEOPLE,
        change=st.sampled_from([("title", "CIO"), ("title", "Buyer"), ("phone", "+49 30 1")]),
    )
    def edit(self, number: int, who: str, change: tuple[str, str]) -> None:
        """Change a field of a contact."""
        desk = self.desks[number]
        found = desk.one("SELECT id FROM contacts WHERE name LIKE ? || ' %'", who)
        if found is None:
            return
        field, value = change
        try:
            edit = editing.change(
                desk.workspace, "contact", found, {field: value}, desk.clock.now()
            )
        except InputError:
            return
        # What is there already is nothing new: whatever the CRM says later simply follows it.
        if edit.changes:
            self.typed[number][found, field] = value

    @rule(number=DESKS, text=st.sampled_from(["second thoughts", "said no\n\nafter all"]))
    def rewrite(self, number: int, text: str) -> None:
        """Change the text of the latest touch, wherever it is by now."""
        desk = self.desks[number]
        found = touchpoints.latest_logged(desk.workspace)
        if found is None:
            return
        try:
            editing.change(desk.workspace, "touchpoint", found[0], {"text": text}, desk.clock.now())
        except InputError:
            return
        self.written[number][found[0]] = text

    @rule(number=DESKS, how=st.sampled_from(["ours", "theirs", "merge"]))
    def settle(self, number: int, how: Any) -> None:
        """Say which side is right."""
        desk = self.desks[number]
        for each in conflicts.conflicts(desk.workspace)[:1]:
            self.settled(number, each, how if how in each.choices else "ours")

    def settled(self, number: int, each: conflicts.Conflict, how: Any) -> None:
        """Settle a conflict, and note what was said."""
        desk = self.desks[number]
        conflicts.settle(desk.workspace, each.id, how, desk.clock.now())
        if each.entity == "touchpoint" and each.local_id in self.written[number]:
            text = desk.one("SELECT text FROM touchpoints WHERE id = ?", each.local_id)
            self.written[number][each.local_id] = text or ""

    @rule(number=DESKS)
    def retry(self, number: int) -> None:
        """Send again what was refused."""
        self.retry_failed(self.desks[number])

    @rule(number=DESKS)
    def retry_doubtful(self, number: int) -> None:
        """Have what is in doubt looked for now."""
        desk = self.desks[number]
        for (op_id,) in desk.rows("SELECT op_id FROM outbox WHERE state = 'uncertain'"):
            insist(mending.retry(desk.workspace, op_id).item.state == "uncertain", "sent unseen")

    @rule(number=DESKS)
    def cancel(self, number: int) -> None:
        """Give up a touch that has not arrived, as far as is known: it stays here."""
        desk = self.desks[number]
        for (op_id,) in desk.rows(
            "SELECT op_id FROM outbox WHERE kind = 'create'"
            " AND state IN ('pending', 'failed', 'uncertain') ORDER BY seq DESC LIMIT 1"
        ):
            self.given_up[number] = mending.cancel(desk.workspace, op_id)
            self.cancelled.add(op_id)

    @rule(number=DESKS)
    def want_it_after_all(self, number: int) -> None:
        """Take giving up back; where something has happened since, it stays given up."""
        given_up = self.given_up.pop(number, None)
        if given_up is not None:
            with suppress(NothingToUndo):
                mending.take_back(self.desks[number].workspace, given_up)
                self.cancelled.discard(given_up.item.op_id)

    @rule(number=DESKS)
    def link(self, number: int) -> None:
        """Say which record a touch in doubt became, if it did; the CRM's own log knows."""
        desk = self.desks[number]
        for op_id, kind in desk.rows(
            "SELECT op_id, object_type FROM outbox WHERE kind = 'create' AND state = 'uncertain'"
        ):
            self.link_made(desk, op_id, kind)

    def link_made(self, desk: Desk, op_id: str, kind: str) -> bool:
        """Link an operation with the record that it made, if it made one that is there."""
        for each in self.deals.effects(self.mark):
            if each["op"] != "create" or each["type"] != f"{kind}s" or key_of(each) != op_id:
                continue
            if self.deals.records[f"{kind}s"][int(each["id"])].archived_at is None:
                outbox_link.link(desk.workspace, op_id, str(each["id"]))
                return True
        return False

    def answer(self, desk: Desk) -> None:
        """Say of what asks what became of it: the record it made, or that it made none."""
        for op_id, kind in desk.rows(
            "SELECT op_id, object_type FROM outbox WHERE kind = 'create'"
            " AND state = 'failed' AND last_error_class = 'unknowable'"
        ):
            if not self.link_made(desk, op_id, kind):
                mending.retry(desk.workspace, op_id, again=True)

    # What others do at the CRM ------------------------------------------------------------------

    @rule(who=PEOPLE, title=st.sampled_from(["CTO", "Buyer", ""]))
    def edit_there(self, who: str, title: str) -> None:
        """Change a contact."""
        found = self.contact(who)
        if found is not None:
            self.crm.ask(
                "PATCH",
                f"/crm/objects/2026-09/contacts/{found}",
                {"properties": {"jobtitle": title}},
            )

    @rule(text=st.sampled_from(["what they said", "corrected by Sam"]), last=st.booleans())
    def rewrite_there(self, text: str, last: bool) -> None:
        """Change the text of a call that came from a desk."""
        found = [
            record
            for record in self.deals.records["calls"].values()
            if record.archived_at is None and self.key_of(record)
        ]
        if not found:
            return
        record = found[-1 if last else 0]
        key = split_marker(text_of(record.properties.get("hs_call_body", "")), "csmdesk:")[1]
        body = f"<p>{text}</p>" + (f"<p>csmdesk:{key}</p>" if key else "")
        path = f"/crm/objects/2026-09/calls/{record.id}"
        self.crm.ask("PATCH", path, {"properties": {"hs_call_body": body}})
        self.rewritten.add(self.key_of(record) or "")

    @rule(who=PEOPLE)
    def archive_there(self, who: str) -> None:
        """Put a contact into the recycle bin."""
        found = self.contact(who)
        if found is not None:
            self.crm.ask("DELETE", f"/crm/objects/2026-09/contacts/{found}")

    @rule(who=PEOPLE)
    def restore_there(self, who: str) -> None:
        """Take a contact out of it."""
        found = self.contact(who, archived=True)
        if found is not None:
            self.crm.ask("POST", f"/_sandbox/records/contacts/{found}/restore", {})

    @rule(pair=st.sampled_from([("Ana", "Raj"), ("Raj", "Ana")]))
    def merge_there(self, pair: tuple[str, str]) -> None:
        """Merge two contacts."""
        primary, other = self.contact(pair[0]), self.contact(pair[1])
        if primary is not None and other is not None:
            self.crm.ask(
                "POST",
                "/crm/objects/2026-09/contacts/merge",
                {"primaryObjectId": primary, "objectIdToMerge": other},
            )

    @rule(kind=st.sampled_from(["calls", "notes", "meetings"]), anew=st.booleans())
    def flip_key(self, kind: str, anew: bool) -> None:
        """Take the unique property of a type away, or make or restore it; both connect again."""
        self.change_key(kind, anew=anew)
        for desk in self.desks:
            desk.connect()

    @rule(kind=st.sampled_from(["calls", "notes", "meetings"]), anew=st.booleans())
    def slip_key(self, kind: str, anew: bool) -> None:
        """The same, and nobody connects again."""
        self.change_key(kind, anew=anew)

    def change_key(self, kind: str, *, anew: bool) -> None:
        """Delete the unique property, or bring it back: with its values, or made anew."""
        definition = self.deals.properties[kind]["csmdesk_key"]
        if not definition["archived"]:
            self.crm.ask("DELETE", f"/crm/properties/2026-09/{kind}/csmdesk_key")
        elif anew:
            make_keys(self.crm, kind)
        else:
            path = f"/_sandbox/properties/{kind}/csmdesk_key"
            self.crm.ask("POST", path, {"deleted": False})

    # What happens -----------------------------------------------------------------------------

    @rule(
        number=DESKS,
        faults=st.lists(
            st.tuples(
                st.sampled_from(QUICK),
                st.sampled_from(PATHS),
                st.sampled_from([0, 1, 3]),
                st.sampled_from([1.0, 0.4]),
            ),
            max_size=3,
        ),
    )
    def sync(self, number: int, faults: list[tuple[str, str, int, float]]) -> None:
        """Sync while faults strike."""
        theirs = self.unseen(self.desks[number])
        self.order(faults)
        self.desks[number].sync()
        self.heal()
        self.insist_untouched(theirs)

    @rule(number=DESKS, boundary=st.integers(1, 90))
    def kill(self, number: int, boundary: int) -> None:
        """Sync in another process that is killed on its way."""
        desk = self.desks[number]
        theirs = self.unseen(desk)
        fate = self.mortal.run(
            Job(
                store=str(desk.store.path),
                url=self.crm.url,
                now=desk.clock.now().isoformat(),
                kill_at=boundary,
            )
        )
        assert not fate.trouble
        self.insist_untouched(theirs)

    @rule(minutes=st.sampled_from([1, 5, 20, 120, 1500]))
    def wait(self, minutes: int) -> None:
        """Let time pass everywhere."""
        for desk in self.desks:
            desk.clock.move(minutes=minutes)
        self.crm.crm.clock.advance(minutes * 60)

    @rule(number=DESKS, minutes=st.sampled_from([-60, -10, 10, 60]))
    def jump(self, number: int, minutes: int) -> None:
        """Let the clock of one desk jump."""
        self.desks[number].clock.move(minutes=minutes)

    @invariant()
    def each_operation_is_there_once_at_most(self) -> None:
        """At no time is anything doubled."""
        if hasattr(self, "desks"):
            made = creations(self.deals.effects(self.mark))
            insist(not [key for key, times in made.items() if times > 1], "doubled:", made)

    # The end ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Heal, settle, and check."""
        if not hasattr(self, "desks"):
            return
        try:
            self.heal()
            latest = max(desk.clock.now() for desk in self.desks)
            for desk in self.desks:
                desk.clock.instant = latest
                desk.total = 5.0
            for minutes in (0, 1, 2, 6, 17, 40, 90, 1):
                self.wait_all(minutes)
                for number, desk in enumerate(self.desks):
                    for each in conflicts.conflicts(desk.workspace):
                        self.settled(number, each, "keep" if each.twice else "ours")
                    self.retry_failed(desk)
                    theirs = self.unseen(desk)
                    desk.sync(anyway=True)
                    self.insist_untouched(theirs)
            fresh = Desk(self.folder / "fresh.db", self.crm.url, MovingClock(latest))
            fresh.connect()
            insist(fresh.sync().finished, "the fresh desk did not read everything")
            for number, desk in enumerate(self.desks):
                self.check(number, desk, fresh)
            before = len(self.deals.effects(0))
            for desk in self.desks:
                report = desk.sync()
                insist(report.pushed["sent"] == 0, "sent again")
            insist(len(self.deals.effects(0)) == before, "a further sync had effects")
            fresh.close()
        finally:
            for desk in self.desks:
                desk.close()
            self.context.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    def check(self, number: int, desk: Desk, fresh: Desk) -> None:
        """Check one desk against what was written on it, and against the CRM."""
        kept = dict(
            desk.rows("SELECT id, coalesce(text, '') FROM touchpoints WHERE withdrawn_at IS NULL")
        )
        written = self.written[number]
        changed = self.changed_there(desk)
        for touch, text in written.items():
            insist(touch in kept, "lost:", text)
            mine = same("prose", kept[touch], text) or touch in changed
            insist(mine, "lost:", text, "has:", kept[touch])
            insist(self.remembered(desk, touch, text), "forgotten:", text)
        insist(kept.keys() == written.keys(), "more than was written:", kept)
        for (contact, field), value in self.typed[number].items():
            insist(self.is_known(desk, contact, field, value), "forgotten:", field, value)
        open_edits = desk.rows(
            "SELECT e.* FROM field_edits AS e LEFT JOIN outbox AS o USING (op_id)"
            " WHERE e.settled_at IS NULL AND coalesce(o.state, '') <> 'failed'"
        )
        insist(open_edits == [], "edits that nobody sends:", open_edits)
        self.check_texts(desk)
        insist(desk.one("PRAGMA integrity_check") == "ok", "damaged")
        insist(desk.rows("PRAGMA foreign_key_check") == [], "a reference leads nowhere")
        made = creations(self.deals.effects(self.mark))
        for op_id, kind, state, why in desk.rows(
            "SELECT op_id, kind, state, last_error FROM outbox"
        ):
            if kind == "create":
                insist(state in ("done", "cancelled"), kind, state, why)
                given_up = op_id in self.cancelled
                right = made[op_id] <= 1 if given_up else made[op_id] == (state == "done")
                insist(right, state, "made", made[op_id])
            else:
                insist(state in ("done", "cancelled", "failed"), kind, state, why)
                insist(state != "failed" or kind in ("associate", "update"), kind, state, why)
        for table, columns in (
            ("accounts", "id, name, owner_id"),
            ("contacts", "id, name, title, phone, account_id"),
            ("subscriptions", "id, arr"),
            ("tickets", "id, subject, status"),
        ):
            select = f"SELECT {columns} FROM {table} WHERE state = 'active' ORDER BY id"  # noqa: S608 - own names
            here, there = desk.rows(select), fresh.rows(select)
            insist(here == there, table, "here", here, "there", there)
        here, there = self.touches_there(desk), self.touches_there(fresh)
        # What the user called back on its way may stand there without a company, and is seen by
        # nobody else then.
        here -= Counter(each for each in self.unlinked(desk) if each not in there)
        insist(here == there, "touches only here", here - there, "only there", there - here)

    def unseen(self, desk: Desk) -> dict[tuple[str, str], tuple[str, str | None]]:
        """What the CRM holds of fields that both sides changed: nobody may write over it."""
        found: dict[tuple[str, str], tuple[str, str | None]] = {}
        names = {"title": "jobtitle", "phone": "phone"}
        for raw, base, remote in desk.rows(
            "SELECT payload, base, remote_id FROM outbox WHERE entity = 'contact'"
            " AND base IS NOT NULL AND state NOT IN ('done', 'cancelled', 'conflict')"
        ):
            record = self.deals.survivor("contacts", int(remote))
            if record is None:
                continue
            for field, ours in json.loads(raw)["fields"].items():
                theirs = record.properties.get(names[field])
                kind: Any = "phone" if field == "phone" else "line"
                before = json.loads(base).get(field)
                if not same(kind, theirs, ours) and not same(kind, theirs, before):
                    found[str(record.id), names[field]] = (field, theirs)
        return found

    def insist_untouched(self, theirs: dict[tuple[str, str], tuple[str, str | None]]) -> None:
        """Nothing that was changed at the CRM was written over without a word."""
        for (remote, name), (_, value) in theirs.items():
            held = self.deals.records["contacts"][int(remote)].properties.get(name)
            insist(held == value, "written over at the CRM:", name, value, "by", held)

    def key_of(self, record: Any) -> str | None:
        """The key of ours that a call at the CRM carries."""
        body = text_of(record.properties.get("hs_call_body", ""))
        return record.properties.get("csmdesk_key") or split_marker(body, "csmdesk:")[1]

    def changed_there(self, desk: Desk) -> set[str]:
        """The touches of a desk whose text somebody changed at the CRM."""
        return {
            touch
            for op_id, touch in desk.rows("SELECT op_id, local_id FROM outbox")
            if op_id in self.rewritten
        }

    @staticmethod
    def remembered(desk: Desk, touch: str, text: str) -> bool:
        """Whether a text is still to be found: here, in what was sent, or in what was settled."""
        return bool(
            desk.one(
                "SELECT 1 FROM touchpoints WHERE id = ?1 AND coalesce(text, '') = ?2"
                " UNION SELECT 1 FROM conflicts WHERE local_id = ?1 AND ?2 IN (local, remote)"
                " UNION SELECT 1 FROM outbox WHERE local_id = ?1 AND ?2 IN (payload ->> '$.text',"
                " payload ->> '$.fields.text', payload ->> '$.fields.notes')",
                touch,
                text,
            )
        )

    @staticmethod
    def is_known(desk: Desk, contact: str, field: str, value: str) -> bool:
        """Whether what was typed into a field is still to be found."""
        return bool(
            desk.one(
                f"SELECT 1 FROM contacts WHERE id = ?1 AND {field} = ?2"  # noqa: S608 - own names
                " UNION SELECT 1 FROM conflicts WHERE field = ?3 AND local = ?2"
                " UNION SELECT 1 FROM outbox WHERE payload ->> ('$.fields.' || ?3) = ?2",
                contact,
                value,
                field,
            )
        )

    def check_texts(self, desk: Desk) -> None:
        """The text of every call of ours is the same on both sides."""
        for touch, remote in desk.rows(
            "SELECT t.id, l.remote_id FROM touchpoints AS t JOIN remote_links AS l"
            " ON l.local_id = t.id AND l.object_type = 'call' AND l.state = 'active'"
            " WHERE t.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 FROM outbox AS o"
            " WHERE o.local_id = t.id AND o.linked_at IS NOT NULL)"
        ):
            record = self.deals.records["calls"][int(remote)]
            there = split_marker(text_of(record.properties.get("hs_call_body", "")), "csmdesk:")[0]
            here = desk.one("SELECT text FROM touchpoints WHERE id = ?", touch)
            insist(same("prose", here, there), "text here", here, "there", there)

    def unlinked(self, desk: Desk) -> set[tuple[str, str]]:
        """The touches of a desk at the CRM whose link to the company was given up or refused."""
        return set(
            desk.rows(
                "SELECT l.object_type, l.remote_id FROM remote_links AS l"
                " JOIN outbox AS o ON o.local_id = l.local_id AND o.entity = 'touchpoint'"
                " WHERE o.kind = 'associate' AND o.payload ->> '$.to_type' = 'company'"
                " AND o.state IN ('cancelled', 'failed')"
            )
        )

    def touches_there(self, desk: Desk) -> Counter[tuple[str, str]]:
        """The CRM's touches that a desk knows of, pulled or its own."""
        return Counter(
            desk.rows(
                "SELECT l.object_type, l.remote_id FROM remote_links AS l"
                " LEFT JOIN activities AS a ON a.id = l.local_id AND a.state = 'active'"
                " LEFT JOIN meetings AS m ON m.id = l.local_id AND m.state = 'active'"
                " LEFT JOIN touchpoints AS t ON t.id = l.local_id AND t.withdrawn_at IS NULL"
                " WHERE l.object_type IN ('call', 'meeting', 'email', 'note')"
                " AND coalesce(a.id, m.id, t.id) IS NOT NULL AND l.state = 'active'"
            )
        )

    def contact(self, first: str, *, archived: bool = False) -> str | None:
        """The id of a contact at the CRM."""
        for record in self.deals.records["contacts"].values():
            gone = record.archived_at is not None
            if (
                record.properties.get("firstname") == first
                and gone == archived
                and record.merged_into is None
            ):
                return str(record.id)
        return None

    def order(self, faults: list[tuple[str, str, int, float]]) -> None:
        """Let faults strike."""
        rules: list[dict[str, Any]] = [
            {"fault": name, "path": path, "skip": skip, "probability": chance}
            for name, path, skip, chance in faults
        ]
        self.crm.ask("POST", "/_sandbox/faults", {"rules": rules, "seed": 1})

    def heal(self) -> None:
        """Let faults strike no more."""
        self.crm.ask("DELETE", "/_sandbox/faults")

    def wait_all(self, minutes: int) -> None:
        """Let time pass."""
        for desk in self.desks:
            desk.clock.move(minutes=minutes)
        self.crm.crm.clock.advance(minutes * 60)

    def retry_failed(self, desk: Desk) -> None:
        """Send again what was refused; of what asks, the CRM's own log knows the answer."""
        self.answer(desk)
        for (op_id,) in desk.rows("SELECT op_id FROM outbox WHERE state = 'failed'"):
            mending.retry(desk.workspace, op_id, again=True)


@pytest.mark.slow
def test_two_desks_and_a_crm_agree_in_the_end_whatever_happens() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    with mortals() as running:
        Office.mortal = running
        run_state_machine_as_test(
            Office,
            settings=settings(
                max_examples=300 if FULL else 15,
                stateful_step_count=40 if FULL else 15,
                deadline=None,
                derandomize=not FULL,
                suppress_health_check=list(HealthCheck),
            ),
        )
