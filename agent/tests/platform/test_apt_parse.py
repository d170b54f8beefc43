"""Reading apt's output: real samples where there are any, and any text at all."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.linux import apt_parse
from bosman_agent.platform.linux.restart_required import parse_needrestart

SIMULATION = """\
Reading package lists...
Inst libssl3 [3.0.17-1~deb12u1] (3.0.18-1~deb12u2 Debian-Security:12/oldstable-security [amd64])
Inst bash [5.2.15-2+b8] (5.2.15-2+b13 Debian:12.15/oldstable [amd64]) []
Inst libc6:i386 [2.36-9] (2.36-10 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [i386]) [libc6:amd64 ]
Inst linux-image-6.1.0-42-amd64 (6.1.192-2 Debian-Security:12/oldstable-security [amd64])
Inst esm-thing [1.0] (1.1 UbuntuESM:22.04/jammy-security [all])
Inst local-thing [1.0] (1.1 localhost [all])
Conf bash (5.2.15-2+b13 Debian:12.15/oldstable [amd64])
Remv old-thing [1.0]
"""

DETAILS = """\
Package: bash
Version: 5.2.15-2+b13
Description-en: GNU Bourne Again SHell
 Bash is an sh-compatible command language interpreter.
Size: 1490652

Package: curl
Version: 7.88
Description: command line tool: transfers data
Size: lots
"""


@pytest.fixture
def sample() -> Path:
    default = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("BOSMAN_SAMPLES", default)) / "linux"
    if not folder.is_dir():
        pytest.skip("no samples: set BOSMAN_SAMPLES to the folder that holds linux/")
    return folder


class TestParseSimulation:
    def test_upgrades_are_read_and_new_packages_passed_over(self) -> None:
        upgrades = {upgrade.name: upgrade for upgrade in apt_parse.parse_simulation(SIMULATION)}

        assert list(upgrades) == ["libssl3", "bash", "libc6:i386", "esm-thing", "local-thing"]
        assert (upgrades["bash"].installed, upgrades["bash"].available) == ("5.2.15-2+b8", "5.2.15-2+b13")
        assert upgrades["bash"].origins == "Debian:12.15/oldstable"
        classes = [upgrade.update_class for upgrade in upgrades.values()]
        assert classes == ["security", "optional", "security", "security", "optional"]

    def test_real_debian_upgrade_is_read_whole(self, sample: Path) -> None:
        text = (sample / "apt_get_s_dist-upgrade_debian12.txt").read_text()

        upgrades = apt_parse.parse_simulation(text)

        listed = {line.split()[1] for line in text.splitlines() if line.startswith("Inst ")}
        assert {upgrade.name for upgrade in upgrades} == listed and len(listed) > 100

    def test_real_classes_agree_with_apt_list(self, sample: Path) -> None:
        simulated = apt_parse.parse_simulation((sample / "apt_get_s_dist-upgrade_debian12.txt").read_text())
        security = {upgrade.name for upgrade in simulated if upgrade.update_class == "security"}
        lines = (sample / "apt_list_upgradable_debian12.txt").read_text().splitlines()
        listed = {line.split("/")[0] for line in lines if "-security" in line.split(" ")[0]}

        assert security == listed

    @given(st.text() | st.text("Inst []()ab1.:-\n", max_size=300))
    def test_any_text_gives_only_valid_names(self, text: str) -> None:
        for upgrade in apt_parse.parse_simulation(text):
            assert apt_parse.valid_name(upgrade.name) and apt_parse.valid_version(upgrade.available)


class TestParseDetails:
    def test_title_and_size_are_read(self) -> None:
        details = apt_parse.parse_details(DETAILS)

        bash, curl = details["bash", "5.2.15-2+b13", ""], details["curl", "7.88", ""]
        assert (bash.title, bash.size_bytes) == ("GNU Bourne Again SHell", 1490652)
        assert (curl.title, curl.size_bytes) == ("command line tool: transfers data", None)

    @given(st.text())
    def test_any_text_is_survived(self, text: str) -> None:
        apt_parse.parse_details(text)


class TestParseStatus:
    @pytest.mark.parametrize(
        ("line", "wanted"),
        [
            ("dlstatus:1:20.5:Retrieving file 1 of 2", ("dlstatus", "1", 20.5)),
            ("pmstatus:bash:40:Unpacking bash (amd64)", ("pmstatus", "bash", 40.0)),
            ("pmstatus:libc6:amd64:62.5:Configuring libc6", ("pmstatus", "libc6:amd64", 62.5)),
            ("pmerror:broken:50:dpkg: post-installation script: failed", ("pmerror", "broken", 50.0)),
        ],
    )
    def test_line_is_read(self, line: str, wanted: tuple[str, str, float]) -> None:
        status = apt_parse.parse_status(line)

        assert status is not None
        assert (status.kind, status.package, status.percent) == wanted

    @given(st.text() | st.text("dlstatuspm:0123456789.", max_size=60))
    def test_any_line_is_survived_and_percent_bounded(self, line: str) -> None:
        status = apt_parse.parse_status(line)

        assert status is None or 0 <= status.percent <= 100


class TestValid:
    @pytest.mark.parametrize("name", ["bash", "libstdc++6", "libc6:i386", "0ad", "g++-12"])
    def test_real_names_pass(self, name: str) -> None:
        assert apt_parse.valid_name(name)

    @pytest.mark.parametrize("name", ["", "-o", "a b", "a;b", "../x", "bash=1", "bash/stable", "Ä", "a\n", "--"])
    def test_names_that_could_mean_something_else_are_refused(self, name: str) -> None:
        assert not apt_parse.valid_name(name)

    @pytest.mark.parametrize("version", ["", "-1", "1 2", "1\n", "$(id)", "1;2"])
    def test_versions_that_could_mean_something_else_are_refused(self, version: str) -> None:
        assert not apt_parse.valid_version(version)


class TestErrorLines:
    def test_lines_about_the_package_win_over_general_ones(self) -> None:
        text = (
            "dpkg: error processing package bad (--configure):\n installed bad package post-installation script\n"
            "Errors were encountered while processing:\n badminton\nE: Sub-process /usr/bin/dpkg returned (1)\n"
        )

        assert "error processing package bad" in apt_parse.error_lines(text, "bad")
        assert "badminton" not in apt_parse.error_lines(text, "bad")
        assert apt_parse.error_lines(text, "other").splitlines()[-1].startswith("E: Sub-process")


class TestParseNeedrestart:
    def test_newer_kernel_demands_a_restart(self) -> None:
        text = "NEEDRESTART-VER: 3.6\nNEEDRESTART-KCUR: 6.1.0-1\nNEEDRESTART-KEXP: 6.1.0-2\nNEEDRESTART-KSTA: 3\n"

        pending, reasons = parse_needrestart(text)

        assert pending is True
        assert [(reason.code, reason.params) for reason in reasons] == [("restart.kernel", {"kernel": "6.1.0-2"})]

    def test_services_alone_demand_none(self) -> None:
        pending, reasons = parse_needrestart("NEEDRESTART-KSTA: 1\nNEEDRESTART-SVC: ssh.service\n")

        assert pending is False
        assert [reason.params for reason in reasons] == [{"service": "ssh.service"}]

    def test_real_output_of_a_container_kernel_is_unknown(self, sample: Path) -> None:
        pending, _ = parse_needrestart((sample / "needrestart_b_debian12.txt").read_text())

        assert pending is None

    @given(st.text())
    def test_any_text_is_survived(self, text: str) -> None:
        parse_needrestart(text)
