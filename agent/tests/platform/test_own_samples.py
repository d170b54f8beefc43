"""Every parser on samples of our own (`agent/tests/samples`): a clone tries them all, whatever else lies beside it."""

import csv
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.linux import apt_parse
from bosman_agent.platform.sensors.lhm_tree import parse_tree
from bosman_agent.platform.smart.parse import parse_report
from bosman_agent.platform.smart.verdict import assess
from bosman_agent.platform.windows.wua.codes import name_of, names
from bosman_agent.platform.windows.wua.mapping import pending
from bosman_agent.platform.windows.wua.selection import select_updates
from bosman_agent.platform.windows.wua.wire import Offered, Request
from bosman_agent.platform.winget.details import parse_details
from bosman_agent.platform.winget.tables import Row, parse_tables
from testkit.wua.generate import as_update, offered

SAMPLES = Path(__file__).parents[1] / "samples"


def read(name: str) -> str:
    """With the ends of lines as they are."""
    return (SAMPLES / name).read_bytes().decode()


class TestSensors:
    def test_tree_gives_its_sensors_with_their_hardware(self) -> None:
        readings = parse_tree(read("sensors/office-pc.json"))

        found = {(item.hardware, item.name, item.kind): (item.value, item.unit) for item in readings}
        assert found["Skaut SK-77", "+12V", "voltage"] == (11.976, "V")
        assert found["Skaut SK-77", "M.2 nr 2", "temperature"] == (None, "°C")
        assert found["Skaut SK-77", "Nieczynny", "temperature"] == (None, "°C")
        assert found["Skaut SK-77", "Wentylator tylny", "fan"] == (0.0, "RPM")
        assert found["Wisła 7 5800", "Core (Tctl)", "temperature"] == (48.8, "°C")
        assert found["Odra X3", "GPU Core", "temperature"] == (36.0, "°C")
        assert {item.kind for item in readings} == {"temperature", "fan", "voltage", "power", "load"}
        assert not [item for item in readings if "TjMax" in item.name]


SMART: dict[str, tuple[Any, ...]] = {
    "01-nvme-healthy": ("Nysa N2 1TB", 38, None, None, 0, 0, 6, 4120, True, "ok"),
    "02-nvme-media-errors": ("Nysa N1 500GB", 35, None, None, 9, 0, 3, 12800, True, "warning"),
    "03-nvme-read-only": ("Nysa N1 250GB", 41, None, None, 0, 8, 104, 20011, False, "failing"),
    "04-sata-healthy": ("Warta W4000", 33, 0, 0, None, None, None, 9000, True, "ok"),
    "05-sata-pending": ("Warta W500", 39, 311, 8, None, None, None, 44100, True, "failing"),
    "06-ssd-worn": ("Bug S120", 29, 0, None, None, None, 12, 15000, True, "ok"),
    "07-usb-bridge-says-little": (None, None, None, None, None, None, None, None, None, "unknown"),
}


class TestDisks:
    def test_there_is_an_expectation_for_every_report(self) -> None:
        assert {path.stem for path in (SAMPLES / "smart").iterdir()} == set(SMART)

    @pytest.mark.parametrize("name", SMART)
    def test_every_value_is_right(self, name: str) -> None:
        disk = assess(parse_report(read(f"smart/{name}.json")))

        assert SMART[name] == (
            disk.model, disk.temperature_celsius, disk.reallocated, disk.pending, disk.media_errors,
            disk.critical_warning, disk.wear_percent, disk.power_on_hours, disk.passed, disk.verdict,
        )  # fmt: skip
        assert bool(disk.reasons) == (disk.verdict in {"warning", "failing"})


