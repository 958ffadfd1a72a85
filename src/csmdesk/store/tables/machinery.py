"""What makes syncing work: connections, who is who at the other end, cursors, outbox, leases."""

from sqlalchemy import Index, Integer, Text
from sqlmodel import Field, SQLModel

from csmdesk.store.tables.columns import STRICT, key, number_column, one_of, text_column

OPERATION_STATES = ("pending", "sending", "uncertain", "done", "failed", "conflict", "cancelled")
TIERS = ("A", "B", "C")
OPERATION_KINDS = ("create", "update", "delete", "associate")
MAPPING_STATES = ("good", "vanished", "retyped", "read_only", "returned")


class ConnectionRow(SQLModel, table=True):
    """A CRM this store is tied to, named by what cannot change: `hubspot:<portalId>`."""

    __tablename__ = "connections"
    __table_args__ = (STRICT,)
    key: str = key()
    crm: str = text_column()
    base_url: str = text_column()
    portal_name: str | None = text_column(None)
    owner_email: str | None = text_column(None)
    owner_remote_id: str | None = text_column(None)
    scope: str = text_column("mine")
    field_map: str = text_column("{}")
    capabilities: str = text_column("{}")
    token_place: str = text_column("keyring")
    time_zone: str | None = text_column(None)
    created_at: str = text_column()
    paused_reason: str | None = text_column(None)
    paused_until: str | None = text_column(None)
    last_synced_at: str | None = text_column(None)


class RemoteLinkRow(SQLModel, table=True):
    """Which record there is which record here; a record may have several remote ids (aliases).

    `fingerprint` tells whether anything we keep has changed; `whole`: everything that hangs on this
    company has been read once.
    """

    __tablename__ = "remote_links"
    __table_args__ = (Index("ix_remote_links_local", "entity", "local_id"), STRICT)
    connection: str = key("connections.key")
    object_type: str = key()
    remote_id: str = key()
    entity: str = text_column()
    local_id: str = text_column()
    alias_of: str | None = text_column(None)
    origin: str = text_column("pull")
    state: str = text_column("active")
    fingerprint: str | None = text_column(None)
    modified_at: str | None = text_column(None)
    whole: int = number_column(0)
    seen_at: str = text_column()


class CursorRow(SQLModel, table=True):
    """How far a pull has come, per object type and query."""

    __tablename__ = "cursors"
    __table_args__ = (STRICT,)
    connection: str = key("connections.key")
    object_type: str = key()
    query_hash: str = key()
    high_water: str | None = text_column(None)
    last_id: str | None = text_column(None)
    page_token: str | None = text_column(None)
    page_no: int = number_column(0)
    window_start: str | None = text_column(None)
    state: str = text_column("new")
    updated_at: str = text_column()


class OutboxRow(SQLModel, table=True):
    """One effect to have at the CRM exactly once. Never deleted before it is settled.

    `tier`: how a creation can be recognised that may have arrived; none as long as nothing of it
    can have. `key_made`: the unique property it carries then, told from a later one of that name.
    `linked_at`: when the user said which record it is; we did not make that one.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        one_of("state", *OPERATION_STATES),
        one_of("kind", *OPERATION_KINDS),
        one_of("tier", *TIERS),
        Index("ix_outbox_ready", "state", "not_before", "seq"),
        {**STRICT, "sqlite_autoincrement": True},
    )
    seq: int | None = Field(default=None, primary_key=True, sa_type=Integer)
    op_id: str = Field(unique=True, sa_type=Text)
    connection: str = text_column(references="connections.key", index=True)
    entity: str = text_column()
    local_id: str = text_column(index=True)
    account_id: str | None = text_column(None, index=True)
    remote_id: str | None = text_column(None)
    object_type: str = text_column()
    kind: str = text_column()
    summary: str = text_column("")
    payload: str = text_column()
    payload_sha256: str = text_column()
    base: str | None = text_column(None)
    depends_on: str | None = text_column(None, references="outbox.op_id")
    state: str = text_column("pending")
    attempts: int = number_column(0)
    lookups: int = number_column(0)
    not_before: str | None = text_column(None)
    sent_at: str | None = text_column(None)
    tier: str | None = text_column(None)
    key_made: str | None = text_column(None)
    linked_at: str | None = text_column(None)
    lease_owner: str | None = text_column(None)
    lease_until: str | None = text_column(None)
    last_error_class: str | None = text_column(None)
    last_error: str | None = text_column(None)
    created_at: str = text_column()
    done_at: str | None = text_column(None)


class LeaseRow(SQLModel, table=True):
    """Who is syncing a connection right now."""

    __tablename__ = "leases"
    __table_args__ = (STRICT,)
    connection: str = key("connections.key")
    owner: str = text_column()
    until: str = text_column()


class SyncRunRow(SQLModel, table=True):
    """What a sync did, for the run log and "since you last looked"."""

    __tablename__ = "sync_runs"
    __table_args__ = (STRICT,)
    id: str = key()
    connection: str = text_column(references="connections.key", index=True)
    started_at: str = text_column()
    ended_at: str | None = text_column(None)
    outcome: str | None = text_column(None)
    report: str = text_column("{}")


class ConflictRow(SQLModel, table=True):
    """A field that both sides changed differently; both values are kept until settled."""

    __tablename__ = "conflicts"
    __table_args__ = (STRICT,)
    id: str = key()
    connection: str = text_column(references="connections.key", index=True)
    entity: str = text_column()
    local_id: str = text_column(index=True)
    field: str = text_column()
    base: str | None = text_column(None)
    local: str | None = text_column(None)
    remote: str | None = text_column(None)
    found_at: str = text_column()
    settled_at: str | None = text_column(None)
    settled_as: str | None = text_column(None)


class QuarantineRow(SQLModel, table=True):
    """A record the CRM sent that could not be read; kept raw, with the reason."""

    __tablename__ = "quarantine"
    __table_args__ = (STRICT,)
    connection: str = key("connections.key")
    object_type: str = key()
    remote_id: str = key()
    raw: str = text_column()
    reason: str = text_column()
    seen_at: str = text_column()


class MappedFieldRow(SQLModel, table=True):
    """How the property that a field is mapped to stands at the CRM, looked at once a day.

    `kind` and `read_only` are what it was when all was well; `kind` is empty where that has to be
    found out. `returned`: well again, but its values are still to be read.
    """

    __tablename__ = "mapped_fields"
    __table_args__ = (one_of("state", *MAPPING_STATES), STRICT)
    connection: str = key("connections.key")
    holder: str = key()
    field: str = key()
    object_type: str = text_column()
    property: str = text_column()
    kind: str | None = text_column(None)
    read_only: int = number_column(0)
    state: str = text_column("good")
    since: str = text_column()
    checked_at: str = text_column()
