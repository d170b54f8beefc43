"""`bosman-agent doctor` beside a running agent: the server must not see a second one."""

import asyncio
import json
import subprocess

import pytest

from bosman_agent.identity.config import load_config
from bosman_server.kit.bus.connection import connect_as
from bosman_server.kit.bus.rights import DEVICES_ACCOUNT
from bosman_server.kit.crypto.keyring import Keyring
from testkit.enrolled_agent import agent_command, enrolled_agent
from testkit.patience import patient


@pytest.fixture
async def seen(stack):
    """The names of the clients that came and went, as the bus tells its operator."""

    async def closed():
        return None

    names = []

    async def on_event(message):
        names.append((message.subject.rsplit(".", 1)[1], json.loads(message.data)["client"].get("name", "")))

    client = await connect_as("sys", Keyring(stack.state_dir / "keys"), stack.about()["bus_url"], on_closed=closed)
    for kind in ("CONNECT", "DISCONNECT"):
        await client.subscribe(f"$SYS.ACCOUNT.{DEVICES_ACCOUNT}.{kind}", cb=on_event)
    await client.flush()
    yield names
    await client.close()


class TestDoctor:
    async def test_healthy_device_has_one_connection_and_stays_online(
        self, stack, people, acme, new_token, new_device, seen, eventually, tmp_path
    ):
        client = await people.owner(acme)
        async with enrolled_agent(stack, await new_token(acme), tmp_path / "agent") as agent:
            await asyncio.to_thread(agent.start)
            device_id = load_config(agent.data).device_id

            async def online():
                return (await client.get(f"devices/{device_id}")).json()["online"]

            await eventually(online)
            command = agent_command(agent.data, "doctor", "--json")
            ran = await asyncio.to_thread(subprocess.run, command, check=False, capture_output=True, timeout=patient())
            bus = [item for item in json.loads(ran.stdout)["findings"] if item["check"] in {"bus", "agent"}]
            assert [item["verdict"] for item in bus] == ["ok", "ok"], bus

            # The bus tells events in their order: when this one is heard, those of the doctor would have been.
            before = len(seen)
            other = await new_device(acme)

            async def other_seen():
                return len(seen) > before

            await eventually(other_seen)
            mine = [event for event in seen if str(device_id) in event[1]]
            assert [kind for kind, _ in mine] == ["CONNECT"]
            assert await online() and other.bus.is_connected
