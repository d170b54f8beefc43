"""What the registry of Windows means: rules that hold on any machine."""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.windows import facts_rules, software_rules
from bosman_agent.platform.windows.registry_values import day, number, text, time_of_key
from bosman_agent.platform.windows.smbios import system_serial
from bosman_agent.platform.windows.software_rules import PackageNotes, Place, package, product, read_manifest
from bosman_protocol.reports import SoftwareItem

MACHINE = Place("machine", architecture="x64")
WRITTEN = datetime(2025, 1, 2, 3, 4, tzinfo=UTC)
GUID = "{90160000-008C-0000-1000-0000000FF1CE}"
ANYTHING = st.none() | st.integers() | st.text(max_size=40) | st.binary(max_size=8) | st.lists(st.text(max_size=4))


class TestProduct:
    def test_entry_becomes_a_product_with_all_it_says(self) -> None:
        values = {
            "DisplayName": "7-Zip 24.09",
            "DisplayVersion": "24.09",
            "Publisher": "Igor",
            "InstallDate": "20240229",
        }

        assert product(GUID, values, MACHINE, WRITTEN) == SoftwareItem(
            "7-Zip 24.09", "24.09", "Igor", "x64", "registry", datetime(2024, 2, 29, tzinfo=UTC), "machine", None, GUID
        )

    @pytest.mark.parametrize("written_day", ["", "2024-02-29", "29/02/2024", "20240231", "99999999", 20240229, None])
    def test_day_that_is_none_gives_way_to_when_the_key_was_written(self, written_day: Any) -> None:
        found = product("7-Zip", {"DisplayName": "7-Zip", "InstallDate": written_day}, MACHINE, WRITTEN)

        assert found is not None and found.installed_at == WRITTEN and found.product_code is None

    @pytest.mark.parametrize(
        ("key", "values"),
        [
            ("x", {}),
            ("x", {"DisplayName": ""}),
            ("x", {"DisplayName": 7}),
            ("x", {"DisplayName": "Part", "SystemComponent": 1}),
            ("x", {"DisplayName": "Part", "ParentKeyName": "Office16.PROPLUS"}),
            ("x", {"DisplayName": "Fix", "ReleaseType": "Security Update"}),
            ("KB5034441", {"DisplayName": "Fix"}),
            (f"{GUID}.KB2565063", {"DisplayName": "Fix"}),
        ],
    )
    def test_parts_updates_and_nameless_entries_are_left_out(self, key: str, values: dict[str, Any]) -> None:
        assert product(key, values, MACHINE, None) is None

    def test_hostile_text_is_cleaned_and_cut(self) -> None:
        found = product(
            "x", {"DisplayName": "A\u202e\x1bB\0hidden" + "x" * 9000, "Publisher": "P" * 9000}, MACHINE, None
        )

        assert found is not None and found.name == "AB" and len(found.publisher or "") == 256

    @given(
        st.text(max_size=30), st.dictionaries(st.sampled_from(["DisplayName", "InstallDate", "Publisher"]), ANYTHING)
    )
    def test_any_values_are_survived(self, key: str, values: dict[str, Any]) -> None:
        found = product(key, values, MACHINE, None)

        assert found is None or 0 < len(found.name) <= 256


class TestPackage:
    CALCULATOR = "Microsoft.WindowsCalculator_11.2405.2.0_x64__8wekyb3d8bbwe"

    def test_application_has_name_version_and_architecture(self) -> None:
        found = package(self.CALCULATOR, PackageNotes("Calculator", "Microsoft"), Place("user", "anna"))

        assert found == SoftwareItem(
            "Calculator", "11.2405.2.0", "Microsoft", "x64", "msix", None, "user", "anna", self.CALCULATOR
        )

    @pytest.mark.parametrize(
        "name",
        [
            "Microsoft.VCLibs.140.00_14.0.33519.0_x64__8wekyb3d8bbwe",
            "Microsoft.UI.Xaml.2.8_8.2310.30001.0_x64__8wekyb3d8bbwe",
            "Microsoft.WindowsCalculator_11.2405.2.0_neutral_split.language-pl_8wekyb3d8bbwe",
            "Microsoft.WindowsCalculator_11.2405.2.0_neutral_~_8wekyb3d8bbwe",
            "nonsense",
            "",
        ],
    )
    def test_frameworks_bundles_and_resources_are_left_out(self, name: str) -> None:
        assert package(name, PackageNotes(), MACHINE) is None

    def test_framework_is_also_known_by_its_manifest(self) -> None:
        notes = read_manifest("<Properties><Framework>true</Framework><DisplayName>X</DisplayName></Properties>")

        assert package("Some.Framework_1.0.0.0_x64__8wekyb3d8bbwe", notes, MACHINE) is None

    def test_reference_into_a_resource_file_is_no_name(self) -> None:
        notes = read_manifest(
            "<DisplayName>ms-resource:AppName</DisplayName><PublisherDisplayName>Me</PublisherDisplayName>"
        )

        assert (notes.display_name, notes.publisher) == (None, "Me")

    @given(st.text())
    def test_any_text_is_survived(self, anything: str) -> None:
        read_manifest(anything)
        package(anything, PackageNotes(), MACHINE)
        software_rules.shown_name(anything)


