"""Whom a running agent trusts: changed by its root alone, whatever else is said on the bus."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_agent.identity.config import AgentConfig, load_config, save_config
from bosman_protocol.codes import Code
from bosman_protocol.signing import SignedEnvelope, public_part, sign
from bosman_protocol.trust import TrustIntroduction, sign_introduction
from bosman_protocol.uplink import EnvelopeRefused
from testkit.agent_harness import agent_in_this_process


def evil_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def config_of(agent: Any) -> AgentConfig:
    config = agent._config
    assert isinstance(config, AgentConfig)
    return config


async def refused(backend: Any, code: Code) -> EnvelopeRefused:
    found = await backend.wait_for(lambda m: isinstance(m, EnvelopeRefused) and m.code == code)
    assert isinstance(found, EnvelopeRefused)
    return found


async def asked_again(backend: Any) -> None:
    """The agent has acted on all that was queued, and has asked once more."""
    await backend.finished(await backend.send())


class TestTake:
    async def test_new_key_and_address_are_used_at_once_and_kept(
        self, agent_folder: Any, backend: Any, nats_server: Any
    ) -> None:
        data, config = agent_folder()
        next_key = Ed25519PrivateKey.generate()
        urls = (f"tls://localhost:{nats_server.port}", nats_server.url)
        async with agent_in_this_process(data, config) as agent:
            backend.trust = [backend.statement(2, signing_keys=(public_part(next_key),), bus_urls=urls)]
            # Signed by the new key, in the very answer that brings the statement.
            envelope = backend.envelope()
            backend.queue.append(sign(msgspec.json.encode(envelope), next_key))
            await backend.nudge()
            assert (await backend.finished(envelope.task_id)).state == "succeeded"
            assert config_of(agent).bus_urls == urls

        kept = load_config(data)
        assert (kept.signing_keys, kept.bus_urls) == ((public_part(next_key),), urls)
        assert kept.trust is not None and kept.trust.version == 2

    async def test_agent_says_which_version_it_has(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        backend.trust = [backend.statement(5)]
        await asked_again(backend)
        backend.trust = []
        await asked_again(backend)

        assert backend.requests[0].trust_version == 1
        assert backend.requests[-1].trust_version == 5

    async def test_key_that_was_taken_away_signs_nothing_any_more(self, running_agent: Any, backend: Any) -> None:
        await running_agent()
        old = backend.signing_key
        backend.signing_key = Ed25519PrivateKey.generate()
        backend.trust = [backend.statement(2)]
        await asked_again(backend)
        envelope = backend.envelope()
        backend.queue.append(sign(msgspec.json.encode(envelope), old))
        await backend.nudge()

        await refused(backend, Code.ENVELOPE_UNKNOWN_KEY)

    async def test_root_is_replaced_by_the_root_before_it(self, running_agent: Any, backend: Any) -> None:
        agent = await running_agent()
        old, new = backend.root_key, Ed25519PrivateKey.generate()
        link = backend.statement(2, root_keys=(public_part(new),))
        backend.root_key = new
        backend.trust = [link, backend.statement(3, root=new)]
        await asked_again(backend)
        assert config_of(agent).trust.version == 3  # type: ignore[union-attr]

        backend.trust = [backend.statement(4, root=old)]
        await asked_again(backend)
        await refused(backend, Code.ENVELOPE_UNKNOWN_KEY)
        assert config_of(agent).trust.version == 3  # type: ignore[union-attr]

    async def test_override_of_the_environment_is_not_stored_with_it(
        self, agent_folder: Any, backend: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data, config = agent_folder()
        save_config(data, config)
        monkeypatch.setenv("BOSMAN_AGENT_RESTART_COMMAND", '["true"]')
        async with agent_in_this_process(data, load_config(data)):
            backend.trust = [backend.statement(2)]
            await asked_again(backend)
        monkeypatch.delenv("BOSMAN_AGENT_RESTART_COMMAND")

        kept = load_config(data)
        assert kept.trust is not None and kept.trust.version == 2
        assert kept.settings == config.settings


class TestAttack:
    """Whoever has the bus says what he likes; nothing changes, and the server hears of it."""

    @pytest.fixture
    async def attacked(self, running_agent: Any, backend: Any) -> Any:
        agent = await running_agent()
        backend.trust = [backend.statement(3)]
        await asked_again(backend)
        before = config_of(agent)

        async def attack(code: Code, *statements: SignedEnvelope) -> None:
            backend.trust = list(statements)
            await asked_again(backend)
            await refused(backend, code)
            assert config_of(agent) == before and load_config(agent._data) == before

        return attack

    async def test_own_root_is_refused(self, attacked: Any, backend: Any) -> None:
        evil = evil_key()
        keys = {"root_keys": (public_part(evil),), "signing_keys": (public_part(evil_key()),)}
        await attacked(Code.ENVELOPE_UNKNOWN_KEY, backend.statement(9, root=evil, **keys))

    async def test_signing_key_makes_no_statement(self, attacked: Any, backend: Any) -> None:
        await attacked(Code.ENVELOPE_UNKNOWN_KEY, backend.statement(9, root=backend.signing_key))

    async def test_older_statement_is_refused(self, attacked: Any, backend: Any) -> None:
        await attacked(Code.TRUST_OUTDATED, backend.statement(2, signing_keys=(public_part(evil_key()),)))

    async def test_statement_of_another_installation_is_refused(self, attacked: Any, backend: Any) -> None:
        await attacked(Code.TRUST_OTHER_INSTALLATION, backend.statement(9, installation_id=uuid4()))

    async def test_changed_address_is_refused(self, attacked: Any, backend: Any) -> None:
        good = backend.statement(9)
        payload = good.payload.replace(b"tls://127.0.0.1", b"tls://127.0.0.9")
        await attacked(Code.ENVELOPE_BAD_SIGNATURE, msgspec.structs.replace(good, payload=payload))

    async def test_task_of_the_root_is_no_statement(self, attacked: Any, backend: Any) -> None:
        payload = backend.statement(9).payload
        await attacked(Code.ENVELOPE_BAD_SIGNATURE, sign(payload, backend.root_key))

    async def test_same_version_with_other_keys_changes_nothing(self, running_agent: Any, backend: Any) -> None:
        agent = await running_agent()
        before = config_of(agent)
        backend.trust = [backend.statement(1, signing_keys=(public_part(evil_key()),))]
        await asked_again(backend)

        assert config_of(agent) == before

    async def test_no_key_introduces_another_root_once_one_is_known(self, running_agent: Any, backend: Any) -> None:
        agent = await running_agent()
        before = config_of(agent)
        evil = evil_key()
        backend.trust_introduction = introduction(backend, (public_part(evil),))
        backend.trust = [backend.statement(9, root=evil, root_keys=(public_part(evil),))]
        await asked_again(backend)

        await refused(backend, Code.TRUST_ROOT_KNOWN)
        assert config_of(agent) == before

    async def test_answer_with_loose_keys_and_addresses_changes_nothing(self, running_agent: Any, backend: Any) -> None:
        """The lease's answer is the renewal's sister."""
        agent = await running_agent()
        before = config_of(agent)
        said = {
            "server_time": datetime.now(UTC),
            "signing_keys": [public_part(evil_key())],
            "bus_urls": ["tls://evil.example:4222"],
        }
        backend.raw_answer = msgspec.json.encode(said)
        asked = len(backend.requests)
        await backend.nudge()
        while len(backend.requests) == asked:
            await backend.nudge()
        backend.raw_answer = None
        await asked_again(backend)

        assert config_of(agent) == before and load_config(agent._data) == before


def introduction(backend: Any, roots: Any, key: Ed25519PrivateKey | None = None, **changes: Any) -> SignedEnvelope:
    fields: dict[str, Any] = {
        "device_id": backend.device_id,
        "installation_id": backend.installation_id,
        "root_keys": roots,
        "version": 4,
        "expires_at": datetime.now(UTC) + timedelta(hours=1),
    }
    return sign_introduction(TrustIntroduction(**(fields | changes)), key or backend.signing_key)


class TestFirstStatement:
    """A device that was enrolled before there were statements: it has signing keys, and no root."""

    @pytest.fixture
    def folder(self, agent_folder: Any) -> Any:
        data, config = agent_folder()
        config = msgspec.structs.replace(config, trust=None)
        save_config(data, config)
        return data, config

    async def test_root_is_introduced_by_a_key_that_the_device_trusts(self, folder: Any, backend: Any) -> None:
        backend.trust = [backend.statement(4)]
        backend.trust_introduction = introduction(backend, (public_part(backend.root_key),))
        async with agent_in_this_process(*folder) as agent:
            await asked_again(backend)
            assert backend.requests[0].trust_version == 0
            assert config_of(agent).trust.version == 4  # type: ignore[union-attr]
        assert load_config(folder[0]).trust == config_of(agent).trust

    async def test_statement_without_introduction_is_refused(self, folder: Any, backend: Any) -> None:
        backend.trust = [backend.statement(4)]
        async with agent_in_this_process(*folder) as agent:
            await asked_again(backend)
            await refused(backend, Code.ENVELOPE_UNKNOWN_KEY)
            assert config_of(agent).trust is None

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"key": evil_key()}, Code.ENVELOPE_UNKNOWN_KEY),
            ({"device_id": uuid4()}, Code.ENVELOPE_WRONG_DEVICE),
            ({"installation_id": uuid4()}, Code.TRUST_OTHER_INSTALLATION),
            ({"version": 9}, Code.TRUST_OUTDATED),
            ({"expires_at": datetime(2026, 1, 1, tzinfo=UTC)}, Code.ENVELOPE_EXPIRED),
        ],
        ids=["key", "device", "installation", "version", "expired"],
    )
    async def test_introduction_that_is_not_genuine_or_not_meant_is_refused(
        self, folder: Any, backend: Any, changes: dict[str, Any], code: Code
    ) -> None:
        backend.trust = [backend.statement(4)]
        backend.trust_introduction = introduction(backend, (public_part(backend.root_key),), **changes)
        async with agent_in_this_process(*folder) as agent:
            await asked_again(backend)
            await refused(backend, code)
            assert config_of(agent).trust is None and config_of(agent).bus_urls == folder[1].bus_urls
