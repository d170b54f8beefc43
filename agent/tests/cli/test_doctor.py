"""What `bosman-agent doctor` says of faults that are really there, and of a device where there are none."""

import asyncio
import contextlib
import http.server
import io
import json
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bosman_agent.cli.doctor import installation
from bosman_agent.identity.config import save_config
from bosman_agent.main import main
from bosman_protocol.codes import Code
from testkit.agent_harness import agent_in_this_process
from testkit.bus import free_port
from testkit.effects import POLISH
from testkit.patience import patient


class Gateway:
    """The one route that is asked for; its date and page can be made wrong."""

    def __init__(self, context: ssl.SSLContext, *, date: str | None = None, page: bytes = b"pem") -> None:
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return date or super().date_time_string(timestamp)

            def log_message(self, *_: Any) -> None:
                return

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, *_: Any) -> None:
                """Whoever does not believe our certificate hangs up."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"https://127.0.0.1:{self._server.server_port}"
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(patient())


@pytest.fixture
def gateway(authority: Any, tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    made: list[Gateway] = []

    def make(issuer: Any = None, **options: Any) -> Gateway:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain((issuer or authority).pair(tmp_path / f"gateway-{len(made)}.pem", "server"))
        made.append(Gateway(context, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def proxy() -> Iterator[int]:
    """Something on a port that answers every greeting with a page."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                with client, contextlib.suppress(OSError):
                    client.recv(1000)
                    client.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n<html>")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield server.getsockname()[1]
    server.close()


@pytest.fixture
def device(agent_folder: Any, gateway: Any) -> Any:
    """An enrolled device whose server is a gateway of the test."""

    def make(server_url: str | None = None, **changes: Any) -> Any:
        data, config = agent_folder()
        config = msgspec.structs.replace(config, server_url=server_url or gateway().url, **changes)
        save_config(data, config)
        return data, config

    return make


@pytest.fixture
def examine(capsys: pytest.CaptureFixture[str]) -> Callable[[Any], tuple[int, list[dict[str, Any]]]]:
    def run(data: Any) -> tuple[int, list[dict[str, Any]]]:
        code = main(["doctor", "--json", "--data-dir", str(data.root)])
        return code, json.loads(capsys.readouterr().out)["findings"]

    return run


def about(found: list[dict[str, Any]], check: str) -> dict[str, Any]:
    return next(item for item in found if item["check"] == check)


class TestHealthyDevice:
    async def test_way_to_the_server_certificate_and_agent_are_fine(self, device: Any, examine: Any) -> None:
        data, config = device()
        async with agent_in_this_process(data, config):
            # The doctor brings a loop of its own.
            _, found = await asyncio.to_thread(examine, data)

        checks = ("enrolled", "gateway", "clock", "certificate", "bus", "agent")
        by_check = {check: about(found, check) for check in checks}
        assert {check: item["verdict"] for check, item in by_check.items()} == dict.fromkeys(by_check, "ok")
        assert by_check["bus"]["params"]["url"] == config.bus_urls[0]


class TestBus:
    def test_websocket_is_greeted_too(self, device: Any, nats_server: Any, examine: Any) -> None:
        data, _ = device(bus_urls=(nats_server.websocket_url,))

        assert about(examine(data)[1], "bus")["verdict"] == "ok"

    @pytest.mark.parametrize("websocket", [False, True])
    def test_certificate_of_another_authority_is_a_problem(
        self, device: Any, authority: Any, nats_server: Any, examine: Any, websocket: bool
    ) -> None:
        data, config = device(bus_urls=(nats_server.websocket_url if websocket else nats_server.url,))
        type(authority)().pair(data.identity, str(config.device_id))

        assert about(examine(data)[1], "bus")["verdict"] == "problem"

    def test_server_that_is_no_bus_is_a_problem(self, device: Any, gateway: Any, examine: Any) -> None:
        server = gateway(page=b"<html>login")
        data, _ = device(server.url, bus_urls=(server.url.replace("https", "wss"),))

        assert about(examine(data)[1], "bus")["params"]["code"] == Code.CONNECTION_PROXY_ANSWER

    def test_port_that_nobody_listens_on_is_refused(self, device: Any, examine: Any) -> None:
        data, _ = device(bus_urls=(f"tls://127.0.0.1:{free_port()}",))

        assert about(examine(data)[1], "bus")["params"]["code"] == Code.CONNECTION_REFUSED


