"""The keys of an installation as files, each process reading only its own.

`api` needs the master key and its own bus identity; only `worker` reads the CA,
the dispatcher's signing key, the audit key and the keys of the callout and the system account.
No process reads the root key: only `bosman keys trust` does, wherever it is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bosman_server.kit.crypto.cipher import new_key
from bosman_server.kit.crypto.nkeys import Nkey, NkeyKind
from bosman_server.kit.crypto.pki import (
    Authority,
    IssuedCertificate,
    create_authority,
    expires_soon,
    issue_server_certificate,
    issue_service_certificate,
    load_authority,
)
from bosman_server.kit.files import write_private

SERVICES = ("api", "worker", "callout", "sys")
_RENEW_SECONDS = 30 * 24 * 3600


class KeyMissingError(Exception):
    """A key file that this process needs is not there; `bosman keys init` makes them."""


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """A certificate and its key, as TLS libraries want them."""

    certificate: Path
    key: Path


class Keyring:
    """The folder `keys` below the state directory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def initialise(self, server_names: list[str]) -> None:
        """Make whatever is missing; renew server and service certificates that expire within 30 days."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._make("master.key", new_key)
        self._make_authority()
        self._make("dispatcher.key", new_signing_key)
        if not self.trust_file.exists():
            # Where there is a statement, its root may be kept elsewhere on purpose.
            self._make(self.root_file.name, new_signing_key)
        self._make("audit.key", new_key)
        self._make("callout-issuer.seed", _new_account_seed)
        for name in SERVICES:
            self._make(f"{name}.seed", _new_user_seed)
            if not self._fresh(f"svc-{name}"):
                self._store(f"svc-{name}", issue_service_certificate(self.authority(), name))
        if not self._fresh("server") or self._names_changed(server_names):
            self._store("server", issue_server_certificate(self.authority(), server_names))
            write_private(self._folder / "server.names", "\n".join(server_names).encode())

    def hand_out(self, service: str) -> Path:
        """A folder below ours with the files of one service and no others, as they are now.

        The master key is a link: its rotation reaches a running process. Raises KeyMissingError.
        """
        own = self._folder / service
        own.mkdir(exist_ok=True, mode=0o700)
        own.chmod(0o700)
        for name in ("ca.pem", f"{service}.seed", f"svc-{service}.pem", f"svc-{service}.key"):
            data = self._read(name)
            if not (own / name).exists() or (own / name).read_bytes() != data:
                write_private(own / name, data)
        link = own / "master.key"
        if not link.is_symlink():
            link.unlink(missing_ok=True)
            link.symlink_to(Path("..") / "master.key")
        return own

    def _make(self, name: str, create: Callable[[], bytes]) -> None:
        path = self._folder / name
        if not path.exists():
            write_private(path, create())

    def _make_authority(self) -> None:
        if not (self._folder / "ca.key").exists():
            authority = create_authority("Bosman CA")
            write_private(self.authority_file, authority.certificate_pem)
            write_private(self._folder / "ca.key", authority.key_pem)

    def _names_changed(self, names: list[str]) -> bool:
        path = self._folder / "server.names"
        return not path.exists() or path.read_text().split("\n") != names

    def _fresh(self, stem: str) -> bool:
        path = self._folder / f"{stem}.pem"
        if not path.exists():
            return False
        return not expires_soon(x509.load_pem_x509_certificate(path.read_bytes()), _RENEW_SECONDS)

    def _store(self, stem: str, issued: IssuedCertificate) -> None:
        write_private(self._folder / f"{stem}.key", issued.key_pem)
        write_private(self._folder / f"{stem}.pem", issued.certificate_pem)

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError:
            raise KeyMissingError(str(self._folder / name)) from None

    @property
    def authority_file(self) -> Path:
        """The CA's certificate; no secret."""
        return self._folder / "ca.pem"

    def certificate(self, stem: str) -> CertificateFiles:
        """`server` or `svc-<service>`."""
        return CertificateFiles(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")

    @property
    def master_file(self) -> Path:
        """The keys that wrap data keys, unless they come from elsewhere (see master_key.py)."""
        return self._folder / "master.key"

    def authority(self) -> Authority:
        """Bosman's CA."""
        return load_authority(self._read("ca.key"), self._read("ca.pem"))

    def authority_certificate(self) -> x509.Certificate:
        """The CA's certificate alone."""
        return x509.load_pem_x509_certificate(self._read("ca.pem"))

    def dispatcher(self) -> Ed25519PrivateKey:
        """The key that signs task envelopes; the dispatcher role alone reads it [R9]."""
        return read_signing_key(self.signing_file)

    @property
    def signing_file(self) -> Path:
        """The dispatcher's key."""
        return self._folder / "dispatcher.key"

    @property
    def next_signing_file(self) -> Path:
        """The key that the dispatcher will sign with; there while the key is being changed."""
        return self._folder / "dispatcher.next.key"

    @property
    def retired_signing_file(self) -> Path:
        """The key that the dispatcher signed with before; there while the key is being changed."""
        return self._folder / "dispatcher.retired.key"

    @property
    def root_file(self) -> Path:
        """The root key, where it is kept online; no process needs it."""
        return self._folder / "root.key"

    @property
    def trust_file(self) -> Path:
        """The trust statements; no secret."""
        return self._folder / "trust.json"

    def audit(self) -> bytes:
        """The key that seals the audit trail; api must not have it, or it could recompute a chain [R6]."""
        return self._read("audit.key")

    def nkey(self, name: str) -> Nkey:
        """`callout-issuer` or a service's identity on the bus."""
        return Nkey.from_seed(self._read(f"{name}.seed").decode())


def new_signing_key() -> bytes:
    """A fresh Ed25519 key, PEM."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """An Ed25519 key from a PEM file. Raises KeyMissingError for none, or for something else."""
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        raise KeyMissingError(str(path)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyMissingError(str(path))
    return key


def _new_account_seed() -> bytes:
    return Nkey.generate(NkeyKind.ACCOUNT).seed.encode()


def _new_user_seed() -> bytes:
    return Nkey.generate(NkeyKind.USER).seed.encode()
