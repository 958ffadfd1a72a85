"""The port of the embedded CRM: shut for a while, and opened again."""

import asyncio
from pathlib import Path

from tests.sandbox.running import TOKEN, contents

from csmdesk.sandbox.server import HOST, Serving, open_crm


def test_a_port_that_is_shut_twice_at_once_opens_when_the_longer_time_is_over(
    tmp_path: Path,
) -> None:
    crm = open_crm(tmp_path, contents(), TOKEN)

    async def is_open(port: int) -> bool:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except ConnectionRefusedError:
            return False
        writer.close()
        return True

    async def story() -> list[bool]:
        serving = Serving(crm, 0)
        running = asyncio.create_task(serving.run())
        while not serving._server.started:
            await asyncio.sleep(0.01)
        seen = [await is_open(serving.port)]
        assert crm.shut is not None
        shutting = asyncio.gather(crm.shut(0.1), crm.shut(0.4))
        await asyncio.sleep(0.2)
        seen.append(await is_open(serving.port))
        await shutting
        while not await is_open(serving.port):
            await asyncio.sleep(0.01)
        seen.append(True)
        serving.stop()
        await running
        return seen

    try:
        assert asyncio.run(asyncio.wait_for(story(), 30)) == [True, False, True]
    finally:
        crm.state.close()
