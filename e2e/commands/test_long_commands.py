"""What README.md and CONTRIBUTING.md tell people to type and takes minutes: `make test-commands`, every night."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 1200
pytestmark = pytest.mark.timeout(SECONDS + 60)
BENCHES = ("agent_idle", "roundtrip", "fleet", "freeze", "hostile_fleet", "scope", "start", "audit_verify")


def make(*words: str, place: Path = ROOT) -> str:
    """What `make` with these words prints; it has to succeed."""
    done = subprocess.run(
        ["make", *words], cwd=place, capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, "BOSMAN_FORBID_RESTART": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of this working copy that git knows, elsewhere: a clone, with what has not been committed."""
    place = tmp_path_factory.mktemp("clone") / "bosman"
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).exists():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place / name)
    subprocess.run(["git", "init", "-q"], cwd=place, check=True)
    subprocess.run(["git", "add", "-A"], cwd=place, check=True)
    return place


class TestClone:
    """One story: a clone is set up, changed and cleaned."""

    def test_1_setup_makes_it_run(self, copy: Path) -> None:
        make("setup", place=copy)

        said = subprocess.run(
            [copy / ".venv/bin/bosman", "up", "--help"], capture_output=True, text=True, check=True, cwd=copy
        ).stdout
        assert "--gateway-port" in said
        assert (copy / "server/bosman_server/web_dist/index.html").exists()

    def test_2_format_mends_what_can_be_mended(self, copy: Path) -> None:
        file = copy / "bench" / "harness" / "figures.py"
        before = file.read_text()
        file.write_text(before + "\n\n\nx   =  1\n")

        make("format", place=copy)

        assert "x = 1\n" in file.read_text()
        file.write_text(before)

    def test_3_openapi_is_written_anew(self, copy: Path) -> None:
        file = copy / "web" / "openapi.json"
        before = file.read_text()
        file.write_text("{}")

        make("openapi", place=copy)

        assert file.read_text() == before

    def test_4_help_lists_every_target(self, copy: Path) -> None:
        listed = {line.split()[0] for line in make("help", place=copy).splitlines()}
        targets = set(re.findall(r"^([a-z0-9-]+):.*## ", (copy / "Makefile").read_text(), re.MULTILINE))
        assert listed == targets and "test-commands" in listed

    def test_5_clean_leaves_what_a_clone_has(self, copy: Path) -> None:
        make("clean", place=copy)

        left = subprocess.run(
            ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "--directory"],
            cwd=copy, capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        assert [name for name in left if "__pycache__" not in name and ".egg-info" not in name] == []


class TestInstallers:
    def test_linux(self, tmp_path: Path) -> None:
        make("installer-linux", f"ARGS=--output {tmp_path}/dist --version 0.9.1 --key {tmp_path}/release.key")

        made = {path.name for path in (tmp_path / "dist").iterdir()}
        assert {"bosman-agent_0.9.1_amd64.deb", "bosman-agent-0.9.1-linux.zip"} <= made, made

    @pytest.mark.skipif(shutil.which("makensis") is None, reason="NSIS is not here; `make test-windows` installs it")
    def test_windows(self, tmp_path: Path) -> None:
        make("installer-windows", f"ARGS=--output {tmp_path}/dist --version 0.9.1 --key {tmp_path}/release.key")

        made = {path.name for path in (tmp_path / "dist").iterdir()}
        assert {"bosman-agent-0.9.1-windows-amd64.exe", "bosman-agent-0.9.1-windows-amd64.zip"} <= made, made


class TestBench:
    def test_every_bench_runs(self) -> None:
        said = make("bench", "ARGS=--quick")

        assert re.findall(r"^== bench/(\w+)\.py$", said, re.MULTILINE) == list(BENCHES)
