"""What people reported of other tools in public, as the smallest inputs; where a report lies, its case says."""

import json
from typing import Any

import pytest

from bosman_agent.platform.decoding import StreamDecoder
from bosman_agent.platform.linux import apt_parse, apt_policy
from bosman_agent.platform.linux.apt_scan import Installed, held_back
from bosman_agent.platform.linux.apt_sources import read_refresh, source_name
from bosman_agent.platform.linux.restart_required import parse_needrestart
from bosman_agent.platform.machine_names import known_name
from bosman_agent.platform.smart.aliases import NamedReading, disk_name, merge
from bosman_agent.platform.smart.parse import parse_report
from bosman_protocol.codes import Code


class TestSources:
    """FreePBX/issue-tracker#182, linuxmint/mint22.3-beta#20: machines that were installed from a disc."""

    @pytest.mark.parametrize(
        "label",
        [
            "[Debian GNU/Linux 12.1.0 _Bookworm_ - Official amd64 NETINST with firmware 20230722-10:48]",
            "Linux Mint 22.3 _Zena_ - Release amd64 20251216",
        ],
    )
    def test_disc_is_named_by_its_whole_label(self, label: str) -> None:
        refresh = read_refresh(
            f"Ign:1 cdrom://{label} noble InRelease\nErr:2 cdrom://{label} noble Release\n"
            "  Please use apt-cdrom to make this CD-ROM recognized by APT.\nHit:3 http://b.example/d stable InRelease\n"
            f"E: The repository 'cdrom://{label} noble Release' does not have a Release file.\n"
        )

        assert [(one.name, one.reason) for one in refresh.failed] == [
            (f"cdrom://{label} noble", Code.APT_SOURCE_NOT_FOUND)
        ]
        assert refresh.asked == 2 and source_name(f"cdrom://{label}/ noble ") == f"cdrom://{label} noble"

    def test_list_that_could_not_be_unpacked_is_of_the_source_that_it_came_from(self) -> None:
        (source,) = read_refresh(
            "Get:1 http://a.example/my_d sid InRelease [1 kB]\n"
            "Get:2 http://a.example/my_d sid/main amd64 Packages [9 B]\n"
            "Err:2 http://a.example/my_d sid/main amd64 Packages\n  Hash Sum mismatch\n"
            "E: Failed to fetch store:/var/lib/apt/lists/partial/"
            "a.example_my%5fd_dists_sid_main_binary-amd64_Packages.xz"
            "  Hash Sum mismatch\n"
        ).failed

        assert (source.name, source.reason) == ("http://a.example/my_d sid", Code.APT_SOURCE_DAMAGED)

    def test_words_of_newer_versions_for_errors_and_warnings_are_known(self) -> None:
        refresh = read_refresh(
            "Hit:1 http://b.example/d s InRelease\n"
            "Warning: Failed to fetch http://a.example/d/dists/s/InRelease  Could not resolve 'a.example'\n"
        )

        assert [(one.name, one.reason) for one in refresh.failed] == [
            ("http://a.example/d s", Code.APT_SOURCE_UNREACHABLE)
        ]


class TestPhasing:
    """prometheus-community/node-exporter-textfile-collector-scripts#207."""

    @pytest.mark.parametrize(("phased", "held"), [(" (phased 20%)", []), (" (phased 100%)", ["x"]), ("", ["x"])])
    def test_update_that_ubuntu_rolls_out_is_not_held_by_dependencies(self, phased: str, held: list[str]) -> None:
        # apt 2.4 (Ubuntu 22.04) puts it under "kept back".
        policies = apt_policy.parse_policies(
            "x:\n  Installed: 1\n  Candidate: 2\n  Version table:\n"
            f"     2 500{phased}\n        500 http://u.example/ubuntu jammy-updates/main amd64 Packages\n"
            " *** 1 100\n        100 /var/lib/dpkg/status\n"
        )
        simulation = apt_parse.Simulation((), kept_back=("x",))

        found = held_back(simulation, Installed(("x",), frozenset()), policies, {})

        assert [upgrade.name for upgrade, _ in found] == held


def disk(node: str, kind: str = "sat", **report: Any) -> NamedReading:
    whole = {"smartctl": {"version": [7, 4]}, "device": {"name": node}, **report}
    return NamedReading(disk_name(node, kind), parse_report(json.dumps(whole)))


HOURS: dict[str, Any] = {"power_on_time": {"hours": 900}}