class TestProductName:
    @pytest.mark.parametrize(
        ("values", "name"),
        [
            (
                {"ProductName": "Windows 10 Pro", "CurrentBuild": "26100", "InstallationType": "Client"},
                "Windows 11 Pro",
            ),
            ({"ProductName": "Windows 10 Pro", "CurrentBuild": "22000"}, "Windows 11 Pro"),
            ({"ProductName": "Windows 10 Pro", "CurrentBuild": "19045"}, "Windows 10 Pro"),
            (
                {"ProductName": "Windows Server 2025 Standard", "CurrentBuild": "26100", "InstallationType": "Server"},
                "Windows Server 2025 Standard",
            ),
            ({}, "Windows"),
        ],
    )
    def test_windows_11_is_called_so(self, values: dict[str, Any], name: str) -> None:
        assert facts_rules.product_name(values) == name

    def test_build_carries_the_revision(self) -> None:
        values = {"CurrentBuild": "26100", "UBR": 4351, "DisplayVersion": "24H2", "ReleaseId": "2009"}

        assert (facts_rules.build(values), facts_rules.display_version(values)) == ("26100.4351", "24H2")
        assert facts_rules.build({"CurrentBuild": "26100"}) == "26100"
        assert facts_rules.build({}) is None


class TestTimeZone:
    @pytest.mark.parametrize(
        ("name", "zone"),
        [("Central European Standard Time", "Europe/Warsaw"), ("UTC", "Etc/UTC"), ("Made Up Time", None), (None, None)],
    )
    def test_zone_of_windows_is_translated(self, name: str | None, zone: str | None) -> None:
        assert facts_rules.time_zone(name) == zone


class TestJoinState:
    @pytest.mark.parametrize(
        ("in_domain", "in_cloud", "state"),
        [(False, False, "workgroup"), (True, False, "domain"), (False, True, "entra"), (True, True, "hybrid"),
         (None, False, None), (None, True, "entra")],
    )  # fmt: skip
    def test_both_joins_make_one_state(self, in_domain: bool | None, in_cloud: bool, state: str | None) -> None:
        assert facts_rules.join_state(in_domain=in_domain, in_cloud=in_cloud) == state


class TestVolumeEncryption:
    @pytest.mark.parametrize(
        ("conversion", "protection", "state"),
        [(1, 1, "encrypted"), (1, 0, "suspended"), (1, 2, "unknown"), (0, 0, "decrypted"), (2, 0, "encrypting"),
         (5, 0, "decrypting"), (None, 1, "unknown"), ("x", "y", "unknown")],
    )  # fmt: skip
    def test_state_follows_both_numbers(self, conversion: Any, protection: Any, state: str) -> None:
        found = facts_rules.volume_encryption({"drive": "C:", "conversion": conversion, "protection": protection})

        assert found is not None and (found.mount_point, found.state) == ("C:", state)

    def test_volume_without_a_letter_is_left_out(self) -> None:
        assert facts_rules.volume_encryption({"drive": None, "conversion": 1}) is None


class TestRegistryValues:
    def test_text_ends_at_a_zero_character(self) -> None:
        assert text({"a": "Central European Standard Time\0garbage"}, "a") == "Central European Standard Time"

    @pytest.mark.parametrize(
        ("value", "wanted"), [(7, 7), ("26100", 26100), (" 5 ", 5), ("٣", None), (b"1", None), ("", None)]
    )
    def test_numbers_may_be_text(self, value: Any, wanted: int | None) -> None:
        assert number({"a": value}, "a") == wanted

    def test_day_ahead_of_time_is_none(self) -> None:
        ahead = (datetime.now(UTC) + timedelta(days=40)).strftime("%Y%m%d")

        assert day({"a": ahead}, "a") is None

    @pytest.mark.parametrize("ticks", [0, -1, 2**63, 10])
    def test_time_of_a_key_that_is_none(self, ticks: int) -> None:
        assert time_of_key(ticks) is None

    def test_time_of_a_key_counts_from_1601(self) -> None:
        assert time_of_key(133_500_000_000_000_000) == datetime(2024, 1, 17, 21, 20, tzinfo=UTC)


def structure(kind: int, fields: bytes, *strings: str) -> bytes:
    body = struct.pack("<BBH", kind, 4 + len(fields), 0) + fields
    return body + b"".join(item.encode("latin-1") + b"\0" for item in strings) + (b"\0" if strings else b"\0\0")


class TestSystemSerial:
    def test_serial_is_found_behind_other_structures(self) -> None:
        table = bytes(8) + structure(0, bytes(8)) + structure(1, bytes([1, 2, 3, 4]), "Dell", "X", "1", "ABC123")

        assert system_serial(table) == "ABC123"

    @pytest.mark.parametrize("fields", [bytes([1, 2, 3, 0]), bytes([1, 2, 3, 9]), bytes([1])])
    def test_missing_serial_is_none(self, fields: bytes) -> None:
        assert system_serial(bytes(8) + structure(1, fields, "Dell")) is None

    @given(st.binary(max_size=200))
    def test_any_bytes_are_survived(self, raw: bytes) -> None:
        found = system_serial(raw)

        assert found is None or isinstance(found, str)
