"""Small inputs from the field on which the agent was once wrong, each with its sisters. The inputs are made up."""

import json
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.linux import apt_parse, apt_policy
from bosman_agent.platform.linux.apt_archives import Archive, is_security_origin
from bosman_agent.platform.linux.apt_list import read_upgrades
from bosman_agent.platform.linux.apt_sources import read_refresh
from bosman_agent.platform.linux.dpkg_version import compare
from bosman_agent.platform.linux.restart_required import parse_needrestart
from bosman_agent.platform.linux.software import parse_packages
from bosman_agent.platform.smart.aliases import NamedReading, disk_name, merge
from bosman_agent.platform.smart.parse import parse_report
from bosman_agent.platform.smart.reading import SmartReading
from bosman_agent.platform.smart.verdict import assess
from bosman_agent.platform.windows.wua.causes import WINDOWS
from bosman_agent.platform.windows.wua.codes import Circumstances, code_of, name_of, names
from bosman_agent.platform.winget.tables import parse_tables, read_tables
from bosman_protocol.codes import Code

SAMPLES = Path(__file__).parents[1] / "samples"


def read(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


class TestVersions:
    @pytest.mark.parametrize(
        ("older", "newer"),
        [
            ("1.0", "1.1"), ("1.9", "1.10"), ("1.0~rc1", "1.0"), ("1.0", "1.0+b1"), ("9", "1:1"), ("1.0-1", "1.0-1.1"),
            ("1:9.2p1-2+deb12u9", "1:9.2p1-2+deb12u10"), ("2.0", "2.0a"), ("1.0a", "1.0+"), ("1.0-1~bpo", "1.0-1"),
        ],
    )  # fmt: skip
    def test_order_is_that_of_dpkg(self, older: str, newer: str) -> None:
        assert compare(older, newer) < 0 < compare(newer, older)

    @pytest.mark.parametrize(("one", "other"), [("1.0", "0:1.0"), ("1.00", "1.0"), ("1.0-0", "1.0"), ("a", "a")])
    def test_what_dpkg_calls_equal_is_equal(self, one: str, other: str) -> None:
        assert compare(one, other) == 0


class TestSecurityArchives:
    @pytest.mark.parametrize(
        ("name", "security"),
        [
            ("debian-point-release", True), ("ubuntu-updates-over-security", True), ("ubuntu-esm", True),
            ("debian-10", True), ("fixed-already", False), ("backports-only", False),
        ],
    )  # fmt: skip
    def test_fix_that_an_ordinary_version_overtook_is_still_one(self, name: str, security: bool) -> None:
        ((_, policy),) = apt_policy.parse_policies(read(f"linux/policy/{name}.txt")).items()

        assert policy.installed is not None and policy.candidate is not None
        assert apt_policy.is_security(policy, {}, policy.installed, policy.candidate) is security

    @pytest.mark.parametrize(
        ("origin", "security"),
        [
            ("Debian-Security:12/stable-security", True), ("Debian-Security:10/oldstable", True),
            ("Ubuntu:22.04/jammy-security", True), (" UbuntuESM:16.04/xenial-infra-security", True),
            ("security:zeek:Debian_12", False), ("my-security:stable", False), ("Security Onion:2/stable", False),
            ("Vendor:1/security-tools", False), ("apt-security.example.org", False),
            ("Debian:12/stable-updates", False),
        ],
    )  # fmt: skip
    def test_only_the_name_of_the_suite_or_debians_own_label_counts(self, origin: str, security: bool) -> None:
        assert is_security_origin(origin) is security

    def test_release_files_are_read_for_what_an_address_does_not_say(self) -> None:
        archives = apt_policy.parse_archives(read("linux/policy/package-files.txt"))

        place = "http://mirror.example/fixes ./ Packages"
        assert archives[place] == Archive("http://mirror.example/fixes", "stable-security", "", "Debian, fixed", 500)
        assert archives[place].is_security


class TestSources:
    @pytest.mark.parametrize("language", ["en", "de", "pl"])
    def test_failed_source_is_named_in_every_language(self, language: str) -> None:
        refresh = read_refresh(read(f"linux/update/{language}.txt"))

        assert [source.name for source in refresh.failed] == ["http://sec.example/debian-security bookworm-security"]
        assert (refresh.fetched, refresh.asked) == (1, 2)

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ("E: The repository 'http://a.example/d stable Release' does not have a Release file.", "not_found"),
            ("E: The repository 'http://a.example/d stable InRelease' is not signed.", "not_signed"),
            ("W: GPG error: http://a.example/d stable InRelease: The following signatures were invalid: EXPKEYSIG 1 A",
             "untrusted"),
            (("W: GPG error: http://a.example/d stable InRelease: The following signatures couldn't be verified "
             "because the public key is not available: NO_PUBKEY 1"), "untrusted"),
            (("E: Release file for http://a.example/d/dists/stable/InRelease is expired (invalid since 3d 2h 1min 2s). "
             "Updates for this repository will not be applied."), "expired"),
            ("E: Release file for http://a.example/d/dists/stable/InRelease is not valid yet (invalid for another 2h).",
             "expired"),
            ("E: Failed to fetch http://a.example/d/dists/stable/InRelease  404  Not Found [IP: 1.2.3.4 80]",
             "not_found"),
            ("E: Failed to fetch http://a.example/d/dists/stable/InRelease  403  Forbidden [IP: 1.2.3.4 80]", "denied"),
            ("W: Failed to fetch http://a.example/d/dists/stable/InRelease  Connection timed out [IP: 1.2.3.4 80]",
             "unreachable"),
            ("W: Failed to fetch http://a.example/d/dists/stable/InRelease  Could not resolve 'a.example'",
             "unreachable"),
            ("E: Failed to fetch http://a.example/d/dists/stable/main/binary-amd64/Packages.xz  Hash Sum mismatch",
             "damaged"),
            (("E: Failed to fetch http://a.example/d/dists/stable/main/binary-amd64/Packages.xz  File has unexpected "
             "size (1 != 2). Mirror sync in progress? [IP: 1.2.3.4 80]"), "damaged"),
            ("E: Repository 'http://a.example/d stable InRelease' changed its 'Suite' value from 'x' to 'y'",
             "changed"),
            ("W: Etwas ging schief: http://a.example/d stable InRelease: niemand weiss was", "failed"),
        ],
    )  # fmt: skip
    def test_every_way_to_fail_has_its_reason(self, said: str, reason: str) -> None:
        (source,) = read_refresh(f"Hit:1 http://b.example/d stable InRelease\n{said}\n").failed

        assert (source.name, source.reason) == ("http://a.example/d stable", f"apt.source_{reason}")

    @pytest.mark.parametrize(
        "said",
        [
            "W: Target Packages (main/binary-amd64/Packages) is configured multiple times in /etc/apt/sources.list:1",
            "W: https://q.example/dists/stable/InRelease: Key is stored in legacy trusted.gpg keyring (/etc/apt/t.gpg)",
            "N: Repository 'http://a.example/d stable InRelease' changed its 'Version' value from '12.1' to '12.2'",
            "W: Some index files failed to download. They have been ignored, or old ones used instead.",
        ],
    )
    def test_what_apt_only_remarks_is_no_failure(self, said: str) -> None:
        assert read_refresh(f"Hit:1 http://b.example/d stable InRelease\n{said}\n").failed == ()

    def test_password_in_an_address_leaves_the_device_never(self) -> None:
        (source,) = read_refresh(
            "E: Failed to fetch http://u:pw@a.example/d/dists/s/InRelease  401  Unauthorized"
        ).failed

        assert "pw" not in f"{source}" and source.reason == Code.APT_SOURCE_DENIED


