"""HubSpot keeps the contract of connectors, over real HTTP to the embedded CRM."""

from collections.abc import Iterator

import pytest
from tests.crm.contract import ConnectorContract
from tests.sandbox.running import TOKEN, Sandbox, sandbox
from tests.sync.office import BOOK, fast_limiter

from csmdesk.crm.base import ConnectionSettings, Connector
from csmdesk.crm.hubspot.connector import open_hubspot
from csmdesk.crm.hubspot.guesses import chosen_fields
from csmdesk.sandbox.server import Options
from csmdesk.secrets import Secret


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """An embedded CRM."""
    quick = Options(per_ten_seconds=1_000_000, searches_per_second=1_000_000)
    with sandbox(tmp_path_factory.mktemp("crm"), BOOK, quick) as running:
        yield running


def connect(crm: Sandbox, token: str, scope: str) -> Connector:
    """A connector as `connect` would make it."""
    bare = ConnectionSettings(key="", crm="hubspot", base_url=crm.url)
    first = open_hubspot(bare, lambda: Secret(TOKEN), limiter=fast_limiter())
    found = first.discover()
    key = first.identity().key
    first.close()
    (me,) = [owner for owner in found.owners if owner.email == "robin@example.com"]
    settings = ConnectionSettings(
        key=key,
        crm="hubspot",
        base_url=crm.url,
        owner_remote_id=me.remote_id,
        scope="all" if scope == "all" else "mine",
        fields=chosen_fields(found.choices),
        capabilities=found.capabilities,
    )
    return open_hubspot(
        settings, lambda: Secret(token), limiter=fast_limiter(), sleep=lambda _: None
    )


class TestHubSpot(ConnectorContract):
    """The suite against HubSpot, in both scopes."""

    @pytest.fixture(params=["mine", "all"])
    def connector(self, crm: Sandbox, request: pytest.FixtureRequest) -> Iterator[Connector]:
        """One that may do everything."""
        made = connect(crm, TOKEN, request.param)
        yield made
        made.close()

    @pytest.fixture
    def stranger(self, crm: Sandbox) -> Iterator[Connector]:
        """One whose token nobody knows."""
        made = connect(crm, "pat-nobody", "mine")
        yield made
        made.close()

    @pytest.fixture
    def company(self, connector: Connector) -> str:
        """A company of mine."""
        return next(connector.companies()).ref.remote_id
