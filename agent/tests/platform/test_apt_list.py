"""`apt list --upgradable` and what apt says when there is nothing, in the languages that it speaks."""

import pytest

from bosman_agent.platform.linux.apt_list import NotFromAptError, parse_upgrades
from bosman_agent.platform.linux.apt_parse import Upgrade


def rows(text: str) -> list[tuple[str, str, str, str]]:
    return [(row.name, row.installed, row.available, row.update_class) for row in parse_upgrades(text)]


class TestRows:
    @pytest.mark.parametrize(
        "state",
        [
            "upgradable from: 2:8.1", "aktualisierbar von: 2:8.1", "pouvant être mis à jour depuis : 2:8.1",
            "可从该版本升级：2:8.1", "2:8.1 からアップグレード可", "có thể nâng cấp từ: 2:8.1",
        ],
    )  # fmt: skip
    def test_installed_version_is_found_in_every_language(self, state: str) -> None:
        text = f"Listing...\nvim/jammy-updates,jammy-security 2:8.2 amd64 [{state}]\n"

        assert rows(text) == [("vim", "2:8.1", "2:8.2", "security")]

    def test_row_of_the_installed_version_is_no_upgrade(self) -> None:
        text = """\
Listing... Done
curl/noble-updates 8.5.0-2ubuntu10.6 amd64 [upgradable from: 8.5.0-2ubuntu10.1]
curl/now 8.5.0-2ubuntu10.1 amd64 [installed,upgradable to: 8.5.0-2ubuntu10.6]
curl/noble 8.5.0-2ubuntu10 amd64
"""

        assert rows(text) == [("curl", "8.5.0-2ubuntu10.1", "8.5.0-2ubuntu10.6", "optional")]

    def test_suite_may_have_blanks(self) -> None:
        assert rows("comgr/Ubuntu 16.04 1.1.0 amd64 [upgradable from: 1.0.9]") == [
            ("comgr", "1.0.9", "1.1.0", "optional")
        ]

    def test_colours_of_a_terminal_are_no_part_of_a_name(self) -> None:
        text = "\x1b[32mcurl\x1b[0m/stable-security 8.1 amd64 [upgradable from: 8.0]"

        assert rows(text) == [("curl", "8.0", "8.1", "security")]

    def test_vendor_with_brackets_hides_no_security_archive(self) -> None:
        text = "Inst tool [1.0] (1.1 Vendor (Corp):1/stable, Vendor-Security:1/stable-security [amd64]) []"

        assert parse_upgrades(text) == [
            Upgrade("tool", "1.0", "1.1", "Vendor (Corp):1/stable, Vendor-Security:1/stable-security", "amd64")
        ]


class TestNothing:
    @pytest.mark.parametrize(
        "text",
        [
            "Listing...\n",
            "Auflistung… Fertig\n",
            "WARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\nListing... Done\n",
            "0 aktualizowanych, 0 nowo instalowanych, 0 usuwanych i 3 nieaktualizowanych.\n",
            "アップグレード: 0 個、新規インストール: 0 個、削除: 0 個、保留: 2 個。\n",
            "0개 업그레이드, 0개 새로 설치, 0개 제거 및 12개 업그레이드 안 함.\n",
            "Summary:\n  Upgrading: 0, Installing: 0, Removing: 0, Not Upgrading: 3\n",
            "Kept back:\n  libx11-6 libstdc++6 python3.11 foo2\n0 upgraded, 0 newly, 0 to remove and 4 not upgraded.\n",
        ],
    )
    def test_nothing_to_upgrade_is_understood_in_every_language(self, text: str) -> None:
        assert parse_upgrades(text) == []

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Reading package lists...\nBuilding dependency tree...\n",
            "Reading package lists...\nE: Could not get lock /var/lib/dpkg/lock-frontend\n",
            "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\nE: Unmet dependencies.\n",
            "Reading package lists...\n5 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n",
            "Listing...\nsomething else\n",
        ],
    )
    def test_failure_or_half_an_output_is_never_nothing_to_upgrade(self, text: str) -> None:
        with pytest.raises(NotFromAptError):
            parse_upgrades(text)
