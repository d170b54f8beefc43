"""Facts, software and restart on Linux."""

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

if sys.platform == "win32":
    pytest.skip("windows/ has its counterparts", allow_module_level=True)

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.factory import load_providers
from bosman_agent.platform.linux.facts import LinuxFacts, parse_os_release
from bosman_agent.platform.linux.restart import ShutdownRestart
from bosman_agent.platform.linux.software import parse_packages
from bosman_agent.platform.restart_command import restart_argv
from bosman_protocol.codes import Code
from bosman_protocol.reports import DeviceFacts, FactsReport
from bosman_protocol.uplink import decode_uplink, encoder

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux")


def quiet(*_: Any) -> None:
    return


class TestFacts:
    async def test_this_machine_describes_itself_within_the_bounds_of_the_wire(self) -> None:
        facts = await load_providers(None).facts.collect()

        assert isinstance(facts, DeviceFacts)
        assert facts.os_family == "linux" and facts.hostname and facts.kernel and facts.memory_bytes
        assert facts.disks and all(disk.free_bytes <= disk.size_bytes for disk in facts.disks)
        report = FactsReport(facts.last_boot_at, facts)  # type: ignore[arg-type]
        assert decode_uplink(encoder.encode(report)) == report

    async def test_facts_come_from_files_and_placeholders_are_unknown(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        files = {
            "etc/os-release": 'NAME="Ubuntu"\nVERSION_ID="24.04"\n# comment\nBROKEN="\n',
            "etc/timezone": "Europe/Warsaw\n",
            "proc/cpuinfo": "processor : 0\nmodel name : Test CPU @ 3 GHz\nflags : fpu hypervisor\n",
            "sys/class/dmi/id/sys_vendor": "QEMU\n",
            "sys/class/dmi/id/product_name": "Standard PC\n",
            "sys/class/dmi/id/product_serial": "To Be Filled By O.E.M.\n",
            "proc/sys/kernel/random/boot_id": "abc\n",
        }
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        provider = LinuxFacts(tmp_path)

        facts = await provider.collect()

        assert (facts.os_name, facts.os_version, facts.time_zone) == ("Ubuntu", "24.04", "Europe/Warsaw")
        assert (facts.cpu_model, facts.vendor, facts.model) == ("Test CPU @ 3 GHz", "QEMU", "Standard PC")
        assert facts.serial_number is None
        assert facts.virtualization == "qemu"
        assert provider.boot_id() == "abc"

    async def test_zone_is_found_behind_the_link(self, tmp_path: Path) -> None:
        (tmp_path / "etc").mkdir()
        (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/Europe/Warsaw")

        assert (await LinuxFacts(tmp_path).collect()).time_zone == "Europe/Warsaw"

    @given(st.text())
    def test_any_os_release_is_survived(self, text: str) -> None:
        parse_os_release(text)


class TestSoftware:
    async def test_installed_packages_of_this_machine(self) -> None:
        items = await load_providers(None).software.collect()

        bash = next(item for item in items if item.name == "bash")
        assert bash.version and bash.architecture and bash.publisher and bash.installed_at

    def test_remains_of_removed_packages_are_left_out(self) -> None:
        text = (
            "gone\t1.0\tall\tSomebody\tconfig-files\t1700000000\n"
            "libc6:i386\t2.36\ti386\tGNU <x@y>\tinstalled\t1700000000\nnonsense\n"
        )

        items = parse_packages(text)

        assert [(item.name, item.architecture) for item in items] == [("libc6", "i386")]

    @given(st.text() | st.text("a\t1\n", max_size=80))
    def test_any_text_is_survived(self, text: str) -> None:
        parse_packages(text)


class TestRestart:
    async def test_command_of_the_settings_is_run(self, tmp_path: Path) -> None:
        record = tmp_path / "record"
        command = ("sh", "-c", f'echo "$@" > {record}', "sh", "{seconds}", "{minutes}", "{reason}")

        await ShutdownRestart(command).restart(delay_seconds=90, reason="kernel; $(id)", log=quiet)

        assert record.read_text() == "90 2 kernel; $(id)\n"

    @pytest.mark.parametrize(("reason", "words"), [("", []), ("--halt", ["halt"]), ("- -h now", ["h now"])])
    def test_reason_can_never_be_an_option(self, reason: str, words: list[str]) -> None:
        command = ("shutdown", "-r", "+{minutes}", "{reason}")

        assert restart_argv(command, delay_seconds=0, reason=reason) == ["shutdown", "-r", "+0", *words]

    async def test_default_command_is_not_run_where_that_is_forbidden(self) -> None:
        with pytest.raises(ProviderError) as caught:
            await load_providers(None).restart.restart(delay_seconds=60, reason="", log=quiet)

        assert caught.value.error.code == Code.RESTART_FAILED
        assert "BOSMAN_FORBID_RESTART" in (caught.value.error.detail or "")

    @pytest.mark.parametrize("command", [("false",), ("/no/such/program",)])
    async def test_command_that_fails_is_an_error(self, command: tuple[str, ...]) -> None:
        with pytest.raises(ProviderError) as caught:
            await ShutdownRestart(command).restart(delay_seconds=60, reason="", log=quiet)

        assert caught.value.error.code == Code.RESTART_FAILED
