"""What README.md tells people to type, typed: `make up`, `make seed` and `make dev`, as they are run by a shell."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from testkit.patience import patient, until
from testkit.stack import free_port

ROOT = Path(__file__).parents[1]
DEVICES = 12
SEED_SECONDS = 240
pytestmark = pytest.mark.timeout(600)


class Typed:
    """A command at a terminal of its own, and what it has printed so far."""

    def __init__(self, log: Path, *words: str) -> None:
        self._log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                words, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={**os.environ, "BOSMAN_FORBID_RESTART": "1"},
            )  # fmt: skip

    def said(self) -> str:
        # Vite colours even its address.
        return re.sub(r"\x1b\[[0-9;]*m", "", self._log.read_text(errors="replace"))

    def until_it_says(self, pattern: str, seconds: float = SEED_SECONDS) -> str:
        """The first group of the pattern, once it was printed."""

        def look() -> re.Match[str] | None:
            found = re.search(pattern, self.said())
            assert found or self.process.poll() is None, self.said()
            return found

        return str(until(look, seconds, poll_seconds=0.1)[1])

    def interrupt(self) -> int:
        """Ctrl-C: everything in the foreground hears it; the exit code."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(patient())


@dataclass
class Up:
    """A running `make up`."""

    typed: Typed
    state: str
    port: int


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    port, gateway, state = free_port(), free_port(), str(folder / "state")
    words = ["make", "up", f"PORT={port}", f"STATE={state}", f"ARGS=--gateway-port {gateway}"]
    typed = Typed(folder / "log", *words)
    yield Up(typed, state, port)
    typed.interrupt()


class TestTwoCommands:
    def test_up_says_where_it_is_and_how_to_begin(self, up: Up) -> None:
        address = up.typed.until_it_says(r"Bosman is up: +(\S+)")
        link = up.typed.until_it_says(r"Set-up, once: +(\S+)")
        up.typed.until_it_says(r"(Ctrl-C stops everything)")

        assert address == f"http://127.0.0.1:{up.port}" and re.fullmatch(
            re.escape(address) + r"/setup#[\w-]{20,}", link
        )
        assert 'id="root"' in httpx.get(address, timeout=patient()).text


class TestMoreCommands:
    def test_seed_fills_a_fresh_one(self, up: Up) -> None:
        up.typed.until_it_says(r"(Ctrl-C stops everything)")
        words = ["make", "seed", f"STATE={up.state}", f"ARGS=--devices {DEVICES} --detach-after 1"]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=SEED_SECONDS, check=False)

        assert done.returncode == 0, done.stdout + done.stderr
        assert f"Seeded: http://127.0.0.1:{up.port}" in done.stdout
        # One of them is this machine.
        assert f"devices: {DEVICES + 1}, " in done.stdout
        assert re.search(r"tasks: .*\b\d+ cancelled\b.*\b\d+ succeeded\b", done.stdout), done.stdout

    def test_dev_serves_the_app_in_front_of_it_and_ends_at_once(self, up: Up, tmp_path: Path) -> None:
        up.typed.until_it_says(r"(Ctrl-C stops everything)")
        dev = Typed(tmp_path / "dev", "make", "dev", f"PORT={up.port}")
        try:
            address = dev.until_it_says(r"Local: +(\S+?)/?\s")
            page = httpx.get(address, timeout=patient())
            answer = httpx.get(f"{address}/api/v1/me", timeout=patient())
        finally:
            dev.interrupt()
        assert "/@vite/client" in page.text
        assert (answer.status_code, answer.json()["code"]) == (401, "session.required")

    def test_ctrl_c_stops_everything_and_the_next_start_finds_its_data(self, up: Up, tmp_path: Path) -> None:
        up.typed.until_it_says(r"(Ctrl-C stops everything)")
        up.typed.interrupt()
        assert "Stopping" in up.typed.said()

        words = ["make", "up", f"PORT={up.port}", f"STATE={up.state}", f"ARGS=--no-agent --gateway-port {free_port()}"]
        again = Typed(tmp_path / "again", *words)
        try:
            again.until_it_says(r"(Ctrl-C stops everything)")
            # There is an Owner by now: nobody is offered to become the first.
            assert "Set-up, once" not in again.said()
        finally:
            again.interrupt()