class TestNotEnrolled:
    def test_it_is_the_problem_and_the_rest_is_looked_at_all_the_same(self, tmp_path: Path, capsys: Any) -> None:
        code = main(["doctor", "--json", "--data-dir", str(tmp_path / "none")])
        found = json.loads(capsys.readouterr().out)["findings"]

        assert code == 1
        assert about(found, "enrolled")["key"] == "doctor.not_enrolled"
        assert about(found, "bus")["verdict"] == "skipped"
        assert about(found, "disk")["verdict"] in {"ok", "warning"}

    def test_polish_reader_is_told_in_polish_and_marks_fit_the_console(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(*POLISH)
        said = {}
        for encoding in ("utf-8", "cp852", "ascii"):
            raw = io.BytesIO()
            monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, newline="\n"))
            assert main(["doctor", "--data-dir", str(tmp_path / "none")]) == 1
            sys.stdout.flush()
            said[encoding] = raw.getvalue().decode(encoding).splitlines()

        assert said["utf-8"][0].startswith("✗ enrolled") and "Niezarejestrowany. Skopiuj" in said["utf-8"][0]
        assert said["cp852"][0].startswith("x enrolled") and "urządzenia" in "".join(said["cp852"])
        assert said["ascii"][0].startswith("x enrolled")
        width = max(len(line.split()[1]) for line in said["utf-8"])
        assert {line[2 + width : 4 + width] for line in said["utf-8"]} == {"  "}
        assert all(line[4 + width] != " " for line in said["utf-8"])


class TestGateway:
    def test_other_authority_is_told_apart(self, device: Any, gateway: Any, authority: Any, examine: Any) -> None:
        data, _ = device(gateway(type(authority)()).url)

        code, found = examine(data)

        assert code == 1
        assert about(found, "gateway")["params"]["code"] == Code.CONNECTION_BAD_AUTHORITY

    def test_proxy_that_does_not_speak_tls_is_told_apart(self, device: Any, proxy: int, examine: Any) -> None:
        data, _ = device(f"https://127.0.0.1:{proxy}", bus_urls=(f"tls://127.0.0.1:{proxy}",))

        _, found = examine(data)

        assert about(found, "gateway")["params"]["code"] == Code.CONNECTION_PROXY_ANSWER
        assert about(found, "bus")["params"]["code"] == Code.CONNECTION_PROXY_ANSWER

    def test_page_over_good_tls_is_no_bosman(self, device: Any, gateway: Any, examine: Any) -> None:
        data, _ = device(gateway(page=b"<html>login").url)

        assert about(examine(data)[1], "gateway")["params"]["code"] == Code.CONNECTION_PROXY_ANSWER

    def test_port_that_nobody_listens_on_is_refused(self, device: Any, examine: Any) -> None:
        data, _ = device(f"https://127.0.0.1:{free_port()}")

        assert about(examine(data)[1], "gateway")["params"]["code"] == Code.CONNECTION_REFUSED

    def test_name_that_is_unknown_is_named(self, device: Any, examine: Any) -> None:
        data, _ = device("https://no-such-host.invalid")

        _, found = examine(data)

        assert about(found, "names")["key"] == "doctor.name_unknown"
        assert about(found, "gateway")["params"]["code"] == Code.CONNECTION_NAME_UNKNOWN


class TestClock:
    def test_server_with_another_time_is_a_problem(self, device: Any, gateway: Any, examine: Any) -> None:
        data, _ = device(gateway(date="Mon, 01 Jan 2024 00:00:00 GMT").url)

        found = about(examine(data)[1], "clock")

        assert found["verdict"] == "problem" and found["params"]["seconds"] > 0


class TestCertificate:
    def test_expired_one_is_a_problem(self, device: Any, authority: Any, examine: Any) -> None:
        data, config = device()
        authority.pair(data.identity, str(config.device_id), days_old=91)

        assert about(examine(data)[1], "certificate")["key"] == "doctor.certificate_expired"

    def test_old_one_is_a_warning(self, device: Any, authority: Any, examine: Any) -> None:
        data, config = device()
        authority.pair(data.identity, str(config.device_id), days_old=80)

        assert about(examine(data)[1], "certificate")["key"] == "doctor.certificate_due"


class TestPlace:
    @pytest.mark.skipif(sys.platform == "win32", reason="modes are Linux'; Wine keeps no access lists")
    def test_folder_that_others_may_read_is_a_problem(self, device: Any, examine: Any) -> None:
        data, _ = device()
        data.root.chmod(0o755)

        assert about(examine(data)[1], "folder")["key"] == "doctor.folder_open"

    def test_disk_with_little_room_is_a_problem(
        self, device: Any, examine: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data, _ = device()
        # No disk of the tests can be filled up to the last 200 MiB: the bound moves instead.
        monkeypatch.setattr(installation, "FULL_BYTES", 2**60)

        assert about(examine(data)[1], "disk")["key"] == "doctor.disk_full"

    def test_stopped_agent_is_a_problem(self, device: Any, examine: Any) -> None:
        data, _ = device()

        assert about(examine(data)[1], "agent")["key"] == "doctor.agent_stopped"

    def test_proxy_of_the_environment_is_a_warning_without_its_password(
        self, device: Any, examine: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTPS_PROXY", "http://user:secret@proxy.example:3128")
        data, _ = device()

        found = about(examine(data)[1], "proxy")

        assert (found["verdict"], found["params"]["value"]) == ("warning", "proxy.example:3128")
