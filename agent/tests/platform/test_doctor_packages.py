"""What `doctor` finds of packages, lists and tools; the programs are our own."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("apt is Debian's own", allow_module_level=True)

from bosman_agent.platform.diagnostics import packages

AUDIT = """\
The following packages are only half configured, probably due to problems
configuring them the first time.  The configuration should be retried using
dpkg --configure <package> or the configure menu option in dselect:
 openssh-server       secure shell (SSH) server
 libc6:i386           GNU C Library
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Programs that do as they are told, and no others."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")

    def be(name: str, body: str) -> None:
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)

    for name in ("apt-get", "apt-mark", "dpkg"):
        be(name, "exit 0")
    be("smartctl", "echo 'smartctl 7.3 2022-02-28 r5338'")
    return be


async def found() -> dict[str, tuple[str, str]]:
    return {one.key: (one.verdict, " ".join(map(str, one.params.values()))) for one in await packages.update_findings()}


class TestFindings:
    async def test_unfinished_packages_are_named(self, programs: Callable[[str, str], None]) -> None:
        programs("dpkg", f"cat <<'X'\n{AUDIT}X")

        assert (await found())["doctor.dpkg_unfinished"] == ("problem", "openssh-server, libc6:i386")

    async def test_held_packages_are_named(self, programs: Callable[[str, str], None]) -> None:
        programs("apt-mark", "echo unzip")

        assert (await found())["doctor.packages_held"] == ("warning", "unzip")

    async def test_lists_that_are_missing_or_old_are_told(
        self, programs: Callable[[str, str], None], tmp_path: Path
    ) -> None:
        programs("apt-get", f"printf 'http://a.example/d stable\\t{tmp_path}/none_Packages.lz4\\n'")

        assert (await found())["doctor.source_failed"] == (
            "problem",
            "http://a.example/d stable apt.source_not_fetched",
        )

    async def test_sources_that_apt_cannot_read_are_a_problem(self, programs: Callable[[str, str], None]) -> None:
        programs("apt-get", "echo 'E: Malformed entry 1' >&2; exit 100")

        assert (await found())["doctor.sources_unreadable"] == ("problem", "E: Malformed entry 1")

    @pytest.mark.parametrize(
        ("version", "key"), [("6.6", "smartctl_too_old"), ("7.1", "smartctl_old"), ("7.3", "smartctl_found")]
    )
    async def test_tool_that_is_too_old_is_told(
        self, programs: Callable[[str, str], None], version: str, key: str
    ) -> None:
        programs("smartctl", f"echo 'smartctl {version} 2022-02-28'")

        assert (await found())[f"doctor.{key}"][1] == version
