"""Enrolment against a real TLS server in this process; only what the server decides is made up here."""

import http.server
import json
import socket
import ssl
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_agent.cli.commands import EXIT_REFUSED, EXIT_UNREACHABLE, EXIT_USAGE
from bosman_agent.enrollment.enroll import EnrollmentError, enroll
from bosman_agent.identity.config import TrustAnchor, load_config
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.identity.keys import client_context
from bosman_agent.main import main
from bosman_agent.watchdog.protocol import EXIT_BUSY
from bosman_protocol.enrollment import AUTHORITY_PATH, ENROLL_PATH, EnrollReply, EnrollRequest
from bosman_protocol.signing import Purpose, SignedEnvelope, public_part, sign
from bosman_protocol.trust import TrustStatement, sign_statement
from testkit.effects import POLISH
from testkit.patience import patient

TOKEN = "t" * 32


class FakeServer:
    """Answers the two enrolment routes."""

    def __init__(self, authority: Any, folder: Path, *, tls: bool = True, server_authority: Any = None) -> None:
        self.authority = authority
        self.device_id = uuid4()
        self.tenant_id = uuid4()
        self.signing_key = public_part(Ed25519PrivateKey.generate())
        self.root_key = Ed25519PrivateKey.generate()
        self.installation_id = uuid4()
        self.trust: SignedEnvelope | None = None
        self.requests: list[EnrollRequest] = []
        self.problem: tuple[int, dict[str, str]] | None = None
        self.certificate: str | None = None
        self.page: bytes | None = None
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                assert self.path == AUTHORITY_PATH
                self._answer(200, fake.page or fake.authority.pem.encode())

            def do_POST(self) -> None:
                assert self.path == ENROLL_PATH
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self._answer(*fake.answer(body))

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        port = self._server.server_port
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
        if tls:
            pair = (server_authority or authority).pair(folder / f"api-{port}.pem", "server")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pair)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answer(self, body: bytes) -> tuple[int, bytes]:
        if self.problem is not None:
            return self.problem[0], json.dumps(self.problem[1]).encode()
        request = msgspec.json.decode(body, type=EnrollRequest)
        self.requests.append(request)
        reply = EnrollReply(
            device_id=self.device_id,
            tenant_id=self.tenant_id,
            certificate_pem=self.certificate or self.authority.answer_csr(request.csr_pem, str(self.device_id)),
            authority_pem=self.authority.pem,
            trust=self.trust or sign_statement(self.statement(), self.root_key),
        )
        return 201, msgspec.json.encode(reply)

    def statement(self, **changes: Any) -> TrustStatement:
        fields: dict[str, Any] = {
            "installation_id": self.installation_id,
            "version": 7,
            "issued_at": datetime.now(UTC),
            "signing_keys": (self.signing_key,),
            "root_keys": (public_part(self.root_key),),
            "bus_urls": ("tls://bus.example:4222",),
        }
        return TrustStatement(**(fields | changes))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(patient())


@pytest.fixture
def fake_server(authority: Any, tmp_path: Path) -> Iterator[Callable[..., FakeServer]]:
    made: list[FakeServer] = []

    def make(**options: Any) -> FakeServer:
        made.append(FakeServer(authority, tmp_path, **options))
        return made[-1]

    yield make
    for server in made:
        server.close()


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bosman_agent.enrollment.enroll.time.sleep", lambda _seconds: None)


def run(server: FakeServer, data: DataDir, pin: str | None = None) -> Any:
    return enroll(
        data,
        server_url=server.url,
        token=TOKEN,
        authority_sha256=pin or server.authority.der_sha256,
        os_family="linux",
    )


class TestEnroll:
    def test_identity_is_stored_privately_and_usable(self, fake_server: Any, tmp_path: Path) -> None:
        server = fake_server()
        data = DataDir(tmp_path / "agent")

        config = run(server, data)

        assert load_config(data) == config
        assert (config.device_id, config.tenant_id) == (server.device_id, server.tenant_id)
        assert config.signing_keys == (server.signing_key,)
        assert config.bus_urls == ("tls://bus.example:4222",)
        assert config.trust == TrustAnchor(server.installation_id, 7, (public_part(server.root_key),))
        assert server.requests[0].token == TOKEN
        client_context(data.authority, data.identity)
        if sys.platform != "win32":
            # On Windows the folder's rights guard what is in it.
            assert stat.S_IMODE(data.root.stat().st_mode) == 0o700
            modes = {stat.S_IMODE(file.stat().st_mode) for file in data.root.iterdir()}
            assert modes == {0o600}

    @pytest.mark.parametrize("changes", [{"bus_urls": ("nats://bus.example:4222",)}, {"signing_keys": ()}])
    def test_statement_that_makes_no_sense_ends_it_before_anything_is_stored(
        self, fake_server: Any, tmp_path: Path, changes: dict[str, Any]
    ) -> None:
        server = fake_server()
        server.trust = sign(msgspec.json.encode(server.statement(**changes)), server.root_key, Purpose.TRUST)
        data = DataDir(tmp_path / "agent")

        with pytest.raises(EnrollmentError) as caught:
            run(server, data)

        assert caught.value.code == "enroll.bad_reply" and not data.root.exists()

    def test_private_key_never_leaves(self, fake_server: Any, tmp_path: Path) -> None:
        server = fake_server()
        run(server, DataDir(tmp_path / "agent"))

        assert "PRIVATE" not in msgspec.json.encode(server.requests[0]).decode()

    def test_other_authority_than_the_pinned_one_is_refused_before_the_token_is_sent(
        self, fake_server: Any, tmp_path: Path
    ) -> None:
        server = fake_server()
        data = DataDir(tmp_path / "agent")

        with pytest.raises(EnrollmentError) as caught:
            run(server, data, pin="0" * 64)

        assert caught.value.code == "enroll.pin_mismatch"
        assert server.requests == []
        assert not data.root.exists()

    def test_server_that_shows_the_pinned_authority_but_cannot_prove_it_gets_no_token(
        self, fake_server: Any, authority: Any, tmp_path: Path
    ) -> None:
        # Whoever stands between can pass on the public CA certificate, but has no key for it.
        server = fake_server(server_authority=type(authority)())

        with pytest.raises(EnrollmentError) as caught:
            run(server, DataDir(tmp_path / "agent"))

        assert caught.value.code == "enroll.untrusted"
        assert server.requests == []

    def test_certificate_for_another_key_is_refused(
        self, fake_server: Any, authority: Any, new_key: Any, tmp_path: Path
    ) -> None:
        server = fake_server()
        server.certificate = authority.answer_csr(new_key().csr_pem, "stranger")
        data = DataDir(tmp_path / "agent")

        with pytest.raises(EnrollmentError) as caught:
            run(server, data)

        assert caught.value.code == "enroll.bad_reply"
        assert not data.enrolled

    @pytest.mark.parametrize("code", ["token.unknown", "token.expired", "token.used_up"])
    def test_problem_of_the_server_keeps_its_code(self, fake_server: Any, tmp_path: Path, code: str) -> None:
        server = fake_server()
        server.problem = (403, {"code": code, "title": "no"})

        with pytest.raises(EnrollmentError) as caught:
            run(server, DataDir(tmp_path / "agent"))

        assert caught.value.code == code

    def test_plain_http_is_for_this_machine_only(self, fake_server: Any, tmp_path: Path) -> None:
        assert run(fake_server(tls=False), DataDir(tmp_path / "agent"))
        with pytest.raises(EnrollmentError) as caught:
            enroll(
                DataDir(tmp_path / "other"),
                server_url="http://192.0.2.1",
                token=TOKEN,
                authority_sha256="0" * 64,
                os_family="linux",
            )
        assert caught.value.code == "enroll.plain_http"


