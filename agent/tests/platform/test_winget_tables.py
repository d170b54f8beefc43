"""winget's output: stored samples where there are any, and tables generated in every language and width."""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.winget.details import parse_details
from bosman_agent.platform.winget.scan import parse_export
from bosman_agent.platform.winget.screen import shown_lines
from bosman_agent.platform.winget.tables import Row, parse_tables
from testkit.winget_layout import HEADERS, table

FOLDER = Path(os.environ.get("BOSMAN_SAMPLES", Path(__file__).parents[4] / "shared" / "data")) / "winget"
TABLES_PER_CASE = 40
ROWS = 8
NAMES = (
    "Git", "7-Zip 24.09 (x64)", "微信", "Notepad++ (64-bit x64)", "Visual Studio Code", "20 Minutes Till Dawn",
    "Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.40.33810", "Café Über", "メモ帳プラス 3.0",
    "카카오톡", "Яндекс Браузер", "Intel® Driver & Support Assistant", "A", "HD Tune 2.55", "1.2.3 4.5.6",
    "Dell Command | Update for Windows Universal", "Zażółć gęślą jaźń", "-", "網易雲音樂 2.10.13 (64 位元)",
)  # fmt: skip
IDS = (
    "Git.Git", "7zip.7zip", "Tencent.WeChat", "9NBLGGH4NNS1", "Microsoft.DotNet.SDK.10", "Foo", "XP89DCGQ3K6VLD",
    "Microsoft.VisualStudio.2022.Professional.With.A.Very.Long.Tail.That.Needs.Cutting", "A.B",
    "ARP\\Machine\\X64\\Steam App 1966900", "ARP\\User\\X64\\JetBrains Toolbox (datagrip) 3355b653-698a",
    "ARP\\Machine\\X86\\{E56CEEA2-FB6D-4ED1-8D3C-7D0A1B2C3D4E}", "MSIX\\Some.App_1.0.0.0_x64__8wekyb3d8bbwe",
    "Microsoft.VCRedist.2015+.x64", "Adobe AIR", "Cisco AnyConnect Secure Mobility Client",
)  # fmt: skip
VERSIONS = (
    "1.0", "2.45.1", "Unknown", "< 1.2", "> 4.6.2", "7.0.6 (43848)", "14.40.33810", "2026.01.29", "5", "r1234", "",
    "1.3.7.28957554", "v2", "11/21/2016 7.35.118.68", "17.14.21 (November 2025)", "1.2.0 Beta",
)  # fmt: skip
AVAILABLE = ("", "1.1", "2.46.0", "7.2.1 (48556)", "14.44.35211", "6", "2026.10.1")
SOURCES = ("winget", "msstore", "", "winget-font")
PROGRESS = "   - \r   \\ \r   | \r\x1b[K\r  ████████▒▒▒▒  50%\r                    \r"


def languages() -> dict[str, tuple[str, ...]]:
    """The headers of all eleven languages, with the samples; of some without."""
    try:
        strings = json.loads((FOLDER / "header_strings.json").read_text(encoding="utf-8"))
    except OSError:
        return HEADERS
    keys = ("SearchName", "SearchId", "SearchVersion", "AvailableHeader", "SearchSource")
    return {name: tuple(texts[key] for key in keys) for name, texts in strings.items()}


def footers(language: str) -> list[str]:
    """Sentences below a table in a language."""
    try:
        texts = json.loads((FOLDER / "header_strings.json").read_text(encoding="utf-8"))[language]
    except OSError:
        return ["4 upgrades available.", "2 package(s) have pins that prevent upgrade."]
    below = (
        "AvailableUpgrades", "UpgradeRequireExplicitCount", "UpgradeUnknownVersionCount", "UpgradePinnedByUserCount",
        "UpgradeInstallTechnologyMismatchCount",
    )  # fmt: skip
    return [texts[key].format(3) for key in below if key in texts]


def as_tuple(row: Row) -> tuple[Any, ...]:
    return (row.name, row.id, row.id_truncated, row.version, row.available, row.source)


def wanted(cells: list[str]) -> tuple[Any, ...]:
    name, identifier, version, available, source = cells
    return (name, identifier, identifier.endswith("…"), version, available, source)


