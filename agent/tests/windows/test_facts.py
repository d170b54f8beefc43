"""Facts of a Windows machine; what its registry says is written by the test where it matters."""

# ruff: noqa: E402 - below what tells mypy that this file is for Windows
import sys

assert sys.platform == "win32"

import winreg
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest

from bosman_agent.platform.windows.facts import (
    BIOS,
    BOOT,
    CLOUD_JOIN,
    VERSION,
    WindowsFacts,
)
from bosman_agent.platform.windows.sessions import signed_in_users
from bosman_protocol.reports import FactsReport
from bosman_protocol.uplink import decode_uplink, encoder

ACCESS = winreg.KEY_ALL_ACCESS | winreg.KEY_WOW64_64KEY
HKLM = winreg.HKEY_LOCAL_MACHINE


class Registry:
    """Writes values and puts the old ones back."""

    def __init__(self) -> None:
        self._before: list[tuple[str, str, tuple[Any, int] | None]] = []
        self._made: list[str] = []

    def make(self, path: str) -> None:
        winreg.CreateKeyEx(HKLM, path, 0, ACCESS).Close()
        self._made.append(path)

    def write(self, path: str, **values: Any) -> None:
        with winreg.CreateKeyEx(HKLM, path, 0, ACCESS) as key:
            for name, value in values.items():
                before = None
                with suppress(OSError):
                    before = winreg.QueryValueEx(key, name)
                self._before.append((path, name, before))
                kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                winreg.SetValueEx(key, name, 0, kind, value)

    def restore(self) -> None:
        for path, name, before in reversed(self._before):
            with winreg.OpenKey(HKLM, path, 0, ACCESS) as key:
                if before is None:
                    winreg.DeleteValue(key, name)
                else:
                    winreg.SetValueEx(key, name, 0, before[1], before[0])
        for path in reversed(self._made):
            winreg.DeleteKeyEx(HKLM, path, winreg.KEY_WOW64_64KEY, 0)


@pytest.fixture
def registry() -> Iterator[Registry]:
    made = Registry()
    yield made
    made.restore()


class TestCollect:
    async def test_this_machine_describes_itself_within_the_bounds_of_the_wire(self) -> None:
        facts = await WindowsFacts().collect()

        assert facts.os_family == "windows" and facts.hostname and "Windows" in facts.os_name
        assert facts.memory_bytes and facts.cpu_cores and facts.architecture == "x86_64"
        # Wine sets the zone of its host at every start of a program: which one it is cannot be chosen here.
        assert facts.time_zone and "/" in facts.time_zone
        assert any(disk.mount_point == "C:\\" for disk in facts.disks)
        assert not any("127.0.0.1" in interface.addresses for interface in facts.network_interfaces)
        report = FactsReport(datetime.now(UTC), facts)
        assert decode_uplink(encoder.encode(report)) == report

    async def test_windows_11_is_named_with_build_and_revision(self, registry: Registry) -> None:
        registry.write(
            VERSION, ProductName="Windows 10 Pro", CurrentBuild="26100", UBR=4351, DisplayVersion="24H2",
            EditionID="Professional", InstallationType="Client",
        )  # fmt: skip

        facts = await WindowsFacts().collect()

        assert (facts.os_name, facts.os_version, facts.os_build) == ("Windows 11 Pro", "24H2", "26100.4351")
        assert (facts.os_edition, facts.update_build_revision) == ("Professional", 4351)

    async def test_hardware_and_join_come_from_the_registry(self, registry: Registry) -> None:
        registry.write(BIOS, SystemManufacturer="Microsoft Corporation", SystemProductName="Virtual Machine")
        registry.make(rf"{CLOUD_JOIN}\0123ABCD")

        facts = await WindowsFacts().collect()

        assert (facts.vendor, facts.model) == ("Microsoft Corporation", "Virtual Machine")
        assert facts.virtualization == "microsoft"
        assert facts.join_state in {"entra", "hybrid"}

    async def test_placeholder_of_the_firmware_is_unknown(self, registry: Registry) -> None:
        registry.write(BIOS, SystemManufacturer="To Be Filled By O.E.M.", SystemProductName="Default string")

        facts = await WindowsFacts().collect()

        assert (facts.vendor, facts.model, facts.virtualization) == (None, None, None)

    async def test_users_are_cleaned(self) -> None:
        facts = await WindowsFacts(lambda: ["BIURO\\zażółć\u202e", "x" * 1000]).collect()

        assert facts.signed_in_users == ("BIURO\\zażółć", "x" * 256)

    async def test_encryption_that_cannot_be_asked_for_is_not_made_up(self) -> None:
        facts = await WindowsFacts().collect()

        assert all(volume.state != "unknown" or volume.mount_point for volume in facts.volume_encryption)


class TestSignedInUsers:
    def test_answer_is_a_list_of_names(self) -> None:
        assert all(name and isinstance(name, str) for name in signed_in_users())


class TestBootId:
    def test_count_of_starts_is_taken_where_windows_keeps_one(self, registry: Registry) -> None:
        registry.write(BOOT, BootId=17)

        assert WindowsFacts().boot_id() == "start-17"

    def test_without_a_count_it_is_the_time_of_the_start_and_stays(self) -> None:
        first, second = WindowsFacts().boot_id(), WindowsFacts().boot_id()

        assert first == second and first is not None
        assert first.startswith("start-") or abs(int(first[3:]) * 120 - psutil.boot_time()) <= 120