class TestCounts:
    def test_names_and_versions_that_dpkg_takes_are_taken(self) -> None:
        read = read_upgrades(
            "Auflistung... Fertig\nhip_base/Ubuntu 16.04 1.5.19055 amd64 [aktualisierbar von: 1.5.1_1]\n"
        )

        assert [(one.name, one.installed) for one in read.upgrades] == [("hip_base", "1.5.1_1")]

    def test_row_that_is_none_is_counted(self) -> None:
        read = read_upgrades(
            "Listing...\na/stable 2 amd64 [upgradable from: 1]\nb/stable ? amd64 [upgradable from: 1]\n"
        )

        assert len(read.upgrades) == 1 and read.unread == ("b/stable ? amd64 [upgradable from: 1]",)

    def test_what_apt_counts_and_does_not_name_is_missed(self) -> None:
        summary = "3 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\n"

        read = apt_parse.read_simulation(f"Inst a [1] (2 X:s [all])\nInst n (1 X:s [all])\nInst ? [1\n{summary}")

        assert (len(read.upgrades), read.unread, read.missed) == (1, ("Inst ? [1",), 1)

    def test_downgrade_is_no_upgrade(self) -> None:
        read = read_upgrades("Inst a [2.0] (1.9 X:s [all])\n0 upgraded, 0 newly installed, 1 downgraded, 0 to remove\n")

        assert (read.upgrades, [one.name for one in read.downgrades], read.missed) == ((), ["a"], 0)

    def test_packages_that_are_kept_back_are_known(self) -> None:
        text = "The following packages have been kept back:\n  unzip libc6:i386\n  x_y\n0 upgraded, 0 newly installed, "

        assert apt_parse.read_simulation(text).kept_back == ("unzip", "libc6:i386", "x_y")

    def test_details_of_two_architectures_stay_apart(self) -> None:
        stanza = "Package: boslib\nVersion: 2.0\nArchitecture: {}\nSize: {}\nDescription: d\n"
        details = apt_parse.parse_details(f"{stanza.format('amd64', 1000)}\n{stanza.format('i386', 2000)}")

        sizes = {key[2]: one.size_bytes for key, one in details.items()}
        assert sizes == {"amd64": 1000, "i386": 2000}


