"""A little server side for the agent: an authority, a real NATS with TLS, and whoever dispatches and listens."""

import asyncio
import contextlib
import ipaddress
import itertools
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import nats
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bosman_agent.config import AgentConfig, DataDir, Settings, save_config, write_private
from bosman_agent.identity import create_key
from bosman_protocol import subjects
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.exchange import LeaseReply, LeaseRequest
from bosman_protocol.signing import SignedEnvelope, public_part, sign
from bosman_protocol.uplink import TaskFinished, UplinkMessage, decode_uplink
from bosman_protocol.work import TaskKind

os.environ["BOSMAN_FORBID_RESTART"] = "1"

DEVICES = [uuid4() for _ in range(80)]
WAIT_SECONDS = 20.0


class Authority:
    """A CA like Bosman's."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Bosman test authority")])
        now = datetime.now(UTC)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(True, 0), True)
            .add_extension(usage, True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), False)
            .sign(self.key, hashes.SHA256())
        )
        self.pem = self.certificate.public_bytes(Encoding.PEM).decode()
        self.der_sha256 = self.certificate.fingerprint(hashes.SHA256()).hex()

    def issue(self, name: str, public_key: Any, *, days_old: float = 0.01, days: float = 90) -> str:
        """A certificate with `name` as common name, valid for this machine too."""
        now = datetime.now(UTC)
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self.certificate.subject)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=days_old))
            .not_valid_after(now - timedelta(days=days_old) + timedelta(days=days))
            .add_extension(x509.BasicConstraints(False, None), True)
            .add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False
            )
            .add_extension(x509.SubjectAlternativeName(names if name == "server" else [x509.DNSName(name)]), False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), False)
            .sign(self.key, hashes.SHA256())
        )
        return certificate.public_bytes(Encoding.PEM).decode()

    def answer_csr(self, csr_pem: str, name: str) -> str:
        return self.issue(name, x509.load_pem_x509_csr(csr_pem.encode()).public_key())

    def pair(self, path: Path, name: str, **life: float) -> Path:
        """Key and certificate in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        path.write_bytes(pem + self.issue(name, key.public_key(), **life).encode())
        return path

    def context(self, pair: Path) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=self.pem)
        context.load_cert_chain(pair)
        return context


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class NatsServer:
    """A real nats-server: client certificates, every device on its own subjects only, JetStream on disk."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        self.folder = folder
        self.authority = authority
        self.port = free_port()
        self.url = f"tls://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_text(authority.pem)
        authority.pair(folder / "server.pem", "server")
        authority.pair(folder / "backend.pem", "backend")
        users = "\n".join(
            f'{{user: "CN={device}", permissions: {{'
            f'publish: ["up.{device}.>", "rq.{device}.>"], subscribe: ["dn.{device}.>", "_INBOX.{device}.>"]}}}}'
            for device in DEVICES
        )
        (folder / "nats.conf").write_text(f"""
            listen: "127.0.0.1:{self.port}"
            jetstream {{ store_dir: "{folder}/js" }}
            tls {{ cert_file: "{folder}/server.pem", key_file: "{folder}/server.pem", ca_file: "{folder}/ca.pem"
                   verify_and_map: true, timeout: 10, handshake_first: true }}
            authorization {{ users = [ {{user: "CN=backend"}}
            {users} ] }}
        """)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("nats-server") or str(Path(sys.executable).with_name("nats-server"))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen([binary, "-c", str(self.folder / "nats.conf")], stdout=log, stderr=log)
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


async def eventually(check: Callable[[], Any], seconds: float = WAIT_SECONDS) -> Any:
    """Wait for something true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = check()
        if value:
            return value
        await asyncio.sleep(0.02)
    raise AssertionError(f"did not happen within {seconds} s")


