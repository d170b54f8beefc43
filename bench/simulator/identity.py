"""Identities of simulated devices on disk: a second run finds the devices of the first."""

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import msgspec

from bosman_protocol.signing import SigningKey


class Identity(msgspec.Struct, frozen=True):
    """Who a simulated device is. `name` is ours, unique in the fleet; the key lies beside the index."""

    name: str
    device_id: UUID
    tenant_id: UUID


class Trust(msgspec.Struct, frozen=True):
    """What enrolment told the whole fleet."""

    authority_pem: str
    signing_keys: tuple[SigningKey, ...]
    bus_urls: tuple[str, ...]


class IdentityStore:
    """A folder with one private file per device, an index, and whom to trust."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._index = root / "devices.jsonl"
        self._trust = root / "trust.json"

    def load(self) -> dict[str, Identity]:
        """All devices enrolled so far, by name."""
        if not self._index.exists():
            return {}
        lines = self._index.read_bytes().splitlines()
        found = (msgspec.json.decode(line, type=Identity) for line in lines if line)
        return {item.name: item for item in found}

    def trust(self) -> Trust:
        """Whom the fleet trusts and where it connects. Raises FileNotFoundError before the first enrolment."""
        return msgspec.json.decode(self._trust.read_bytes(), type=Trust)

    def identity_file(self, identity: Identity) -> Path:
        """Key and certificate, PEM."""
        return self._root / f"{identity.device_id}.pem"

    def add(self, identity: Identity, key_pem: bytes, certificate_pem: str, trust: Trust) -> None:
        """Keep a new device; the index comes last, so what it names is there."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.identity_file(identity)
        file.touch(mode=0o600)
        file.write_bytes(key_pem + certificate_pem.encode())
        self._trust.write_bytes(msgspec.json.encode(trust))
        with self._index.open("ab") as index:
            index.write(msgspec.json.encode(identity) + b"\n")

    def replace(self, identities: Iterable[Identity]) -> None:
        """Rewrite the index, without devices that the server has forgotten."""
        staged = self._index.with_suffix(".new")
        staged.write_bytes(b"".join(msgspec.json.encode(item) + b"\n" for item in identities))
        staged.replace(self._index)
