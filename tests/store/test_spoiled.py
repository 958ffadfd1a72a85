"""A flipped letter is noticed."""

from pathlib import Path

import pytest
from tests.acme import NOW, acme, numbered

from csmdesk.store.queries.spoiled import Spoiled, spoiled
from csmdesk.usecases.drafts import LOG_BAR, save_draft
from csmdesk.usecases.touchpoints import log


@pytest.mark.parametrize(
    ("flip", "found"),
    [
        ("UPDATE touchpoints SET text = 'renew no'", Spoiled("touchpoint", "id-1")),
        ("UPDATE drafts SET body = 'c raj'", Spoiled("draft", "log globex")),
        (
            "UPDATE outbox SET payload = '{}' WHERE op_id = 'id-2'",
            Spoiled("outbox operation", "id-2"),
        ),
    ],
)
def test_a_text_that_was_changed_behind_our_back_is_found(
    tmp_path: Path, flip: str, found: Spoiled
) -> None:
    world = acme(tmp_path, linked=True)
    log(world, "acme", "c Ana renew ok", NOW, new_id=numbered())
    save_draft(world, LOG_BAR, "globex", "c ana", NOW)
    with world.store.reading() as connection:
        assert spoiled(connection) == ()
    with world.store.writing() as connection:
        connection.execute(flip)
    with world.store.reading() as connection:
        assert spoiled(connection) == (found,)
