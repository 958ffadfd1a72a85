"""Puts a portal into an empty account."""

from collections.abc import Iterable, Iterator
from functools import cache

from csmdesk.sandbox.names import LinkType, labelled_links, plain_link
from csmdesk.sandbox.portal_parts import Link, Portal
from csmdesk.sandbox.schema import built_in_pipelines, built_in_properties
from csmdesk.sandbox.state import LinkRow, State


def seed(state: State, portal: Portal) -> None:
    """Fills the account in one transaction. Nothing of it is an effect in the log."""
    with state.writing():
        state.set_meta("portal_id", portal.portal_id)
        state.set_meta("time_zone", portal.time_zone)
        state.set_meta("currency", portal.currency)
        for key, definitions in built_in_properties().items():
            own = {one["name"]: one for one in portal.properties.get(key, [])}
            for position, definition in enumerate({**definitions, **own}.values()):
                state.define("property", key, definition["name"], definition, position)
        for key, pipelines in built_in_pipelines().items():
            mine = portal.pipelines if key == "deals" else []
            for pipeline in (*pipelines, *mine):
                state.define("pipeline", key, pipeline["id"], pipeline, pipeline["displayOrder"])
        for owner in portal.owners:
            state.define("owner", "", owner["id"], owner)
        state.fill(portal.records, _both_ways(portal.links))


def _both_ways(links: Iterable[Link]) -> Iterator[LinkRow]:
    for from_key, from_id, to_key, to_id, primary in links:
        yield from_key, from_id, to_key, to_id, _types(from_key, to_key, primary)
        yield to_key, to_id, from_key, from_id, _types(to_key, from_key, primary)


@cache
def _types(from_key: str, to_key: str, primary: bool) -> tuple[LinkType, ...]:
    plain = plain_link(from_key, to_key)
    if plain is None:
        raise LookupError(f"{from_key} and {to_key} cannot be linked")
    labels = [link for link in labelled_links(from_key, to_key) if link.label == "Primary"]
    return (plain, *labels) if primary else (plain,)
