"""Certificates renew themselves over the bus, and a half-done renewal never locks the device out."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_agent.agent import Agent
from bosman_agent.identity.config import load_config
from bosman_agent.identity.keys import read_validity
from bosman_protocol import subjects
from bosman_protocol.lease import RenewReply, RenewRequest
from bosman_protocol.signing import public_part
from testkit.patience import patient


class Renewals:
    """The server's side of renewal."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.requests = 0
        self.refused = 0
        self.error_code: str | None = None
        self.name = str(backend.device_id)
        self.extra_key = public_part(Ed25519PrivateKey.generate())
        self.said: dict[str, Any] = {}

    async def on_request(self, message: Any) -> None:
        self.requests += 1
        request = msgspec.json.decode(message.data, type=RenewRequest)
        if self.error_code:
            self.refused += 1
            await message.respond(msgspec.json.encode(RenewReply(error_code=self.error_code)))
            return
        certificate = self.backend.authority.answer_csr(request.csr_pem, self.name)
        # Whoever answers here may say what he likes of keys and addresses.
        said = {"signing_keys": [self.extra_key], "bus_urls": ["tls://evil.example:4222"], **self.said}
        await message.respond(msgspec.json.encode({"certificate_pem": certificate, **said}))


@pytest.fixture
async def renewals(backend: Any) -> Renewals:
    made = Renewals(backend)
    await backend.client.subscribe(subjects.renew_request(backend.device_id), cb=made.on_request)
    return made


@pytest.fixture
async def run_agent(agent_folder: Any, backend: Any) -> Any:
    running: list[tuple[Any, asyncio.Event]] = []

    async def start(**life: float) -> Any:
        data, config = agent_folder()
        backend.authority.pair(data.identity, str(backend.device_id), **life)
        stop = asyncio.Event()
        running.append((asyncio.create_task(Agent(data, config).run(stop)), stop))
        return data

    yield start
    for task, stop in running:
        stop.set()
        await asyncio.wait_for(task, patient())


async def until(check: Any) -> None:
    for _ in range(1000):
        if check():
            return
        await asyncio.sleep(0.02)
    raise AssertionError


class TestRenew:
    async def test_young_certificate_is_left_alone(self, run_agent: Any, renewals: Renewals, backend: Any) -> None:
        await run_agent(days_old=59, days=90)
        await backend.finished(await backend.send())

        assert renewals.requests == 0

    async def test_old_certificate_is_replaced_and_used(self, run_agent: Any, renewals: Renewals, backend: Any) -> None:
        data = await run_agent(days_old=61, days=90)
        before = data.identity.read_bytes()
        await until(lambda: not data.next_identity.exists() and data.identity.read_bytes() != before)

        finished = await backend.finished(await backend.send())

        assert finished.state == "succeeded"
        assert (read_validity(data.identity).not_after - datetime.now(UTC)).days > 80
        assert renewals.requests == 1
        key = before.split(b"-----BEGIN CERTIFICATE")[0]
        assert key not in data.identity.read_bytes(), "a new certificate comes with a new key"

    async def test_answer_changes_neither_keys_nor_addresses(
        self, run_agent: Any, renewals: Renewals, backend: Any
    ) -> None:
        """C1: whoever may answer on the bus in the worker's place must not become somebody whose work is run."""
        evil = Ed25519PrivateKey.generate()
        anchor = {"installation_id": uuid4(), "version": 9, "root_keys": [renewals.extra_key]}
        statement = backend.statement(9, root=evil, root_keys=(public_part(evil),), signing_keys=(renewals.extra_key,))
        renewals.said = {"trust": statement, "trust_anchor": anchor, "server_url": "https://evil.example"}
        data = await run_agent(days_old=61, days=90)
        before = load_config(data)
        old = data.identity.read_bytes()
        await until(lambda: not data.next_identity.exists() and data.identity.read_bytes() != old)
        await backend.finished(await backend.send())

        assert load_config(data) == before

    async def test_refusal_leaves_the_old_identity_working(
        self, run_agent: Any, renewals: Renewals, backend: Any
    ) -> None:
        renewals.error_code = "certificate.refused"
        data = await run_agent(days_old=61, days=90)
        await until(lambda: renewals.requests)

        assert (await backend.finished(await backend.send())).state == "succeeded"
        assert not data.next_identity.exists()

    async def test_new_certificate_that_does_not_connect_is_dropped(
        self, run_agent: Any, renewals: Renewals, backend: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bosman_agent.enrollment.renewal.CHECK_SECONDS", 3600.0)
        renewals.name = "a-name-the-bus-does-not-know"
        data = await run_agent(days_old=61, days=90)
        old = data.identity.read_bytes()
        await until(lambda: renewals.requests)
        # It connects again with the old one, and would ask again at once: let the next answer be a refusal.
        renewals.error_code = "certificate.refused"
        # Work that is sent while the old connection ends would be handed to nobody; this server never repeats itself.
        await until(lambda: renewals.refused)

        assert (await backend.finished(await backend.send())).state == "succeeded"
        assert data.identity.read_bytes() == old and not data.next_identity.exists()


class TestCrashBetween:
    async def test_identity_left_beside_the_old_one_is_tried_first(
        self, agent_folder: Any, agent_process: Any, backend: Any, wait_until: Any
    ) -> None:
        data, _ = agent_folder()
        data.next_identity.write_bytes(data.identity.read_bytes())
        renewed = backend.authority.pair(data.next_identity, str(backend.device_id)).read_bytes()
        agent_process(data).start()

        assert (await backend.finished(await backend.send())).state == "succeeded"
        assert data.identity.read_bytes() == renewed
        assert not data.next_identity.exists()
        assert isinstance(data.root, Path)
