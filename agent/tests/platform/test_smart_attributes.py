"""Attributes whose names promise more, or less, than their values hold."""

import json
from typing import Any

import pytest

from bosman_agent.platform.smart.parse import parse_report
from bosman_agent.platform.smart.verdict import assess
from bosman_protocol.health import DiskHealth

CHANGED = {
    "id": 184, "name": "End-to-End_Error", "value": 98, "thresh": 99, "when_failed": "now", "raw": {"string": "2"}
}  # fmt: skip


def disk(row: dict[str, Any], **more: Any) -> DiskHealth:
    report = {
        "smart_status": {"passed": True},
        "in_smartctl_database": True,
        "ata_smart_attributes": {"table": [row]},
    }
    return assess(parse_report(json.dumps(report | more)))


class TestWear:
    @pytest.mark.parametrize(
        ("name", "value", "raw", "wear"),
        [
            ("SSD_Life_Left", 0, "100", 0),
            ("Remaining_Lifetime_Perc", 0, "97", 3),
            ("SSD_Life_Left", 88, "12", 12),
            ("Percent_Lifetime_Remain", 0, "100", 100),
            ("Percent_Lifetime_Remain", 0, "113", 113),
            ("Percent_Lifetime_Remain", 0, "3", None),
            ("Percent_Lifetime_Remain", 0, "4294967301", None),
            ("Percent_Lifetime_Remain", 100, "100", 0),
            ("Percent_Lifetime_Remain", 100, "0", 0),
            ("Percent_Life_Remaining", 100, "100", 0),
        ],
    )
    def test_share_that_is_left_is_read_as_the_disk_counts_it(
        self, name: str, value: int, raw: str, wear: int | None
    ) -> None:
        assert disk({"id": 202, "name": name, "value": value, "raw": {"string": raw}}).wear_percent == wear


class TestEndToEndErrors:
    def test_data_changed_inside_a_disk_is_never_ok(self) -> None:
        found = disk(CHANGED)

        assert (found.passed, found.verdict, found.reasons) == (True, "warning", ("disk.media_errors",))
        assert found.media_errors is None

    @pytest.mark.parametrize(("rate", "verdict"), [(7200, "warning"), (0, "unknown")])
    def test_name_that_smartctl_guessed_is_believed_of_spinning_disks_alone(self, rate: int, verdict: str) -> None:
        found = disk(CHANGED, in_smartctl_database=False, rotation_rate=rate, smart_status={})

        assert found.verdict == verdict
