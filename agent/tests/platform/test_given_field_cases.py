"""Inputs that were given from the field, where there are any: the same cases as in `test_field_cases`, unabridged."""

import os
import sys
from pathlib import Path

import pytest

from bosman_agent.platform.command_output import decode_output
from bosman_agent.platform.linux import apt_policy
from bosman_agent.platform.linux.apt_list import read_upgrades
from bosman_agent.platform.linux.restart_required import parse_needrestart
from bosman_agent.platform.linux.software import parse_packages
from bosman_agent.platform.smart.collect import SmartDisks
from bosman_agent.platform.smart.parse import parse_report
from bosman_agent.platform.windows.wua.codes import Circumstances, code_of, name_of
from bosman_agent.platform.winget.tables import parse_tables

FOLDER = Path(os.environ.get("BOSMAN_SAMPLES", Path(__file__).parents[4] / "shared" / "data")) / "field"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="no samples: set BOSMAN_SAMPLES to the folder that holds field/"
)


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


class TestPackages:
    def test_overtaken_fix(self) -> None:
        (policy,) = apt_policy.parse_policies(read("F01_openssh-client.policy.txt")).values()

        assert policy.installed is not None and policy.candidate is not None
        assert apt_policy.is_security(policy, {}, policy.installed, policy.candidate)

    def test_names_labels_and_states(self) -> None:
        listed = read_upgrades(read("F03a_apt_list_rocm_underscore.txt"))
        (labelled,) = read_upgrades(read("F07_obs_label_security.txt")).upgrades

        assert (len(listed.upgrades), listed.unread, labelled.update_class) == (13, (), "optional")
        assert len(parse_packages(read("F09_dpkg_query.txt"))) == 3

    def test_microcode(self) -> None:
        pending, reasons = parse_needrestart(read("F10a_needrestart_microcode.txt"))

        assert (pending, [one.code for one in reasons]) == (True, ["restart.microcode"])


class TestDisks:
    def test_values(self) -> None:
        assert parse_report(read("F11a_smartctl70_grown_defects_56.json")).reallocated == 7
        assert parse_report(read("F13_mx500_pending_ecc.json")).pending is None

    @pytest.mark.skipif(sys.platform == "win32", reason="the program is a shell script")
    async def test_one_disk_per_serial_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FAKE_DIR", str(FOLDER / "F12a_scan_megaraid_jbod"))

        found = await SmartDisks(lambda: str(FOLDER / "F12_fake_smartctl.sh")).collect()

        assert [disk.device for disk in found.items] == [
            "/dev/sda", "/dev/sdb (megaraid,0)", "/dev/sdc (megaraid,1)", "/dev/nvme0",
        ]  # fmt: skip


class TestWindows:
    def test_columns_and_rows(self) -> None:
        (row,) = parse_tables(read("F16a_winget_llamacpp.txt"), "upgrade")

        assert (row.version, row.available) == ("b5130", "b10507")
        assert len(parse_tables(read("F17a_winget_teamcity.txt"))) == 2

    def test_codes(self) -> None:
        first, second = (line.split("\t") for line in read("F18_F19_hresults.tsv").splitlines())

        assert name_of(int(first[0], 16)) == first[1].removeprefix("expected ")
        assert code_of(int(second[0], 16), Circumstances()) == second[1].removeprefix("expected ")

    def test_quotes(self) -> None:
        assert decode_output((FOLDER / "F20a_cp1250_quotes.bin").read_bytes()).endswith("pliku „raport”\r\n")