class TestInterruptedDpkg:
    def test_everything_whose_files_are_there_is_installed(self) -> None:
        states = ("installed", "triggers-pending", "triggers-awaited", "half-configured", "unpacked", "half-installed")
        gone = ("not-installed", "config-files")
        text = "".join(f"{state}\t1\tamd64\tD\tE\t{state}\t1700000000\n" for state in (*states, *gone))

        assert [item.name for item in parse_packages(text)] == list(states)


class TestNeedrestart:
    @pytest.mark.parametrize(
        ("said", "pending", "reasons"),
        [
            ("KSTA: 1\nUCSTA: 2\nUCCUR: 0x1\nUCEXP: 0x2", True, [("restart.microcode", "hard")]),
            ("KSTA: 3\nKEXP: 6.1", True, [("restart.kernel", "hard")]),
            ("KSTA: 1\nUCSTA: 1\nSVC: cron.service", False, [("restart.service", "soft")]),
            ("KSTA: 0\nUCSTA: 0\nSESS: root @ session #1", None, [("restart.session", "soft")]),
            ("KSTA: 1\nCONT: LXC web1", False, [("restart.container", "soft")]),
        ],
    )
    def test_states_mean_what_its_manual_says(self, said: str, pending: Any, reasons: list[Any]) -> None:
        lines = "".join(f"NEEDRESTART-{line}\n" for line in said.split("\n"))

        found, why = parse_needrestart(lines)

        assert (found, [(one.code, one.severity) for one in why]) == (pending, reasons)


class TestDisks:
    @pytest.mark.parametrize(
        ("version", "printed", "defects"),
        [([7, 0], 56, 7), ([7, 1], 57, None), ([7, 2], 56, 56), ([7, 4], 7, 7), ([6, 7], 0, 0), (None, 5, 5)],
    )
    def test_grown_defects_of_old_versions_are_bytes(self, version: Any, printed: int, defects: int | None) -> None:
        report = {"smartctl": {"version": version}, "scsi_grown_defect_list": printed}

        assert parse_report(json.dumps(report)).reallocated == defects

    @pytest.mark.parametrize(
        ("name", "pending"),
        [("Current_Pending_Sector", 1), ("Total_Pending_Sectors", 1), ("Current_Pending_ECC_Cnt", None),
         ("ECC_Error_Count", None), ("Unknown_Attribute", None)],
    )  # fmt: skip
    def test_counter_that_smartmontools_renamed_warns_of_nothing(self, name: str, pending: int | None) -> None:
        rows = [{"id": 197, "name": name, "value": 100, "raw": {"value": 1, "string": "1"}}]
        report = {"smart_status": {"passed": True}, "ata_smart_attributes": {"table": rows}}

        disk = assess(parse_report(json.dumps(report)))

        assert (disk.pending, "disk.pending" in disk.reasons) == (pending, pending is not None)

    def test_disk_behind_two_names_is_one_and_keeps_both(self) -> None:
        full = SmartReading(serial_number="B", model="M", temperature_celsius=27, power_on_hours=9000)
        poor = SmartReading(serial_number=" b", model="ATA M")

        (disk, alone) = merge([
            NamedReading("/dev/sdb", poor), NamedReading(disk_name("/dev/bus/0", "sat+megaraid,0"), full),
            NamedReading(disk_name("/dev/bus/0", "megaraid,1"), SmartReading(serial_number="C")),
        ])  # fmt: skip

        assert (disk.name, disk.reading.temperature_celsius) == ("/dev/sdb (megaraid,0)", 27)
        assert alone.name == "/dev/bus/0 (megaraid,1)"

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (SmartReading(), SmartReading()),
            (SmartReading(serial_number="0000"), SmartReading(serial_number="0000")),
            (SmartReading(serial_number="D", power_on_hours=10), SmartReading(serial_number="D", power_on_hours=900)),
        ],
    )
    def test_disks_that_only_seem_to_have_one_number_stay_apart(self, one: SmartReading, other: SmartReading) -> None:
        assert len(merge([NamedReading("/dev/sda", one), NamedReading("/dev/sdb", other)])) == 2


