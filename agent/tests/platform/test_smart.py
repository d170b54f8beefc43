"""Disks: real reports of smartctl where there are any, odd and hostile ones, and a stand-in for the program."""

import csv
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.smart.collect import SmartDisks, parse_scan
from bosman_agent.platform.smart.parse import SmartUnreadableError, parse_report
from bosman_agent.platform.smart.reading import SmartReading
from bosman_agent.platform.smart.verdict import assess
from bosman_protocol.codes import Code
from bosman_protocol.health import DiskHealth

FIELDS = {
    "model": "model",
    "tempC": "temperature_celsius",
    "reallocated": "reallocated",
    "pending": "pending",
    "media_errors": "media_errors",
    "critical_warning": "critical_warning",
    "wear_pct": "wear_percent",
    "power_on_hours": "power_on_hours",
    "passed": "passed",
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@pytest.fixture(scope="session")
def samples() -> Path:
    default = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("BOSMAN_SAMPLES", default)) / "smartctl"
    if not folder.is_dir():
        pytest.skip("no samples: set BOSMAN_SAMPLES to the folder that holds smartctl/")
    return folder


def ata(*rows: dict[str, Any], **more: Any) -> str:
    report = {
        "device": {"name": "/dev/sda", "protocol": "ATA"},
        "smartctl": {"exit_status": 0},
        "smart_status": {"passed": True},
        "in_smartctl_database": True,
        "ata_smart_attributes": {"table": list(rows)},
    }
    return json.dumps(report | more)