class Generated:
    """Outputs made by chance, the same in every run."""

    def __init__(self, seed: str) -> None:
        self.random = random.Random(seed)

    def rows(self) -> list[list[str]]:
        some = self.random.choice
        newer = self.random.random() < 0.8
        sources = some((SOURCES, ("winget",)))
        rows = [
            [some(NAMES), some(IDS), some(VERSIONS), some(AVAILABLE) if newer else "", some(sources)]
            for _ in range(self.random.randint(1, ROWS))
        ]
        # A column without an entry is not printed, and one table has at least a version and a source.
        rows[0][2] = "1.2.3"
        for row in rows:
            # Winget's early ids were keys of the registry, whose applications it showed with a version.
            early = " " in row[1] and "\\" not in row[1]
            row[2] = row[2] or ("1.0" if early or not any(row[2:]) else "")
        if newer:
            rows[0][3] = "1.3.0"
        rows[0][4] = "winget"
        return rows

    def output(
        self, header: tuple[str, ...], language: str, console: int | None
    ) -> tuple[str, list[list[tuple[Any, ...]]]]:
        lines, expected = [], []
        for number in range(self.random.randint(1, 3)):
            printed, cells = table(header, self.rows(), console)
            below = footers(language)
            lines += [*printed, *self.random.sample(below, self.random.randint(1, len(below))), ""]
            if number == 0 and self.random.random() < 0.5:
                lines[0] = PROGRESS + lines[0]
            expected.append([wanted(row) for row in cells])
        return self.random.choice(("\n", "\r\n")).join(lines), expected


class TestGeneratedTables:
    @pytest.mark.parametrize("console", [None, 120, 80])
    @pytest.mark.parametrize("language", sorted(languages()))
    def test_every_row_is_right_in_every_language_and_width(self, language: str, console: int | None) -> None:
        generated = Generated(f"{language} {console}")
        wrong, rows = [], 0
        for _ in range(TABLES_PER_CASE):
            text, expected = generated.output(languages()[language], language, console)
            found = parse_tables(text)
            got = [[as_tuple(row) for row in found if row.table == number] for number in range(len(expected))]
            rows += sum(map(len, expected))
            if got != expected:
                wrong.append((text, got, expected))

        assert rows > TABLES_PER_CASE
        assert not wrong, f"{len(wrong)} of {TABLES_PER_CASE}\n{wrong[0][0]}\n{wrong[0][1]}\n{wrong[0][2]}"

    def test_one_source_alone_has_no_column_of_sources(self) -> None:
        lines, _ = table(HEADERS["ko-KR"][:4], [["Git", "Git.Git", "2.45.1", "2.46.0"]], None)

        (row,) = parse_tables("\n".join(lines))

        assert as_tuple(row) == ("Git", "Git.Git", False, "2.45.1", "2.46.0", "")

    @pytest.mark.parametrize("source", ["winget", "corp1", "contoso.apps"])
    def test_source_of_any_name_is_no_newer_version(self, source: str) -> None:
        lines, _ = table(HEADERS["de-DE"], [["Git", "Git.Git", "2.45.1", "", source]], None)

        (row,) = parse_tables("\n".join(lines))

        assert as_tuple(row) == ("Git", "Git.Git", False, "2.45.1", "", source)

    @pytest.mark.parametrize(
        ("name", "shown"),
        [("हिन्दी", 3), ("👨\u200d👩\u200d👧", 2), ("\u200eChat", 5), ("👍🏽", 2), ("e\u0301", 1), ("ABC", 3)],
    )
    def test_cells_are_reckoned_by_clusters_as_winget_does(self, name: str, shown: int) -> None:
        lines = [
            "Name    Id      Version Available Source",
            "-" * 40,
            f"{name}{' ' * (8 - shown)}Git.Git 2.45.1  2.46.0    winget",
        ]

        (row,) = parse_tables("\n".join(lines))

        assert as_tuple(row)[1:] == ("Git.Git", False, "2.45.1", "2.46.0", "winget")

    def test_row_that_does_not_fit_hides_none_below_it(self) -> None:
        lines, _ = table(HEADERS["en-US"], [[name, name, "1.0", "1.1", "winget"] for name in ("A.B", "Git.Git")], None)
        lines.insert(3, "Stran Stran.Stran 1.0 1.1 winget")

        assert [row.id for row in parse_tables("\n".join(lines))] == ["A.B", "Git.Git"]

    @pytest.mark.parametrize(
        "line", ["<additional entries truncated due to result limit>", "사용 가능한 업그레이드 2개"]
    )
    def test_sentence_without_an_end_is_no_row(self, line: str) -> None:
        header = ["Name         Id          Version", "-" * 40, "Git          Git.Git     2.45.1"]

        assert [row.id for row in parse_tables("\n".join([*header, line]))] == ["Git.Git"]

    def test_tables_that_touch_are_two(self) -> None:
        lines, _ = table(HEADERS["en-US"], [["Git", "Git.Git", "2.45.1", "2.46.0", "winget"]], None)

        assert [row.table for row in parse_tables("\n".join(lines * 2))] == [0, 1]

    def test_spinner_glued_to_the_header_moves_no_column(self) -> None:
        lines, _ = table(HEADERS["en-US"], [["Git", "Git.Git", "2.45.1", "2.46.0", "winget"]], None)

        (row,) = parse_tables("   -    \\    | " + "\n".join(lines))

        assert as_tuple(row) == ("Git", "Git.Git", False, "2.45.1", "2.46.0", "winget")

    def test_table_below_a_sentence_is_marked(self) -> None:
        lines, _ = table(HEADERS["en-US"], [["Git", "Git.Git", "2.45.1", "2.46.0", "winget"]], None)

        (row,) = parse_tables("\n".join(["These need explicit targeting:", *lines]))

        assert row.introduced and row.table == 0