class Backend:
    """The server side for one device: signs envelopes, answers its questions, reads what the stream keeps."""

    def __init__(self, client: Any, device_id: UUID, authority: Authority) -> None:
        self.client = client
        self.device_id = device_id
        self.authority = authority
        self.signing_key = Ed25519PrivateKey.generate()
        self.tenant_id = uuid4()
        self.queue: list[SignedEnvelope] = []
        self.cancel: list[UUID] = []
        self.report: list[UUID] = []
        self.requests: list[LeaseRequest] = []
        self.raw_answer: bytes | None = None
        self.messages: list[UplinkMessage] = []
        self._next_seq = 1

    async def start(self) -> None:
        stream = self.client.jetstream(timeout=0.5)
        with contextlib.suppress(nats.js.errors.BadRequestError):
            await stream.add_stream(name=subjects.UPLINK_STREAM, subjects=[subjects.UPLINK_ALL])
        self._next_seq = (await stream.stream_info(subjects.UPLINK_STREAM)).state.last_seq + 1
        await self.client.subscribe(subjects.lease_request(self.device_id), cb=self._on_lease)
        await self.client.flush()

    async def _on_lease(self, message: Any) -> None:
        request = msgspec.json.decode(message.data, type=LeaseRequest)
        self.requests.append(request)
        if self.raw_answer is not None:
            await message.respond(self.raw_answer)
            return
        batch, self.queue = self.queue[: request.capacity], self.queue[request.capacity :]
        reply = LeaseReply(datetime.now(UTC), tuple(batch), tuple(self.cancel), tuple(self.report), bool(self.queue))
        self.cancel, self.report = [], []
        await message.respond(msgspec.json.encode(reply))

    def envelope(self, kind: str = TaskKind.DIAGNOSTICS_ECHO, params: object = None, **changes: Any) -> TaskEnvelope:
        now = datetime.now(UTC)
        fields: dict[str, Any] = {
            "task_id": uuid4(),
            "job_id": uuid4(),
            "tenant_id": self.tenant_id,
            "device_id": self.device_id,
            "kind": kind,
            "params": msgspec.Raw(msgspec.json.encode(params or {})),
            "issued_at": now,
            "expires_at": now + timedelta(hours=1),
            "timeout_seconds": 60,
            "nonce": os.urandom(16),
        }
        return TaskEnvelope(**(fields | changes))

    def sign(self, envelope: TaskEnvelope) -> SignedEnvelope:
        return sign(msgspec.json.encode(envelope), self.signing_key)

    async def nudge(self) -> None:
        await self.client.publish(subjects.nudge(self.device_id))
        await self.client.flush()

    async def send(self, kind: str = TaskKind.DIAGNOSTICS_ECHO, params: object = None, **changes: Any) -> UUID:
        envelope = self.envelope(kind, params, **changes)
        self.queue.append(self.sign(envelope))
        await self.nudge()
        return envelope.task_id

    async def read(self) -> list[UplinkMessage]:
        """Everything that the stream keeps from this device, in its order."""
        stream = self.client.jetstream(timeout=0.5)
        last = (await stream.stream_info(subjects.UPLINK_STREAM)).state.last_seq
        while self._next_seq <= last:
            stored = await stream.get_msg(subjects.UPLINK_STREAM, self._next_seq)
            self._next_seq += 1
            if subjects.device_of(stored.subject) == self.device_id:
                self.messages.append(decode_uplink(stored.data))
        return self.messages

    async def wait_for(self, check: Callable[[UplinkMessage], bool], seconds: float = WAIT_SECONDS) -> Any:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(nats.errors.Error, nats.js.errors.Error):
                found = next((message for message in await self.read() if check(message)), None)
                if found is not None:
                    return found
            await asyncio.sleep(0.02)
        kinds = [type(message).__name__ for message in self.messages[-50:]]
        raise AssertionError(f"not reported within {seconds} s; the last were {kinds}")

    async def finished(self, task_id: UUID, seconds: float = WAIT_SECONDS) -> TaskFinished:
        found = await self.wait_for(lambda m: isinstance(m, TaskFinished) and m.task_id == task_id, seconds)
        assert isinstance(found, TaskFinished)
        return found

    def of(self, kind: type, task_id: UUID | None = None) -> list[Any]:
        return [m for m in self.messages if isinstance(m, kind) and task_id in {None, getattr(m, "task_id", None)}]


def prepare(root: Path, server: NatsServer, backend: Backend, **settings: Any) -> tuple[DataDir, AgentConfig]:
    """A data folder as enrolment leaves it."""
    data = DataDir(root)
    data.create()
    server.authority.pair(data.identity, str(backend.device_id))
    write_private(data.authority, server.authority.pem.encode())
    defaults: dict[str, Any] = {"reconnect_cap_seconds": 0.3, "automatic_reports": False, "shutdown_grace_seconds": 0}
    config = AgentConfig(
        device_id=backend.device_id,
        tenant_id=backend.tenant_id,
        server_url="https://localhost",
        bus_urls=(server.url,),
        signing_keys=(public_part(backend.signing_key),),
        enrolled_at=datetime.now(UTC),
        settings=Settings(**(defaults | settings)),
    )
    save_config(data, config)
    return data, config


