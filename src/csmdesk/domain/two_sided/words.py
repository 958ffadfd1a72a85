"""What a change of fields is about, in words. Pure."""

from collections.abc import Mapping

from csmdesk.domain.touchpoints import summary_of
from csmdesk.domain.two_sided.fields import FIELDS


def change_words(entity: str, name: str, fields: Mapping[str, str | None]) -> str:
    """Return what an operation that changes fields is about: "Ana Silva: title CTO".

    Args:
        entity: the kind of record.
        name: what the record is called.
        fields: the fields it changes, with the new values.
    """
    if entity == "touchpoint":
        return summary_of(f"{name}: new text", next(iter(fields.values()), None))
    parts = []
    for field, value in fields.items():
        shown = "empty" if value is None else value.replace("_", " ")
        parts.append(f"{FIELDS[entity, field].words} {shown}")
    return f"{name}: {', '.join(parts)}"