class TestDisksOfOneSerialNumber:
    """dak180/FreeNAS-Report#32 (two actuators), rockstor/rockstor-core#2320 (a dock that says its own number)."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({**HOURS, "logical_unit_id": "0x6000c500d9a1e7370000000000000000"},
             {**HOURS, "logical_unit_id": "0x6000c500d9a1e7370001000000000000"}),
            ({**HOURS, "wwn": {"naa": 5, "oui": 3152, "id": 1}}, {**HOURS, "wwn": {"naa": 5, "oui": 3152, "id": 2}}),
            ({**HOURS, "nvme_namespaces": [{"id": 1, "eui64": {"oui": 9528, "ext_id": 1}}]},
             {**HOURS, "nvme_namespaces": [{"id": 1, "eui64": {"oui": 9528, "ext_id": 2}}]}),
            ({**HOURS, "user_capacity": {"bytes": 6_001_175_126_016}},
             {**HOURS, "user_capacity": {"bytes": 4_000_787_030_016}}),
            # Behind a bridge that hides the disks nothing is left that would tell.
            ({"user_capacity": {"bytes": 6_001_175_126_016}}, {"user_capacity": {"bytes": 6_001_175_126_016}}),
        ],
    )  # fmt: skip
    def test_what_speaks_against_one_disk_keeps_them_apart(self, one: dict[str, Any], other: dict[str, Any]) -> None:
        serial: dict[str, Any] = {"serial_number": "152D00539000"}

        assert len(merge([disk("/dev/sda", **serial, **one), disk("/dev/sdb", **serial, **other)])) == 2

    @pytest.mark.parametrize(
        ("kind", "one", "other"),
        [
            ("scsi", {"logical_unit_id": "0x5000c500a1b2c3d7"}, {"logical_unit_id": "0x5000C500A1B2C3D7"}),
            ("scsi", {"wwn": {"naa": 5, "oui": 0xC50, "id": 0xA1B2C3D7}}, {"logical_unit_id": "0x5000c500a1b2c3d7"}),
            ("sat", HOURS, HOURS),
            ("sat+megaraid,3", {}, HOURS),
        ],
    )
    def test_several_ways_to_one_disk_are_one(self, kind: str, one: dict[str, Any], other: dict[str, Any]) -> None:
        serial: dict[str, Any] = {"serial_number": "ZV70ABCD"}

        assert len(merge([disk("/dev/sda", **serial, **one), disk("/dev/sdb", kind, **serial, **other)])) == 1

    @pytest.mark.parametrize(
        "serial", ["0123456789ABCDEF", "0123456789ABCDE", "123456789ABC", "1234567", "000000000000"]
    )
    def test_number_that_is_none_joins_nothing(self, serial: str) -> None:
        assert len(merge([disk(node, serial_number=serial, **HOURS) for node in ("/dev/sda", "/dev/sdb")])) == 2


def decode(data: bytes, *pages: str, step: int) -> str:
    decoder = StreamDecoder(pages)
    return "".join(decoder.feed(data[at : at + step]) for at in range(0, len(data), step)) + decoder.finish()


class TestConsole:
    @pytest.mark.parametrize("step", [1, 2, 3, 1000])
    @pytest.mark.parametrize(
        "text", ["Ubuntu (Default)\r\nŻółw\r\n", "\r\nWSL 2\r\n\r\nend\r\n", "a\nbcd\n", "Kernel\nx"]
    )
    def test_wide_text_written_in_text_mode_stays_readable(self, text: str, step: int) -> None:
        """microsoft/WSL#9748: the C library puts a byte of return before every byte of newline, in UTF-16, too."""
        data = text.encode("utf-16-le").replace(b"\n", b"\r\n")

        assert decode(data, "cp852", "cp1250", step=step) == text

    @pytest.mark.parametrize("pages", [("cp852", "cp1250"), ("cp850", "cp1252"), ("cp866", "cp1251")])
    @pytest.mark.parametrize(
        "text", ["├───src", "│   └───lib", "────────", "╔════╗", "│   Users", "├── 12 │ ok", "│ 1 │ 2 │", "    │"]
    )
    def test_lines_that_are_drawn_are_the_consoles(self, text: str, pages: tuple[str, str]) -> None:
        """`tree`, tables and boxes: in the other code page of a machine these are letters."""
        assert decode(f"{text}\r\n".encode(pages[0]), *pages, step=1000) == f"{text}\r\n"

    @pytest.mark.parametrize("text", ["ÄÄNNI", "żłobek", "łan", "Łł", "Íí"])
    def test_letters_are_not_taken_for_drawn_lines(self, text: str) -> None:
        assert decode(f"{text}, długość\r\n".encode("cp1250", "replace"), "cp852", "cp1250", step=1000).startswith(text)

    def test_space_that_groups_digits_is_no_letter(self) -> None:
        assert decode("1\xa0234\xa0567\r\n".encode("cp1250"), "cp852", "cp1250", step=1000) == "1\xa0234\xa0567\r\n"


class TestFirmware:
    """fusioninventory/fusioninventory-for-glpi#2823 and #2163: machines that all have the same "number"."""

    @pytest.mark.parametrize(
        "said",
        [
            "Default string", "Chassis Serial Number", "Not Available", "N/A", "To be filled by O.E.M", "Not Present",
            "0123456789", "123456789", "1234567890", "00000000", "XXXXXXXX", "<BAD INDEX>", "INVALID", "OEM", "Empty",
            "System Version", "Base Board Serial Number", "All Series", "..............",
        ],
    )  # fmt: skip
    def test_what_only_fills_a_field_is_not_known(self, said: str) -> None:
        assert known_name(said) is None

    @pytest.mark.parametrize(
        "said", ["MXL0123456", "I6F0013438", "OptiPlex 7090", "NoneSuch 1", "5CG0000001", "X1", "QEMU"]
    )
    def test_names_and_numbers_stay(self, said: str) -> None:
        assert known_name(said) == said


class TestNeedrestart:
    """liske/needrestart#230: its lines are hardly documented, and versions add to them."""

    @pytest.mark.parametrize("line", ["NEEDRESTART-GPU: driver", "NEEDRESTART-KSTA: 4", "NEEDRESTART-UCSTA: x"])
    def test_line_that_is_not_understood_is_told_of(self, line: str) -> None:
        _, reasons = parse_needrestart(f"NEEDRESTART-VER: 9\n{line}\n")

        assert [(one.code, one.params, one.severity) for one in reasons] == [
            ("restart.unread", {"line": line.removeprefix("NEEDRESTART-")}, "soft")
        ]

    def test_lines_of_todays_versions_are_understood(self) -> None:
        lines = "VER: 3.6", "KCUR: 6.1", "KEXP: 6.1", "KSTA: 0", "UCSTA: 1", "UCCUR: 1", "UCEXP: 1", "PID: sshd=1,2"

        pending, reasons = parse_needrestart("".join(f"NEEDRESTART-{line}\n" for line in lines))

        assert (pending, reasons) == (None, ())