class TestApt:
    def test_upgrades_are_read_whole_and_new_packages_passed_over(self) -> None:
        upgrades = {one.name: one for one in apt_parse.parse_simulation(read("linux/apt-get-s-dist-upgrade.txt"))}

        assert len(upgrades) == 8 and "linux-image-6.1.0-99-amd64" not in upgrades
        assert (upgrades["zaba"].installed, upgrades["zaba"].available) == ("1:3.0-1", "1:3.0-4")
        assert upgrades["g++-kruk"].update_class == "optional"

    def test_classes_agree_with_apt_list(self) -> None:
        simulated = apt_parse.parse_simulation(read("linux/apt-get-s-dist-upgrade.txt"))
        rows = csv.reader(read("linux/apt-list-upgradable.txt").splitlines()[1:], delimiter="/")

        security = {name for name, rest in rows if "-security" in rest.split(" ")[0]}
        assert {one.name for one in simulated if one.update_class == "security"} == security and len(security) == 4


def as_tuple(row: Row) -> tuple[Any, ...]:
    return (row.name, row.id, row.id_truncated, row.version, row.available, row.source)


EDITOR = ("Kruk Editor", "Kruk.Editor", False, "2.0.26", "2.0.28", "winget")


class TestWinget:
    @pytest.mark.parametrize(
        ("name", "rows"),
        [
            ("upgrade-en", [
                EDITOR,
                ("Rzeka 31.1.8", "Rzeka.Draw", False, "31.1.8", "31.4.5", "winget"),
                ("20 Minut do Świtu", "Swit.Gra", False, "1.0", "1.1", "winget"),
                ("Sklepowa", "9NZZZZ000001", False, "1.0.0.0", "1.0.1.0", "msstore"),
            ]),
            ("upgrade-de-two-tables", [
                EDITOR,
                ("Żubr (x64) – Ü", "Zubr.Zubr", False, "1.2.3 Beta", "2.0", "winget"),
            ]),
            ("list-ja-wide-names", [
                ("メモ帳もどき 3.0", "Memo.Memo", False, "3.0", "3.1", "winget"),
                ("川の地図", "ARP\\Machine\\X64\\{AAAA}", False, "< 1.2", "", ""),
                ("Git", "Git.Git", False, "2.45.1", "", "winget"),
            ]),
        ],
    )  # fmt: skip
    def test_every_row_is_found_and_nothing_else(self, name: str, rows: list[Any]) -> None:
        assert [as_tuple(row) for row in parse_tables(read(f"winget/{name}.txt"))] == rows

    def test_details_are_read_whole(self) -> None:
        assert [as_tuple(row) for row in parse_details(read("winget/list-details-en.txt"))] == [
            EDITOR,
            ("Żubr [beta]", "Zubr.Zubr", False, "1.2", "", ""),
        ]


def heard(update: dict[str, Any]) -> Offered:
    made = as_update(update)
    return Offered(
        made["id"], made["revision"], made["title"], kbs=tuple(made["kbs"]),
        categories=tuple(key for _, key in made["categories"]), update_type=made["type"],
        browse_only=made["browse_only"], hidden=made["hidden"], impact=made["impact"],
        restart_behavior=made["restart_behavior"],
    )  # fmt: skip


class TestWindowsUpdate:
    def test_every_update_has_its_class_its_number_and_its_restart_behaviour(self) -> None:
        made = [pending(heard(update)) for update in offered(SAMPLES / "windows-update" / "ansible_made-up.txt")]

        assert [(one.kb, one.update_class, one.restart_behavior, one.is_exclusive) for one in made] == [
            ("KB9000001", "security", "possible", False),
            ("KB9000002", "security", "never", True),
            ("KB9000003", "definition", "never", False),
            ("KB9000004", "optional", "possible", False),
            ("KB9000005", "optional", "always", False),
        ]

    def test_selection_of_security_takes_the_security_updates(self) -> None:
        updates = [heard(update) for update in offered(SAMPLES / "windows-update" / "ansible_made-up.txt")]

        chosen = select_updates(updates, Request("install", "security")).chosen

        assert [one.kbs for one in chosen] == [("KB9000001",), ("KB9000002",)]

    def test_every_code_has_its_name_whatever_its_sign(self) -> None:
        assert len(names()) == 465
        for hresult, name in names().items():
            assert name_of(hresult & 0xFFFFFFFF) == name_of((hresult & 0xFFFFFFFF) - (1 << 32)) == name
