"""Software of a Windows registry: entries that the test writes are found, and what is none is not."""

# ruff: noqa: E402 - below what tells mypy that this file is for Windows
import sys

assert sys.platform == "win32"

import uuid
import winreg
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.windows.software import ALL_USERS_PACKAGES, UNINSTALL, USER_PACKAGES, WindowsSoftware
from bosman_protocol.reports import SoftwareItem, SoftwareReport
from bosman_protocol.uplink import decode_uplink, encoder

HKLM, HKU = winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_USERS
SID = "S-1-5-21-1111111111-2222222222-3333333333-1001"


def remove(root: int, path: str, view: int = winreg.KEY_WOW64_64KEY) -> None:
    try:
        with winreg.OpenKey(root, path, 0, winreg.KEY_ALL_ACCESS | view) as key:
            names = [winreg.EnumKey(key, index) for index in range(winreg.QueryInfoKey(key)[0])]
    except OSError:
        return
    for name in names:
        remove(root, rf"{path}\{name}", view)
    winreg.DeleteKeyEx(root, path, view, 0)


class Registry:
    def __init__(self) -> None:
        self.written: list[tuple[int, str, int]] = []

    def write(self, root: int, path: str, view: int = winreg.KEY_WOW64_64KEY, /, **values: Any) -> None:
        self.written.append((root, path, view))
        with winreg.CreateKeyEx(root, path, 0, winreg.KEY_ALL_ACCESS | view) as key:
            for name, value in values.items():
                kind = winreg.REG_DWORD if isinstance(value, int) else winreg.REG_SZ
                winreg.SetValueEx(key, name, 0, kind, value)


@pytest.fixture
def registry() -> Iterator[Registry]:
    made = Registry()
    yield made
    for root, path, view in reversed(made.written):
        remove(root, path, view)
    # A user's hive that the test made up goes as a whole.
    for name in (SID, f"{SID}_Classes"):
        remove(HKU, name)


async def named(name: str) -> list[SoftwareItem]:
    return [item for item in await WindowsSoftware().collect() if item.name == name]


class TestProducts:
    async def test_both_views_of_the_machine_are_read(self, registry: Registry) -> None:
        name = f"Żółty program {uuid.uuid4()}"
        registry.write(HKLM, rf"{UNINSTALL}\{name}", DisplayName=name, DisplayVersion="1.0", Publisher="Zażółć")
        registry.write(
            HKLM, rf"{UNINSTALL}\{name}", winreg.KEY_WOW64_32KEY, DisplayName=name, DisplayVersion="2.0"
        )  # fmt: skip

        found = await named(name)

        assert {(item.version, item.architecture, item.scope) for item in found} == {
            ("1.0", "x64", "machine"), ("2.0", "x86", "machine"),
        }  # fmt: skip
        assert {item.publisher for item in found} == {"Zażółć", None}

    async def test_day_of_the_key_stands_in_for_a_missing_one(self, registry: Registry) -> None:
        name = f"Undated {uuid.uuid4()}"
        registry.write(HKLM, rf"{UNINSTALL}\{name}", DisplayName=name)

        (item,) = await named(name)

        assert item.installed_at is not None
        assert abs(datetime.now(UTC) - item.installed_at) < timedelta(hours=1)

    async def test_product_code_is_the_guid_of_the_key(self, registry: Registry) -> None:
        code, name = "{" + str(uuid.uuid4()).upper() + "}", f"Msi {uuid.uuid4()}"
        registry.write(HKLM, rf"{UNINSTALL}\{code}", DisplayName=name, InstallDate="20240229")

        (item,) = await named(name)

        assert (item.product_code, item.installed_at) == (code, datetime(2024, 2, 29, tzinfo=UTC))

    async def test_parts_and_updates_are_left_out(self, registry: Registry) -> None:
        name = f"Part {uuid.uuid4()}"
        registry.write(HKLM, rf"{UNINSTALL}\a-{name}", DisplayName=name, SystemComponent=1)
        registry.write(HKLM, rf"{UNINSTALL}\b-{name}", DisplayName=name, ParentKeyName="Office")

        assert await named(name) == []

    async def test_products_of_a_loaded_user_hive_are_that_users(self, registry: Registry) -> None:
        name = f"Mine {uuid.uuid4()}"
        registry.write(HKU, rf"{SID}\{UNINSTALL}\{name}", DisplayName=name, DisplayVersion="3")
        registry.write(HKU, rf"{SID}\Volatile Environment", USERNAME="anna", USERDOMAIN="BIURO")

        (item,) = await named(name)

        assert (item.scope, item.user, item.version) == ("user", "BIURO\\anna", "3")


class TestPackages:
    async def test_package_for_all_users_is_read_with_its_manifest(self, registry: Registry, tmp_path: Path) -> None:
        manifest = tmp_path / "AppxManifest.xml"
        manifest.write_text(
            "<Properties><DisplayName>Kalkulator</DisplayName>"
            "<PublisherDisplayName>Żółw</PublisherDisplayName></Properties>",
            encoding="utf-8",
        )
        name = "Test.Calculator_1.2.3.0_x64__8wekyb3d8bbwe"
        registry.write(HKLM, rf"{ALL_USERS_PACKAGES}\{name}", Path=str(manifest))

        (item,) = await named("Kalkulator")

        assert (item.version, item.publisher, item.source, item.product_code) == ("1.2.3.0", "Żółw", "msix", name)

    async def test_package_of_a_user_is_reported_once_and_frameworks_never(self, registry: Registry) -> None:
        repository = rf"{SID}_Classes\{USER_PACKAGES}"
        registry.write(HKU, rf"{SID}\Volatile Environment", USERNAME="anna")
        for name in ("Test.Own_1.0.0.0_x64__8wekyb3d8bbwe", "Test.Shared_1.0.0.0_x64__8wekyb3d8bbwe",
                     "Microsoft.VCLibs.140.00_14.0.0.0_x64__8wekyb3d8bbwe"):  # fmt: skip
            registry.write(HKU, rf"{repository}\{name}", DisplayName="ms-resource:Name")
        registry.write(HKLM, rf"{ALL_USERS_PACKAGES}\Test.Shared_1.0.0.0_x64__8wekyb3d8bbwe")

        items = [item for item in await WindowsSoftware().collect() if item.source == "msix"]

        assert {(item.name, item.scope, item.user) for item in items} == {
            ("Test.Own", "user", "anna"), ("Test.Shared", "machine", None),
        }  # fmt: skip


class TestWholeList:
    async def test_list_of_this_machine_fits_the_wire(self, registry: Registry) -> None:
        registry.write(HKLM, rf"{UNINSTALL}\hostile", DisplayName="A\u202eB" + "x" * 5000, DisplayVersion="9" * 5000)

        items = await WindowsSoftware().collect()

        report = SoftwareReport(uuid.uuid4(), datetime.now(UTC), 0, last=True, items=tuple(items[:2000]))
        assert decode_uplink(encoder.encode(report)) == report
        assert any(item.name.startswith("ABx") for item in items)