SAMPLE_ROWS = {
    "list_en_cjk_arp_spinner.txt": 5,
    "list_en_digit_space_name_wingettui_issue347.txt": 1,
    "list_en_narrow_truncated_issue5536_real.txt": 0,
    "list_en_v1.29_wide_script_mentenanta.txt": 8,
    "list_en_v1.29_wingman_real_excerpt.txt": 16,
    "upgrade_de_pins_wingettui_real.txt": 2,
    "upgrade_en_cobalt_issue16_real.txt": 1,
    "upgrade_en_explicit_targeting_script_mentenanta.txt": 6,
    "upgrade_en_hugo_blog_real.txt": 2,
    "upgrade_en_pin_second_table_wingettui.txt": 3,
    "upgrade_en_progress_issue5397_real.txt": 1,
    "upgrade_en_spinner_cr_storemgr_test.txt": 6,
    "upgrade_en_v1.29_wingman_real.txt": 17,
    "install_failures_en_excerpt.txt": 0,
}
SAMPLE_PICKS = [
    ("list_en_cjk_arp_spinner.txt", ("微信", "Tencent.WeChat", False, "3.9.11", "", "winget")),
    ("list_en_v1.29_wingman_real_excerpt.txt",
     ("Microsoft .NET Framework 4.8.1 Targeting Pack", "Microsoft.DotNet.Framework.DeveloperPack.4.6", False, "> 4.6.2",
      "", "winget")),
    ("upgrade_de_pins_wingettui_real.txt",
     ("RamMap", "Microsoft.Sysinternals.R...", True, "1.61", "1.62", "winget")),
    ("upgrade_en_spinner_cr_storemgr_test.txt",
     ("Zoom Workplace", "Zoom.Zoom.EXE", False, "7.0.6 (43848)", "7.2.1 (48556)", "winget")),
    ("upgrade_en_spinner_cr_storemgr_test.txt",
     ("Some Store App", "9NBLGGH4NNS1", False, "1.0.0.0", "1.0.1.0", "msstore")),
    ("upgrade_en_pin_second_table_wingettui.txt", ("Git", "Git.Git", False, "2.53.0", "2.54.0", "winget")),
    ("list_en_digit_space_name_wingettui_issue347.txt",
     ("20 Minutes Till Dawn", "ARP\\Machine\\X64\\Steam App 1966900", False, "Unknown", "", "")),
]  # fmt: skip


@pytest.fixture
def samples() -> Path:
    if not FOLDER.is_dir():
        pytest.skip("no samples: set BOSMAN_SAMPLES to the folder that holds winget/")
    return FOLDER / "samples"