class TestWinget:
    def test_last_of_four_columns_is_what_was_asked_for(self) -> None:
        table = "Name  Id      Version Last\n--------------------------\nLlama A.Llama b5130   b10507\n"

        (upgrade,) = parse_tables(table, "upgrade")
        (counted,) = parse_tables(f"{table}1 upgrades available.\n")
        (listed,) = parse_tables(table.replace("b10507", "corp1 "), "list")

        assert (upgrade.available, upgrade.source) == (counted.available, counted.source) == ("b10507", "")
        assert (listed.available, listed.source) == ("", "corp1")

    def test_version_that_begins_with_a_word_is_one(self) -> None:
        listing = read_tables(read("winget/upgrade-worded-version.txt"), "upgrade")

        assert [(row.id, row.version) for row in listing.rows] == [
            ("Rzeka.Draw", "24.09"), ("Kruk.City", "Build 197398"), ("Zubr.Zubr", "Update 5 (x64)"),
        ]  # fmt: skip
        assert (listing.unread, listing.missed, listing.pinned) == ((), 0, 2)

    def test_rows_that_are_lost_are_counted_by_wingets_own_number(self) -> None:
        text = read("winget/upgrade-worded-version.txt").replace("3 upgrades", "5 upgrades")

        assert read_tables(text, "upgrade").missed == 2


SYSTEM_ERRORS = {
    2: "ERROR_FILE_NOT_FOUND", 3: "ERROR_PATH_NOT_FOUND", 13: "ERROR_INVALID_DATA", 32: "ERROR_SHARING_VIOLATION",
    112: "ERROR_DISK_FULL", 350: "ERROR_FAIL_NOACTION_REBOOT", 1053: "ERROR_SERVICE_REQUEST_TIMEOUT",
    1058: "ERROR_SERVICE_DISABLED", 1060: "ERROR_SERVICE_DOES_NOT_EXIST", 1062: "ERROR_SERVICE_NOT_ACTIVE",
    1067: "ERROR_PROCESS_ABORTED", 1115: "ERROR_SHUTDOWN_IN_PROGRESS", 1168: "ERROR_NOT_FOUND",
    1223: "ERROR_CANCELLED", 1392: "ERROR_FILE_CORRUPT", 1460: "ERROR_TIMEOUT", 1601: "ERROR_INSTALL_SERVICE_FAILURE",
    1602: "ERROR_INSTALL_USEREXIT", 1603: "ERROR_INSTALL_FAILURE", 1605: "ERROR_UNKNOWN_PRODUCT",
    1618: "ERROR_INSTALL_ALREADY_RUNNING", 1633: "ERROR_INSTALL_PLATFORM_UNSUPPORTED",
    1642: "ERROR_PATCH_TARGET_NOT_FOUND", 1722: "RPC_S_SERVER_UNAVAILABLE", 1726: "RPC_S_CALL_FAILED",
    3010: "ERROR_SUCCESS_REBOOT_REQUIRED", 3017: "ERROR_FAIL_REBOOT_REQUIRED", 3018: "ERROR_FAIL_REBOOT_INITIATED",
    12002: "ERROR_INTERNET_TIMEOUT", 12007: "ERROR_INTERNET_NAME_NOT_RESOLVED", 12029: "ERROR_INTERNET_CANNOT_CONNECT",
    12030: "ERROR_INTERNET_CONNECTION_ABORTED", 12031: "ERROR_INTERNET_CONNECTION_RESET",
    12037: "ERROR_INTERNET_SEC_CERT_DATE_INVALID", 12038: "ERROR_INTERNET_SEC_CERT_CN_INVALID",
    12045: "ERROR_INTERNET_INVALID_CA", 12152: "ERROR_HTTP_INVALID_SERVER_RESPONSE",
    12157: "ERROR_INTERNET_SECURITY_CHANNEL_ERROR", 12175: "ERROR_INTERNET_DECODING_FAILED",
    14081: "ERROR_SXS_ASSEMBLY_MISSING", 14098: "ERROR_SXS_COMPONENT_STORE_CORRUPT",
}  # fmt: skip
"""Microsoft's system error codes, of those that the table has."""


class TestHresults:
    def test_low_words_are_microsofts_own_numbers(self) -> None:
        win32 = {value & 0xFFFF: name for value, (name, _) in WINDOWS.items() if value >> 16 == 0x8007}
        as_hresult = {name for name in win32.values() if name.startswith("E_")}

        assert as_hresult == {"E_ACCESSDENIED", "E_OUTOFMEMORY", "E_INVALIDARG"}
        assert {low: name for low, name in win32.items() if name not in as_hresult} == SYSTEM_ERRORS

    def test_rolled_back_and_unreachable_have_their_names(self) -> None:
        assert name_of(0x80070BC9) == "ERROR_FAIL_REBOOT_REQUIRED"
        assert code_of(0x80240438, Circumstances()) == Code.UPDATES_UNREACHABLE

    def test_every_name_of_windows_update_has_a_cause(self) -> None:
        vague = [name for value, name in names().items() if code_of(value, Circumstances()) == Code.UPDATES_FAILED]

        assert vague == ["WU_E_INVALID_CRITERIA"]