def row(number: int, name: str, raw: str, *, value: int = 100, thresh: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": number, "name": name, "value": value, "thresh": thresh, "raw": {"string": raw, "value": 9}} | more


def nvme(passed: bool = True, **log: Any) -> DiskHealth:
    return assess(
        parse_report(json.dumps({"smart_status": {"passed": passed}, "nvme_smart_health_information_log": log}))
    )


class TestRealReports:
    def test_every_value_of_every_sample_is_right(self, samples: Path) -> None:
        wrong = []
        with (samples / "expected.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for expected in rows:
            disk = assess(parse_report((samples / expected["file"]).read_text(encoding="utf-8")))
            for column, field in FIELDS.items():
                value = getattr(disk, field)
                if ("" if value is None else str(value)) != expected[column]:
                    wrong.append((expected["file"], column, expected[column], value))

        assert len(rows) >= 30
        assert wrong == []

    @pytest.mark.parametrize(
        ("name", "verdict"),
        [
            ("02_nvme_Samsung_SSD_970_EVO_500GB.json", "warning"),
            ("32_sat_megaraid_1_WD4000FYYX.json", "failing"),
            ("34_sat_ST3500418AS.json", "failing"),
            ("54_usbjmicron_Hitachi_HDS721050DLE630.json", "failing"),
            ("36_sat_HGST_HUS724020ALE640.json", "ok"),
            ("20_sat_KINGSTON_SA400M8120G.json", "ok"),
            ("56_jmb39x-q_0_WDC_WD40EFRX-68N32N0.json", "unknown"),
            ("58_none_smart-fail.json", "unknown"),
        ],
    )
    def test_failing_disks_that_pass_are_caught_and_old_entries_of_logs_alarm_nobody(
        self, samples: Path, name: str, verdict: str
    ) -> None:
        disk = assess(parse_report((samples / name).read_text(encoding="utf-8")))

        assert disk.verdict == verdict
        assert bool(disk.reasons) == (verdict in {"warning", "failing"})


class TestParseReport:
    @pytest.mark.parametrize(
        ("rows", "wear"),
        [
            ([row(231, "SSD_Life_Left", "74")], 26),
            ([row(231, "SSD_Life_Left", "0")], 0),
            ([row(231, "SSD_Life_Left", "0", value=90)], 10),
            ([row(231, "SSD_Life_Left", "0x00005a00000000", value=90)], 10),
            ([row(245, "DriveLife_Used%", "12")], 12),
            ([row(169, "Lifetime_Remaining%", "88")], 12),
            ([row(231, "SSD_Life_Left", "4294967301", value=90)], 10),
            ([row(202, "Percent_Lifetime_Remain", "4", value=96)], 4),
            ([row(202, "Perc_Rated_Life_Used", "2", value=98)], 2),
            ([row(173, "Wear_Leveling_Count", "68", value=98)], 2),
            ([row(233, "Media_Wearout_Indicator", "0", value=55)], 45),
            ([row(233, "Flash_Writes_GiB", "979"), row(202, "Exception_Mode_Status", "0")], None),
            ([row(230, "Media_Wearout_Indicator", "4694419309637", value=4)], None),
            ([row(177, "Wear_Leveling_Count", "401"), row(169, "Remaining_Lifetime_Perc", "96")], 4),
        ],
    )
    def test_wear_goes_by_the_name_of_the_attribute(self, rows: list[dict[str, Any]], wear: int | None) -> None:
        assert parse_report(ata(*rows)).wear_percent == wear

    def test_default_names_of_unknown_models_say_nothing_about_wear(self) -> None:
        rows = [row(233, "Media_Wearout_Indicator", "65406", value=1), row(177, "Wear_Leveling_Count", "7", value=1)]

        assert parse_report(ata(*rows, in_smartctl_database=False)).wear_percent is None

    def test_composite_raw_values_are_read_by_what_is_printed(self) -> None:
        reading = parse_report(
            ata(
                row(5, "Reallocated_Sector_Ct", "8 (3 1)"),
                row(9, "Power_On_Hours", "47060h+35m+00.858s"),
                row(194, "Temperature_Celsius", "38 (Min/Max 28/39)"),
                row(197, "Current_Pending_Sector", "2"),
            )
        )

        assert (reading.reallocated, reading.power_on_hours) == (8, 47060)
        assert (reading.temperature_celsius, reading.pending) == (38, 2)

    def test_number_that_counts_something_else_is_no_pending_sector(self) -> None:
        assert parse_report(ata(row(197, "Not_In_Use", "12"))).pending is None

    @pytest.mark.parametrize("temperature", [0, 255, -1, "hot", None, True, 1e300, [], {"current": 3}])
    def test_impossible_temperature_is_no_reading(self, temperature: Any) -> None:
        report = json.dumps({"device": {}, "temperature": {"current": temperature, "drive_trip": 0}})

        assert parse_report(report).temperature_celsius is None

    def test_scsi_values_are_found_in_all_their_places(self) -> None:
        report = {
            "device": {"protocol": "SCSI"},
            "scsi_vendor": "SEAGATE",
            "scsi_product": "X1",
            "scsi_grown_defect_list": 3,
            "temperature": {"current": 0, "drive_trip": 0},
            "scsi_environmental_reports": {"temperature_1": {"current": 41}},
            "scsi_error_counter_log": {
                "read": {"total_uncorrected_errors": 2},
                "write": {"total_uncorrected_errors": "1"},
                "verify": None,
            },
            "scsi_percentage_used_endurance_indicator": 7,
        }

        reading = parse_report(json.dumps(report))

        assert (reading.model, reading.reallocated, reading.media_errors) == ("SEAGATE X1", 3, 3)
        assert (reading.temperature_celsius, reading.wear_percent) == (41, 7)

    def test_numbers_beyond_the_wire_are_cut_and_text_is_cleaned(self) -> None:
        reading = parse_report(
            '{"model_name": "A\\u202eB\\u0000' + "x" * 5000 + '", "nvme_smart_health_information_log":'
            '{"media_errors": 340282366920938463463374607431768211455, "percentage_used": -3}}'
        )

        assert reading.media_errors == 2**53 and reading.wear_percent is None
        assert reading.model is not None and reading.model.startswith("ABx") and len(reading.model) == 256

    def test_words_around_the_object_are_passed_over(self) -> None:
        text = 'warning: x\n{"model_name": "D", "smart_status": {"passed": false}}\ntrailer'

        assert parse_report(text).passed is False

    @pytest.mark.parametrize(
        "text", ["", "{", "[]", "null", "smartctl 7.3\n", '{"a": 1}', "{}", "[" * 100_000, '{"x":' * 100_000, "{1:2}"]
    )
    def test_what_is_no_report_is_refused(self, text: str) -> None:
        with pytest.raises(SmartUnreadableError):
            parse_report(text)

    @given(JSON, JSON, JSON)
    def test_any_json_makes_a_disk_within_the_bounds_of_the_wire(self, one: Any, two: Any, three: Any) -> None:
        report = {
            "device": one,
            "smartctl": {"messages": [two], "exit_status": three},
            "ata_smart_attributes": {"table": [{"id": 5, "name": one, "raw": two, "flags": three}, one]},
            "nvme_smart_health_information_log": {"critical_warning": one, "percentage_used": two},
            "scsi_error_counter_log": three,
            "ata_device_statistics": {"pages": [{"table": [{"name": one, "value": two, "flags": three}]}]},
            "temperature": one,
            "serial_number": two,
            "scsi_environmental_reports": three,
            "ata_smart_error_log": {"summary": {"table": [{"lifetime_hours": one}]}},
            "power_on_time": two,
        }

        disk = assess(parse_report(json.dumps(report)))

        assert disk.critical_warning is None or 0 <= disk.critical_warning <= 2**53
        assert disk.serial_number is None or len(disk.serial_number) <= 256


class TestAssess:
    def test_healthy_disk_is_ok(self) -> None:
        disk = nvme(critical_warning=0, media_errors=0, percentage_used=12, available_spare=100)

        assert (disk.verdict, disk.reasons) == ("ok", ())

    @pytest.mark.parametrize(
        ("log", "verdict", "reasons"),
        [
            ({"critical_warning": 16}, "failing", ("disk.critical_warning",)),
            ({"critical_warning": 1}, "failing", ("disk.critical_warning", "disk.low_spare")),
            ({"critical_warning": 2}, "failing", ("disk.critical_warning", "disk.hot")),
            ({"critical_warning": 0, "media_errors": 7}, "warning", ("disk.media_errors",)),
            ({"critical_warning": 0, "media_errors": 100}, "failing", ("disk.media_errors",)),
            ({"critical_warning": 0, "percentage_used": 90}, "warning", ("disk.worn",)),
            ({"critical_warning": 0, "percentage_used": 89}, "ok", ()),
            (
                {"critical_warning": 0, "available_spare": 9, "available_spare_threshold": 10},
                "failing",
                ("disk.low_spare",),
            ),
            ({"critical_warning": 0, "available_spare": 10, "available_spare_threshold": 10}, "ok", ()),
            ({"critical_warning": 0, "temperature": 70}, "warning", ("disk.hot",)),
            ({"critical_warning": 0, "temperature": 69}, "ok", ()),
        ],
    )
    def test_nvme_is_judged_by_its_log(self, log: dict[str, Any], verdict: str, reasons: tuple[str, ...]) -> None:
        disk = nvme(**log)

        assert (disk.verdict, disk.reasons) == (verdict, reasons)

    @pytest.mark.parametrize(
        ("reading", "verdict", "reasons"),
        [
            (SmartReading(passed=True, reallocated=99), "warning", ("disk.reallocated",)),
            (SmartReading(passed=True, reallocated=100), "failing", ("disk.reallocated",)),
            (SmartReading(passed=True, reallocated=100, rotates=False), "warning", ("disk.reallocated",)),
            (SmartReading(passed=True, pending=1), "warning", ("disk.pending",)),
            (SmartReading(passed=True, uncorrectable=1), "warning", ("disk.media_errors",)),
            (SmartReading(passed=False), "failing", ("disk.self_assessment_failed",)),
            (SmartReading(exit_status=8), "failing", ("disk.self_assessment_failed",)),
            (SmartReading(passed=True, exit_status=4), "ok", ()),
            (SmartReading(passed=True, exit_status=64), "ok", ()),
            (SmartReading(passed=True, fresh_errors=True), "warning", ("disk.error_log",)),
            (SmartReading(passed=True, prefail="past"), "warning", ("disk.prefail_attribute",)),
            (SmartReading(passed=True, prefail="now"), "failing", ("disk.prefail_attribute",)),
            (SmartReading(passed=True, temperature_celsius=60), "warning", ("disk.hot",)),
            (SmartReading(passed=True, temperature_celsius=60, temperature_limit=65), "ok", ()),
            (SmartReading(temperature_celsius=40, power_on_hours=3), "unknown", ()),
        ],
    )
    def test_other_disks_are_judged_by_what_they_count(
        self, reading: SmartReading, verdict: str, reasons: tuple[str, ...]
    ) -> None:
        disk = assess(reading)

        assert (disk.verdict, disk.reasons) == (verdict, reasons)

    def test_prefail_attribute_at_its_threshold_fails_the_disk_and_an_old_age_one_does_not(self) -> None:
        at_threshold: dict[str, Any] = {"value": 5, "thresh": 5, "flags": {"prefailure": True}}
        failing = assess(parse_report(ata(row(1, "Raw_Read_Error_Rate", "9", **at_threshold))))
        aged = assess(
            parse_report(ata(row(9, "Power_On_Hours", "9", **at_threshold | {"flags": {"prefailure": False}})))
        )

        assert (failing.verdict, aged.verdict) == ("failing", "ok")

    def test_error_of_the_last_month_of_work_is_news_and_an_older_one_is_not(self) -> None:
        def disk(at: int) -> DiskHealth:
            log = {"summary": {"table": [{"lifetime_hours": at}]}}
            return assess(parse_report(ata(power_on_time={"hours": 66_000}, ata_smart_error_log=log)))

        # 66 000 hours are 464 in the 16 bits of the log.
        assert disk(400).reasons == ("disk.error_log",)
        assert disk(60_000).verdict == "ok"


class TestParseScan:
    def test_devices_are_taken_once_and_options_never(self) -> None:
        text = json.dumps(
            {
                "devices": [
                    {"name": "/dev/sda", "type": "sat"},
                    {"name": "/dev/sda", "type": "sat"},
                    {"name": "/dev/bus/0", "type": "sat+megaraid,1"},
                    {"name": "-s", "type": "x"},
                    {"name": "/dev/sdb", "type": "--help"},
                    {"name": 7},
                    "x",
                ]
            }
        )

        devices = parse_scan(text)

        assert [(device.name, device.kind) for device in devices] == [
            ("/dev/sda", "sat"), ("/dev/bus/0", "sat+megaraid,1"), ("/dev/sdb", "auto"),
        ]  # fmt: skip


STAND_IN = """\
import json, sys
words = sys.argv[1:]
if "--scan-open" in words:
    names = ["good", "denied", "asleep", "noise", "closed", "virtual"]
    devices = [{"name": name, "type": "sat"} for name in names]
    devices[4]["open_error"] = "/dev/closed: Open failed: Permission denied"
    print(json.dumps({"smartctl": {}, "devices": devices}))
    sys.exit(0)
assert words[:-1] == ["-x", "-j", "-n", "standby,0", "-d", "sat"], words
answers = {
    "good": ({"model_name": "Good", "smart_status": {"passed": True}}, 64, ""),
    "denied": ({}, 2, "Smartctl open device: /dev/sda failed: Open failed, Error=5"),
    "virtual": ({}, 1, "/dev/vda: Unable to detect device type"),
    "asleep": ({}, 2, "Device is in STANDBY mode, exit(2)"),
}
if words[-1] == "noise":
    print("Segmentation fault")
    sys.exit(139)
report, status, message = answers[words[-1]]
report["smartctl"] = {"exit_status": status, "messages": [{"string": message}]}
print(json.dumps(report))
sys.exit(status)
"""


def program(folder: Path, source: str) -> str:
    """Something that is started like smartctl is."""
    script = folder / "smartctl.py"
    script.write_text(source, encoding="utf-8")
    if sys.platform == "win32":
        starter = folder / "smartctl.cmd"
        starter.write_text(f'@"{sys.executable}" "{script}" %*\n', encoding="utf-8")
    else:
        starter = folder / "smartctl"
        starter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8")
        starter.chmod(starter.stat().st_mode | stat.S_IXUSR)
    return str(starter)


class TestCollect:
    async def test_disks_that_answer_are_reported_and_others_are_problems(self, tmp_path: Path) -> None:
        starter = program(tmp_path, STAND_IN)

        found = await SmartDisks(lambda: starter).collect()

        assert [(disk.device, disk.model, disk.verdict) for disk in found.items] == [
            ("good", "Good", "ok"), ("asleep", None, "unknown"),
        ]  # fmt: skip
        assert [(problem.code, problem.params["device"]) for problem in found.problems] == [
            (Code.HEALTH_NOT_PERMITTED, "denied"),
            (Code.HEALTH_DISK_UNREADABLE, "noise"),
            (Code.HEALTH_NOT_PERMITTED, "closed"),
            (Code.HEALTH_DISK_UNREADABLE, "virtual"),
        ]

    async def test_missing_program_is_said(self) -> None:
        found = await SmartDisks(lambda: None).collect()

        assert found.items == () and [problem.code for problem in found.problems] == [Code.HEALTH_NO_SMARTCTL]

    async def test_program_that_cannot_be_started_is_a_problem(self, tmp_path: Path) -> None:
        found = await SmartDisks(lambda: str(tmp_path / "none")).collect()

        assert found.items == () and [problem.code for problem in found.problems] == [Code.HEALTH_DISK_UNREADABLE]

    async def test_this_machine_is_asked_without_an_error(self) -> None:
        found = await SmartDisks().collect()

        assert all(isinstance(disk, DiskHealth) for disk in found.items)
        assert {problem.code for problem in found.problems} <= {
            Code.HEALTH_NO_SMARTCTL, Code.HEALTH_DISK_UNREADABLE, Code.HEALTH_NOT_PERMITTED,
        }  # fmt: skip