class TestDetailsOfOne:
    BLOCK = "Version: 2.7.0\r\nHerausgeber: X\r\n{}\r\nVerfügbare Upgrades:\r\n  winget [2.8.0]\r\n"

    def test_application_alone_has_no_number(self) -> None:
        text = "WinDirStat 2.7.0 [WinDirStat.WinDirStat]\r\n" + self.BLOCK.format(
            r"Lokaler Bezeichner: ARP\Machine\X64\{7C}"
        )

        (row,) = parse_details(text)

        assert as_tuple(row) == ("WinDirStat 2.7.0", "WinDirStat.WinDirStat", False, "2.7.0", "2.8.0", "winget")

    def test_application_that_is_only_shown_is_not_installed(self) -> None:
        assert parse_details("Found Git [Git.Git]\r\n" + self.BLOCK.format("Moniker: git")) == []


class TestStoredSamples:
    @pytest.mark.parametrize(("name", "count"), SAMPLE_ROWS.items())
    def test_every_row_is_found_and_nothing_else(self, samples: Path, name: str, count: int) -> None:
        rows = parse_tables((samples / name).read_bytes().decode())

        assert len(rows) == count
        assert all(row.version and not row.version.endswith("…") for row in rows)

    @pytest.mark.parametrize(("name", "row"), SAMPLE_PICKS)
    def test_rows_are_read_as_they_stand(self, samples: Path, name: str, row: tuple[Any, ...]) -> None:
        assert row in [as_tuple(found) for found in parse_tables((samples / name).read_bytes().decode())]

    def test_details_are_read_whole(self, samples: Path) -> None:
        rows = parse_details((samples / "list_upgrade_available_details_en_mpm_docstring_real.txt").read_text())

        assert [as_tuple(row) for row in rows] == [
            ("Git", "Git.Git", False, "2.37.3", "2.45.1", "winget"),
            ("Microsoft Edge", "Microsoft.Edge", False, "109.0.1518.70", "125.0.2535.51", "winget"),
        ]


DETAILS = """\
(1/2) Ein Name [mit Klammern] [Firma.Programm]
버전: 1.0
Herausgeber: Firma: GmbH
Verfügbare Upgrades:
  winget [2.0]
  msstore [3.0]

(2/2) 微信 [Tencent.WeChat]
Version: Unknown
"""


class TestDetails:
    def test_blocks_are_told_by_brackets_in_any_language(self) -> None:
        assert [as_tuple(row) for row in parse_details(DETAILS)] == [
            ("Ein Name [mit Klammern]", "Firma.Programm", False, "1.0", "2.0", "winget"),
            ("微信", "Tencent.WeChat", False, "Unknown", "", ""),
        ]


class TestExport:
    def test_ids_and_versions_are_read(self) -> None:
        packages = [{"PackageIdentifier": "Git.Git", "Version": "2.45.1"}, {"Version": "1"}, 7]
        document = {"Sources": [{"Packages": packages, "SourceDetails": {"Name": "winget"}}, None]}

        rows = parse_export(json.dumps(document))

        assert [(row.id, row.version, row.source) for row in rows] == [("Git.Git", "2.45.1", "winget")]

    @given(st.text())
    def test_any_text_is_survived(self, text: str) -> None:
        assert parse_export(text) == []


class TestScreen:
    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("   - \r   \\ \rName  Id\r", "Name  Id"),
            ("-\b\\\b|\b \bName", "Name"),
            ("\x1b[2K\x1b[1;32mName\x1b[0m  Id", "Name  Id"),
            ("\x1b]9;4;1;50\x07Name", "Name"),
            ("  ██████▒▒▒▒  1.00 MB / 2.00 MB", ""),
            ("  - ", ""),
            ("------", "------"),
        ],
    )
    def test_what_stays_on_the_screen(self, text: str, shown: str) -> None:
        assert shown_lines(text) == [shown]


class TestAnyText:
    @given(st.text() | st.text("Name Id-\n\r\b\x1b…ARP\\[](/)1.微", max_size=400))
    def test_is_survived_and_bounded(self, text: str) -> None:
        for row in [*parse_tables(text), *parse_details(text)]:
            assert row.id and len(row.id) <= 256 and len(row.name) <= 256

    def test_sentences_below_dashes_are_no_rows(self) -> None:
        assert parse_tables("A headline of words\n-------------------\nNot a single row here\n") == []

    def test_long_hostile_lines_cost_little(self) -> None:
        text = "Name Id Version\n" + "-" * 20 + "\n" + ("x " * 2_000_000) + "\n"

        assert parse_tables(text) == []
