import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bosman_agent.service import systemd


class TestUnit:
    @pytest.mark.skipif(sys.platform == "win32", reason="a path is written otherwise there")
    def test_words_of_the_command_are_quoted(self) -> None:
        text = systemd.unit_text(["/opt/my agent/python", "-m", "x%y$z"], Path('/var/lib/a "b"'))

        line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
        assert line == ('ExecStart="/opt/my agent/python" "-m" "x%%y$$z" "run" "--data-dir" "/var/lib/a \\"b\\""')

    @pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
    def test_systemd_accepts_the_unit(self, tmp_path: Path) -> None:
        unit = tmp_path / systemd.UNIT
        unit.write_text(systemd.unit_text([sys.executable, "-m", "bosman_agent.main"], tmp_path))

        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False, timeout=60
        )

        complaints = [line for line in done.stderr.splitlines() if systemd.UNIT in line]
        assert complaints == []

    def test_running_package_manager_outlives_the_agent(self) -> None:
        assert "KillMode=process" in systemd.unit_text(["x"], Path("/x"))

    def test_packaged_copy_is_the_same_file(self) -> None:
        packaged = Path(systemd.__file__).parents[3] / "packaging/linux/bosman-agent.service"
        if not packaged.exists():
            pytest.skip("only in the source tree")

        assert packaged.read_text() == Path(systemd.__file__).with_name(systemd.UNIT).read_text()

    def test_removing_what_is_not_there_is_no_error(self, tmp_path: Path) -> None:
        assert systemd.remove(unit_dir=tmp_path) is False
