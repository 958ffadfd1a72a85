"""A stored connection as the settings of a connector, and back."""

from csmdesk.crm.base import Capabilities, ConnectionSettings
from csmdesk.store.queries.connections import StoredConnection


def settings_of(stored: StoredConnection) -> ConnectionSettings:
    """Return what a connector is opened with."""
    tiers = stored.capabilities.get("tiers", {})
    return ConnectionSettings(
        key=stored.key,
        crm=stored.crm,
        base_url=stored.base_url,
        owner_remote_id=stored.owner_remote_id,
        owner_email=stored.owner_email,
        scope="all" if stored.scope == "all" else "mine",
        fields={holder: dict(fields) for holder, fields in stored.field_map.items()},
        capabilities=Capabilities(
            tiers={
                kind: "A" if tier == "A" else "C" if tier == "C" else "B"
                for kind, tier in tiers.items()
            },
            readable=tuple(stored.capabilities.get("readable", ())),
            can_create_keys=bool(stored.capabilities.get("can_create_keys", False)),
            keys=dict(stored.capabilities.get("keys", {})),
            lost=tuple(stored.capabilities.get("lost", ())),
        ),
        time_zone=stored.time_zone,
    )


def stored_capabilities(found: Capabilities) -> dict[str, object]:
    """Return capabilities as they are kept."""
    return {
        "tiers": dict(found.tiers),
        "readable": list(found.readable),
        "can_create_keys": found.can_create_keys,
        "keys": dict(found.keys),
        "lost": list(found.lost),
    }