class TestCommandLine:
    def arguments(self, server: FakeServer, data: Path, *more: str) -> list[str]:
        pin = server.authority.der_sha256
        return ["enroll", "--server", server.url, "--token", TOKEN, "--ca-sha256", pin, "--data-dir", str(data), *more]

    def test_enrols_and_says_what_comes_next(
        self, fake_server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        server = fake_server()

        code = main(self.arguments(server, tmp_path / "agent"))

        said = capsys.readouterr().out
        assert code == 0 and str(server.device_id) in said

    def test_second_enrolment_needs_to_be_wanted(self, fake_server: Any, tmp_path: Path) -> None:
        server = fake_server()
        main(self.arguments(server, tmp_path / "agent"))
        server.device_id = uuid4()

        assert main(self.arguments(server, tmp_path / "agent")) == EXIT_USAGE
        assert main(self.arguments(server, tmp_path / "agent", "--reenroll")) == 0
        assert load_config(DataDir(tmp_path / "agent")).device_id == server.device_id

    def test_running_agent_is_not_pulled_out_from_under(
        self, fake_server: Any, tmp_path: Path, agent_process: Any, agent_folder: Any, wait_until: Any
    ) -> None:
        data, _ = agent_folder()
        agent_process(data).start()
        wait_until(data.status.exists)

        assert main(self.arguments(fake_server(), data.root, "--reenroll")) == EXIT_BUSY

    def test_refused_token_names_cause_and_mend_in_polish(
        self, fake_server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(*POLISH)
        server = fake_server()
        server.problem = (403, {"code": "token.expired"})

        code = main(self.arguments(server, tmp_path / "agent"))

        assert code == EXIT_REFUSED
        assert capsys.readouterr().err == "Token wygasł. Pobierz nowy wiersz instalacji.\n"

    def test_code_without_a_text_is_shown_harmlessly(
        self, fake_server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        server = fake_server()
        server.problem = (500, {"code": "\x1b[2Jevil.code{x}"})

        code = main(self.arguments(server, tmp_path / "agent"))

        said = capsys.readouterr().err
        assert code == EXIT_REFUSED and "evil.code{x}" in said and "\x1b" not in said

    def test_unreachable_server_has_its_own_exit_code(self, fake_server: Any, tmp_path: Path) -> None:
        server = fake_server()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            server.url = f"https://127.0.0.1:{probe.getsockname()[1]}"

            assert main(self.arguments(server, tmp_path / "agent")) == EXIT_UNREACHABLE

    def test_page_in_the_servers_place_is_named_with_its_title_and_gets_no_token(
        self, fake_server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(*POLISH)
        server = fake_server()
        server.page = b"<!DOCTYPE html><html><title>Hotel\x1b[2J Wi-Fi</title>"

        code = main(self.arguments(server, tmp_path / "agent"))

        said = capsys.readouterr().err
        assert code == EXIT_REFUSED and server.requests == []
        assert "Hotel[2J Wi-Fi" in said and "nie jest Bosmanem" in said and server.url in said

    def test_proxy_that_speaks_no_tls_is_named(
        self, fake_server: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        server = fake_server(tls=False)
        server.url = server.url.replace("http:", "https:")

        assert main(self.arguments(server, tmp_path / "agent")) == EXIT_REFUSED
        assert "prox" in capsys.readouterr().err

    def test_pin_that_is_none_is_refused_at_once(self, tmp_path: Path) -> None:
        arguments = ["enroll", "--server", "https://x", "--token", TOKEN, "--ca-sha256", "abc"]

        assert main([*arguments, "--data-dir", str(tmp_path)]) == EXIT_USAGE
