import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bosman_agent.watchdog.services import systemd
from testkit.patience import patient

if sys.platform == "win32":
    pytest.skip("systemd is Linux' own", allow_module_level=True)


class TestUnit:
    def test_words_of_the_command_are_quoted(self) -> None:
        text = systemd.unit_text(["/opt/my agent/python", "-m", "x%y$z", "run"], Path('/var/lib/a "b"'))

        line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
        assert line == ('ExecStart="/opt/my agent/python" "-m" "x%%y$$z" "run" "--data-dir" "/var/lib/a \\"b\\""')

    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
    def test_systemd_accepts_the_unit(self, tmp_path: Path) -> None:
        unit = tmp_path / systemd.UNIT
        unit.write_text(systemd.unit_text([sys.executable, "-m", "bosman_agent.main", "run"], tmp_path))

        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", unit],
            capture_output=True,
            text=True,
            check=False,
            timeout=patient(),
        )

        complaints = [line for line in done.stderr.splitlines() if systemd.UNIT in line]
        assert complaints == []

    def test_running_package_manager_outlives_the_agent(self) -> None:
        assert "KillMode=process" in systemd.unit_text(["x"], Path("/x"))

    def test_packaged_copy_is_the_same_file(self) -> None:
        packaged = Path(__file__).parents[3] / "packaging/linux/bosman-agent.service"

        assert packaged.read_text() == Path(systemd.__file__).with_name(systemd.UNIT).read_text()

    def test_removing_what_is_not_there_is_no_error(self, tmp_path: Path) -> None:
        assert systemd.remove(tmp_path, unit_dir=tmp_path, packaged_unit=tmp_path / "none") is False


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A systemctl of our own on the path, which notes what it is asked: no unit of this machine is touched."""
    noted = tmp_path / "noted"
    program = tmp_path / "bin" / "systemctl"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {noted}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return noted


STARTED = "daemon-reload\nenable bosman-agent.service\nrestart bosman-agent.service\n"


class TestInstall:
    def test_unit_of_the_package_is_enabled_and_started(self, tmp_path: Path, systemctl: Path) -> None:
        packaged = tmp_path / "packaged.service"
        packaged.touch()

        systemd.install(Path("/var/lib/bosman-agent"), packaged=True, unit_dir=tmp_path / "etc", packaged_unit=packaged)

        assert systemctl.read_text() == STARTED
        assert not (tmp_path / "etc").exists()

    def test_other_data_folder_gets_a_unit_of_its_own(self, tmp_path: Path, systemctl: Path) -> None:
        packaged = tmp_path / "packaged.service"
        packaged.touch()

        systemd.install(Path("/srv/agent"), packaged=True, unit_dir=tmp_path / "etc", packaged_unit=packaged)

        unit = (tmp_path / "etc" / systemd.UNIT).read_text()
        assert 'ExecStart="/usr/bin/bosman-agent" "watch" "--data-dir" "/srv/agent"\n' in unit
        assert "ConditionPathExists=/srv/agent/agent.json\n" in unit
        assert systemctl.read_text() == STARTED

    def test_agent_without_a_package_runs_without_a_watchdog(self, tmp_path: Path, systemctl: Path) -> None:
        systemd.install(tmp_path, packaged=False, unit_dir=tmp_path / "etc", packaged_unit=tmp_path / "none")

        unit = (tmp_path / "etc" / systemd.UNIT).read_text()
        assert f'"-m" "bosman_agent.main" "run" "--data-dir" "{tmp_path}"\n' in unit
        assert systemctl.read_text() == STARTED

    def test_refusal_of_systemd_is_told(self, tmp_path: Path, systemctl: Path) -> None:
        (systemctl.parent / "bin" / "systemctl").write_text("#!/bin/sh\necho no >&2\nexit 1\n")

        with pytest.raises(systemd.ServiceError, match="no"):
            systemd.install(tmp_path, packaged=False, unit_dir=tmp_path / "etc", packaged_unit=tmp_path / "none")


class TestRemove:
    def test_unit_of_the_package_stays_for_the_package_manager(
        self, tmp_path: Path, systemctl: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        packaged = tmp_path / "packaged.service"
        packaged.touch()
        monkeypatch.setattr(systemd, "available", lambda: True)

        assert systemd.remove(Path("/var/lib/bosman-agent"), unit_dir=tmp_path / "etc", packaged_unit=packaged)
        assert systemctl.read_text() == "disable --now bosman-agent.service\ndaemon-reload\n"
        assert packaged.exists()

    def test_unit_that_was_written_goes(self, tmp_path: Path, systemctl: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        places = {"unit_dir": tmp_path / "etc", "packaged_unit": tmp_path / "none"}
        monkeypatch.setattr(systemd, "available", lambda: True)
        systemd.install(tmp_path / "data", packaged=False, **places)

        assert systemd.remove(tmp_path / "data", **places)
        assert not (tmp_path / "etc" / systemd.UNIT).exists()

    def test_unit_of_another_data_folder_stays(self, tmp_path: Path, systemctl: Path) -> None:
        places = {"unit_dir": tmp_path / "etc", "packaged_unit": tmp_path / "none"}
        systemd.install(tmp_path / "data", packaged=False, **places)

        assert systemd.remove(tmp_path / "other", **places) is False
        assert (tmp_path / "etc" / systemd.UNIT).exists()
