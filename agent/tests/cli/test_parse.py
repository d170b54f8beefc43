"""`bosman-agent parse` as somebody calls it who wants to know what the agent makes of an output."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.command_output import decode_output
from testkit.patience import patient
from testkit.winget_layout import HEADERS, table

SAMPLES = Path(os.environ.get("BOSMAN_SAMPLES", Path(__file__).parents[4] / "shared" / "data"))
NVME = {
    "model_name": "Dysk żółty",
    "smart_status": {"passed": True},
    "temperature": {"current": 41},
    "nvme_smart_health_information_log": {"critical_warning": 0, "media_errors": 7, "percentage_used": 3},
}
APT = """\
Reading package lists...
Inst curl [7.88.1-10] (7.88.1-12 Debian-Security:12/oldstable-security [amd64])
Inst new-kernel (6.1 Debian:12/oldstable [amd64])
"""
APT_LIST = """\
Wypisywanie... Gotowe
curl/oldstable,oldstable-security 7.88.1-12 amd64 [możliwość aktualizacji z: 7.88.1-10]
bash/oldstable 5.2 amd64 [upgradable from: 5.1]
"""
NO_TABLE = {"code": "apps.unreadable", "detail": "no table"}


def parse(name: str, data: bytes) -> tuple[int, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bosman_agent.main", "parse", name],
        check=False,
        input=data,
        capture_output=True,
        timeout=patient(),
    )
    assert done.stderr == b""
    return done.returncode, json.loads(done.stdout)


class TestSmartctl:
    def test_values_have_their_names_and_unknown_is_null(self) -> None:
        assert parse("smartctl", json.dumps(NVME, ensure_ascii=False).encode()) == (
            0,
            {
                "model": "Dysk żółty",
                "tempC": 41,
                "reallocated": None,
                "pending": None,
                "media_errors": 7,
                "critical_warning": 0,
                "wear_pct": 3,
                "power_on_hours": None,
                "passed": True,
                "verdict": "warning",
            },
        )

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1250", "cp852"])
    def test_input_of_windows_is_understood(self, encoding: str) -> None:
        code, disk = parse("smartctl", json.dumps(NVME, ensure_ascii=False).encode(encoding))

        assert (code, disk["model"]) == (0, "Dysk żółty")

    @pytest.mark.parametrize("data", [b"", b"smartctl 7.3", b"[1, 2]", b'{"a": 1}', b"\xff\xfe\x00", b"\x00" * 5000])
    def test_what_is_no_report_is_an_error_of_the_catalogue(self, data: bytes) -> None:
        code, answer = parse("smartctl", data)

        assert (code, answer["error"]["code"]) == (2, "health.disk_unreadable")

    def test_invalid_utf8_inside_a_report_costs_no_value(self) -> None:
        code, disk = parse("smartctl", b'{"model_name": "A\xff\x81B", "smart_status": {"passed": false}}')

        assert (code, disk["passed"], disk["verdict"]) == (0, False, "failing")


class TestWinget:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
    def test_rows_of_several_tables_are_told_apart(self, encoding: str) -> None:
        first, _ = table(HEADERS["ja-JP"], [("微信", "Tencent.WeChat", "3.9", "4.0", "winget")], None)
        second, _ = table(HEADERS["ja-JP"], [("Git", "Git.Git", "1", "2", "winget")], None)

        code, rows = parse("winget", "\r\n".join([*first, "", *second]).encode(encoding))

        assert code == 0
        assert rows[0] == {
            "table": 0, "name": "微信", "id": "Tencent.WeChat", "id_truncated": False, "version": "3.9",
            "available": "4.0", "source": "winget",
        }  # fmt: skip
        assert (rows[1]["table"], rows[1]["id"]) == (1, "Git.Git")

    @pytest.mark.parametrize(
        "sentence",
        ["No applicable upgrade found.", "Es wurde kein anwendbares Upgrade gefunden.", "找不到适用的升级。"],
    )
    def test_nothing_found_is_an_empty_list_in_a_language_of_winget(self, sentence: str) -> None:
        assert parse("winget", f"   - \r   \\ \r{sentence}\r\n".encode()) == (0, [])

    @pytest.mark.parametrize("page", ["cp437", "cp852", "cp1250"])
    def test_utf8_that_a_shell_took_for_its_own_page_is_put_right(self, page: str) -> None:
        lines, _ = table(HEADERS["en-US"], [("A long name — of something", "Some.Thing", "1", "2", "winget")], 56)

        code, rows = parse("winget", "\r\n".join(lines).encode().decode(page).encode("utf-16"))

        assert (code, [row["id"] for row in rows]) == (0, ["Some.Thing"])
        assert rows[0]["name"].endswith("…")

    def test_applications_that_are_held_back_alone_are_an_empty_list(self) -> None:
        sentence = "12 package(s) have pins that prevent upgrade. Use the 'winget pin' command to view and edit pins."
        sentence += " Using the '--include-pinned' argument may show more results."

        assert parse("winget", f"{sentence}\n".encode()) == (0, [])
        assert parse("winget", f"Name Id\n-------\n?\n{sentence}\n".encode()) == (2, {"error": NO_TABLE})

    @pytest.mark.parametrize("data", [b"", b"something else entirely\n", b"Name Id\n-------\n"])
    def test_other_words_without_a_table_are_an_error(self, data: bytes) -> None:
        assert parse("winget", data) == (2, {"error": NO_TABLE})


class TestApt:
    def test_simulated_upgrade(self) -> None:
        assert parse("apt", APT.encode()) == (
            0,
            [{"name": "curl", "installed": "7.88.1-10", "available": "7.88.1-12", "security": True, "size": None}],
        )

    def test_list_in_any_language(self) -> None:
        code, rows = parse("apt", APT_LIST.encode())

        assert code == 0
        assert [(row["name"], row["installed"], row["security"]) for row in rows] == [
            ("curl", "7.88.1-10", True), ("bash", "5.1", False),
        ]  # fmt: skip

    def test_nothing_to_upgrade_is_an_empty_list(self) -> None:
        assert parse("apt", b"Reading package lists...\n0 upgraded, 0 newly installed.\n") == (0, [])

    def test_other_text_is_an_error(self) -> None:
        code, answer = parse("apt", b"bash: apt-get: command not found\n")

        assert (code, answer["error"]["code"]) == (2, "apt.failed")

    def test_both_forms_of_a_real_debian_agree(self) -> None:
        folder = SAMPLES / "linux"
        if not folder.is_dir():
            pytest.skip("no samples: set BOSMAN_SAMPLES to the folder that holds linux/")
        _, simulated = parse("apt", (folder / "apt_get_s_dist-upgrade_debian12.txt").read_bytes())
        _, listed = parse("apt", (folder / "apt_list_upgradable_debian12.txt").read_bytes())

        def order(row: dict[str, Any]) -> str:
            return str(row["name"])

        assert sorted(simulated, key=order) == sorted(listed, key=order)
        assert (len(listed), sum(row["security"] for row in listed)) == (135, 81)


class TestOutput:
    def show(self, data: bytes, *options: str) -> bytes:
        argv = [sys.executable, "-m", "bosman_agent.main", "parse", "output", *options]
        done = subprocess.run(argv, check=True, input=data, capture_output=True, timeout=patient())
        return done.stdout

    def test_text_is_shown_as_a_person_should_read_it(self) -> None:
        data = "Przetwarzanie pliku „raport”\r\n".encode("cp1250") + b"a\0b\n"

        assert self.show(data, "--oem", "852", "--ansi", "1250").decode() == (
            "Przetwarzanie pliku „raport”\r\na\ufffdb\n"
        )

    def test_code_pages_of_another_country_are_named_by_number(self) -> None:
        assert self.show("Ошибка\n".encode("cp866"), "--oem", "866", "--ansi", "cp1251").decode() == "Ошибка\n"


class TestUnread:
    def test_rows_that_were_not_understood_are_told_beside_the_others(self) -> None:
        text = "Listing...\na/stable 2 amd64 [upgradable from: 1]\nb/stable ? amd64 [upgradable from: 1]\n"
        done = subprocess.run(
            [sys.executable, "-m", "bosman_agent.main", "parse", "apt"],
            check=True, input=text.encode(), capture_output=True, timeout=patient(),
        )  # fmt: skip

        assert len(json.loads(done.stdout)) == 1
        assert json.loads(done.stderr) == {"unread": {"count": 1, "lines": ["b/stable ? amd64 [upgradable from: 1]"]}}


class TestUsage:
    def test_unknown_format_is_a_usage_error(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "bosman_agent.main", "parse", "dnf"],
            check=False,
            input=b"",
            capture_output=True,
            timeout=patient(),
        )

        assert done.returncode == 2 and b"usage" in done.stderr


class TestDecodeWhole:
    @pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
    def test_utf16_without_a_mark_is_known_by_its_zeros(self, encoding: str) -> None:
        assert decode_output("Name Id\r\nżółw\r\n".encode(encoding)) == "Name Id\r\nżółw\r\n"