class AgentProcess:
    """The agent as it really runs."""

    def __init__(self, data: DataDir, **environment: str) -> None:
        self.data = data
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "AgentProcess":
        with (self.data.root / "agent.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bosman_agent.main", "run", "--data-dir", str(self.data.root)],
                stdout=log,
                stderr=log,
                env={**os.environ, **self._environment},
            )
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def wait(self) -> int:
        assert self._process is not None
        code = self._process.wait(40)
        self._process = None
        return code

    def end(self, number: int = signal.SIGKILL) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(number)
        return self.wait()

    def log(self) -> str:
        return (self.data.root / "agent.log").read_text()


_device_numbers = itertools.count()


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="session")
def nats_server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path_factory.mktemp("nats"), authority)
    server.start()
    yield server
    server.kill()


async def connect_backend(server: NatsServer) -> Any:
    return await nats.connect(
        server.url,
        tls=server.authority.context(server.folder / "backend.pem"),
        tls_handshake_first=True,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.05,
        error_cb=_ignore,
    )


async def _ignore(_error: Exception) -> None:
    return


@pytest.fixture(scope="session")
async def backend_client(nats_server: NatsServer) -> AsyncIterator[Any]:
    client = await connect_backend(nats_server)
    yield client
    await client.close()


@pytest.fixture
async def backend(backend_client: Any, authority: Authority) -> Backend:
    made = Backend(backend_client, DEVICES[next(_device_numbers)], authority)
    await made.start()
    return made


@pytest.fixture
def own_nats(tmp_path: Path, authority: Authority) -> Iterator[NatsServer]:
    """A server that the test may kill."""
    server = NatsServer(tmp_path / "own-nats", authority)
    server.start()
    yield server
    server.kill()


@pytest.fixture
async def own_backend(own_nats: NatsServer, authority: Authority) -> AsyncIterator[Backend]:
    client = await connect_backend(own_nats)
    made = Backend(client, DEVICES[next(_device_numbers)], authority)
    await made.start()
    yield made
    await client.close()


@pytest.fixture
def agent_folder(
    tmp_path: Path, nats_server: NatsServer, backend: Backend
) -> Callable[..., tuple[DataDir, AgentConfig]]:
    return lambda **settings: prepare(tmp_path / "agent", nats_server, backend, **settings)


@pytest.fixture
def agent_process() -> Iterator[Callable[..., AgentProcess]]:
    made: list[AgentProcess] = []

    def make(data: DataDir, **environment: str) -> AgentProcess:
        made.append(AgentProcess(data, **environment))
        return made[-1]

    yield make
    for process in made:
        process.end()


@pytest.fixture
async def running_agent(agent_folder: Any) -> AsyncIterator[Callable[..., Any]]:
    """Starts agents inside this process: quick, and nothing of them is replaced."""
    from bosman_agent.runtime.supervisor import Supervisor  # noqa: PLC0415 - after the environment is set

    started: list[tuple[asyncio.Task[None], asyncio.Event]] = []

    async def start(**settings: Any) -> Any:
        data, config = agent_folder(**settings)
        stop = asyncio.Event()
        supervisor = Supervisor(data, config)
        started.append((asyncio.create_task(supervisor.run(stop)), stop))
        await eventually(supervisor._link.connected.is_set)
        return supervisor

    yield start
    for task, stop in started:
        stop.set()
        await asyncio.wait_for(task, 30)


@pytest.fixture
def new_key() -> Callable[[], Any]:
    return create_key


@pytest.fixture
def prepare_folder() -> Callable[..., tuple[DataDir, AgentConfig]]:
    return prepare


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """For tests that have no event loop of their own."""

    def wait(check: Callable[[], Any], seconds: float = WAIT_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not check():
            assert time.monotonic() < deadline, f"did not happen within {seconds} s"
            time.sleep(0.02)

    return wait


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of twelve megabytes, where `agent_folder` puts the agent."""
    mount = tmp_path / "agent"
    mount.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(mount)]
    if os.geteuid() != 0 or subprocess.run(command, check=False).returncode != 0:
        pytest.skip("a small file system can be mounted by root only")
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


@pytest.fixture
def fill_disk() -> Callable[[Path], Path]:
    """Writes a file until not one page more fits."""

    def fill(filler: Path) -> Path:
        with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096) == 4096:
                pass
        return filler

    return fill


@pytest.fixture
def files_in() -> Callable[[Path, str], list[Path]]:
    """The files of a folder by pattern, sorted."""
    return lambda folder, pattern: sorted(folder.glob(pattern))


@pytest.fixture
def until() -> Callable[..., Any]:
    return eventually
