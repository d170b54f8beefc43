"""What apt has noted of its own work."""

import gzip
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.linux.apt import AptUpdates
from bosman_agent.platform.linux.apt_history import parse_history, read_history
from bosman_protocol.codes import Code
from bosman_protocol.work import HistoryEntry

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")

LOG = """
Start-Date: 2026-01-14  03:00:00
Commandline: apt-get -y install --only-upgrade -- bash=5.2
Requested-By: anna (1000)
Upgrade: bash:amd64 (5.1, 5.2), libc6:amd64 (2.36-9, 2.36-10)
End-Date: 2026-01-14  03:00:09

Start-Date: 2026-01-15  03:00:00
Commandline: apt-get remove vim
Install: tiny:amd64 (1.0, automatic)
Remove: vim:amd64 (2:9.0)
Error: Sub-process /usr/bin/dpkg returned an error code (1)
End-Date: 2026-01-15  03:00:02

Start-Date: 2026-07-16  03:00:00
Purge: old:all (1.0)
"""


@pytest.fixture
def warsaw(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Warsaw")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def folder(root: Path) -> Path:
    made = root / "var/log/apt"
    made.mkdir(parents=True)
    return made


class TestParse:
    @pytest.mark.usefixtures("warsaw")
    def test_every_package_of_a_run_is_an_entry_with_its_outcome(self) -> None:
        bash, libc, tiny, vim, old = parse_history(LOG)

        assert (bash.title, bash.update_id, bash.client) == ("bash:amd64 5.1 → 5.2", "bash:amd64", "anna (1000)")
        assert bash.at == datetime(2026, 1, 14, 2, 0, 9, tzinfo=UTC)
        assert (libc.operation, libc.outcome) == ("install", "succeeded")
        assert (tiny.title, tiny.operation, tiny.outcome) == ("tiny:amd64 1.0", "install", "succeeded_with_errors")
        assert (vim.title, vim.operation) == ("vim:amd64 2:9.0", "uninstall")
        assert vim.error is not None and "error code (1)" in (vim.error.detail or "")
        # Summer time, and a run that never came to its end.
        assert (old.at, old.outcome) == (datetime(2026, 7, 16, 1, tzinfo=UTC), "aborted")

    @given(st.text() | st.text(alphabet="Start-Date: Upgrade(),0123456789 \n"))
    def test_any_text_is_survived_and_fits_the_wire(self, text: str) -> None:
        for entry in parse_history(text + "\nStart-Date: 2026-01-01  00:00:00\nInstall: " + text + " (1)"):
            assert msgspec.json.decode(msgspec.json.encode(entry), type=HistoryEntry) == entry


class TestRead:
    def test_newest_entries_come_first_across_rotated_files(self, tmp_path: Path) -> None:
        block = (
            "Start-Date: 2026-0{0}-01  00:00:00\nUpgrade: a{0}:all (1, 2), b{0}:all (1, 2)\n"
            "End-Date: 2026-0{0}-01  00:00:01\n"
        )
        logs = folder(tmp_path)
        (logs / "history.log").write_text(block.format(3))
        with gzip.open(logs / "history.log.2.gz", "wt") as packed:
            packed.write(block.format(1))
        (logs / "history.log.1").write_text(block.format(2))
        (logs / "history.log.10.gz").write_bytes(b"no gzip")
        (logs / "term.log").write_text(block.format(9))

        entries = read_history(tmp_path, 5)

        assert [entry.update_id for entry in entries] == ["b3:all", "a3:all", "b2:all", "a2:all", "b1:all"]

    def test_machine_without_a_log_has_no_history(self, tmp_path: Path) -> None:
        assert read_history(tmp_path, 5) == ()

    @pytest.mark.skipif(shutil.which("apt-get") is None, reason="apt is not installed here")
    async def test_history_of_this_machine_is_in_order(self) -> None:
        entries = await AptUpdates().history(500)

        assert [entry.at for entry in entries] == sorted((entry.at for entry in entries), reverse=True)
        assert all(entry.title and entry.update_id for entry in entries)


class TestUninstall:
    async def test_apt_goes_back_to_no_former_version(self) -> None:
        with pytest.raises(ProviderError) as caught:
            await AptUpdates().uninstall("KB5034441", log=lambda *_: None, progress=lambda *_a, **_k: None)

        assert caught.value.error.code == Code.AGENT_UNSUPPORTED
