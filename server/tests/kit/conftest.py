"""A PKI, keys and a configuration for real nats-servers."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bosman_server.embedded.nats import EmbeddedNats
from bosman_server.kit.bus.connection import Client, connect_service
from bosman_server.kit.bus.rights import Rights, ServiceUser, inbox_prefix
from bosman_server.kit.bus.server_config import Listener, NatsServerConfig
from bosman_server.kit.crypto.nkeys import Nkey, NkeyKind
from bosman_server.kit.crypto.pki import (
    Authority,
    IssuedCertificate,
    create_authority,
    issue_server_certificate,
    issue_service_certificate,
)


@dataclass(frozen=True)
class NatsKit:
    directory: Path
    authority: Authority
    issuer: Nkey
    callout: Nkey
    service: Nkey
    system: Nkey
    config: NatsServerConfig
    service_files: dict[str, Path]

    @property
    def root(self) -> Path:
        return self.directory / "nats"

    def write(self, name: str, issued: IssuedCertificate) -> dict[str, Path]:
        """Return the file arguments of connect_service."""
        cert_file, key_file = self.directory / f"{name}.crt", self.directory / f"{name}.key"
        cert_file.write_bytes(issued.certificate_pem)
        key_file.write_bytes(issued.key_pem)
        return {"ca_file": self.directory / "ca.crt", "cert_file": cert_file, "key_file": key_file}


def _make(directory: Path, **overrides: Any) -> NatsKit:
    authority = create_authority("Bosman test CA")
    (directory / "ca.crt").write_bytes(authority.certificate_pem)
    issuer = Nkey.generate(NkeyKind.ACCOUNT)
    callout, service, system = (Nkey.generate(NkeyKind.USER) for _ in range(3))
    config = NatsServerConfig(
        server_name="bosman-test",
        store_dir=directory / "nats" / "jetstream",
        certificate_file=directory / "server.crt",
        key_file=directory / "server.key",
        ca_file=directory / "ca.crt",
        callout_issuer=issuer.public.encode(),
        callout_user=callout.public.encode(),
        service_users=(ServiceUser(service.public.encode(), Rights((">",), (">",))),),
        system_user=system.public.encode(),
        websocket=Listener(),
        log_file=directory / "nats.log",
        jetstream_file_bytes=10 * 1024**3,
        **overrides,
    )
    kit = NatsKit(directory, authority, issuer, callout, service, system, config, {})
    kit.write("server", issue_server_certificate(authority, ["localhost", "127.0.0.1"]))
    kit.service_files.update(kit.write("service", issue_service_certificate(authority, "test")))
    return kit


@pytest.fixture(scope="session")
def make_nats_kit() -> Callable[..., NatsKit]:
    return _make


@pytest.fixture
async def nats_kit(tmp_path: Path) -> AsyncIterator[NatsKit]:
    kit = _make(tmp_path)
    yield kit
    await EmbeddedNats(kit.root, kit.config).stop()


@pytest.fixture
async def bus(nats_kit: NatsKit) -> AsyncIterator[Client]:
    """A service's own connection to a server that belongs to this test."""
    endpoint = await EmbeddedNats(nats_kit.root, nats_kit.config).start()
    files = nats_kit.service_files
    client = await connect_service(
        endpoint.url, ca_file=files["ca_file"], cert_file=files["cert_file"], key_file=files["key_file"],
        nkey_seed=nats_kit.service.seed, name="test", inbox_prefix=inbox_prefix("api"),
    )  # fmt: skip
    yield client
    await client.close()


@pytest.fixture
def short_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that cannot succeed is waited for no longer than a test needs."""
    monkeypatch.setattr("bosman_server.kit.bus.connection.CONNECT_SECONDS", 1)
