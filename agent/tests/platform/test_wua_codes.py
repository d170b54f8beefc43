"""Names and meanings of Windows Update's result codes."""

import csv
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.platform.windows.wua.causes import FAMILIES, NAMED, WINDOWS
from bosman_agent.platform.windows.wua.codes import (
    TABLE,
    Circumstances,
    code_of,
    explain,
    hresult_text,
    name_of,
    names,
)
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail

NOWHERE = Circumstances()
WSUS = Circumstances(wsus=True, server="https://wsus.example.pl")


@pytest.fixture
def wuerror() -> list[dict[str, str]]:
    default = Path(__file__).parents[4] / "shared" / "data"
    path = Path(os.environ.get("BOSMAN_SAMPLES", default)) / "wua" / "wuerror.csv"
    if not path.is_file():
        pytest.skip("no samples: set BOSMAN_SAMPLES to the folder that holds wua/")
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class TestNames:
    def test_every_code_has_its_name_whatever_its_sign(self, wuerror: list[dict[str, str]]) -> None:
        wrong = [
            row
            for row in wuerror
            if not name_of(int(row["hex"], 16)) == name_of(int(row["signed"])) == row["name"]
            or hresult_text(int(row["signed"])) != "0x" + row["hex"][2:].upper()
        ]

        assert (len(wuerror), wrong) == (465, [])
        assert len(names()) == 465

    def test_table_is_sorted_has_no_code_twice_and_names_its_origin(self) -> None:
        first, *lines = TABLE.read_text().splitlines()

        assert "mingw-w64" in first
        assert len({line.split()[0] for line in lines}) == len({line.split()[1] for line in lines}) == 465

    @pytest.mark.parametrize(
        ("hresult", "name"),
        [
            # Lists that are passed around have these wrong.
            (0x8024000E, "WU_E_XML_INVALID"),
            (0x80240009, "WU_E_OPERATIONINPROGRESS"),
            (0x80240024, "WU_E_NO_UPDATE"),
            (0x80072EFD, "ERROR_INTERNET_CANNOT_CONNECT"),
            (0x80072EFE, "ERROR_INTERNET_CONNECTION_ABORTED"),
            (0x80070643, "ERROR_INSTALL_FAILURE"),
            (0x12345678, None),
        ],
    )
    def test_name_of(self, hresult: int, name: str | None) -> None:
        assert name_of(hresult) == name


class TestMeaning:
    @pytest.mark.parametrize(
        ("hresult", "code"),
        [
            (0x80070005, Code.UPDATES_ACCESS_DENIED),
            (0x80070070, Code.UPDATES_NO_SPACE),
            (0x80070422, Code.UPDATES_DISABLED),
            (0x80070643, Code.UPDATES_INSTALLER_FAILED),
            (0x8007045B, Code.UPDATES_SERVICE_STOPPED),
            (0x80070BC9, Code.UPDATES_ROLLED_BACK),
            (0x80072EE2, Code.UPDATES_UNREACHABLE),
            (0x80072F8F, Code.UPDATES_CLOCK_OR_TLS),
            (0x80073712, Code.UPDATES_DAMAGED_STORE),
            (0x800F081F, Code.UPDATES_DAMAGED_STORE),
            (0x800F0922, Code.UPDATES_INSTALLER_FAILED),
            (0x80240009, Code.UPDATES_IN_PROGRESS),
            (0x80240016, Code.UPDATES_IN_PROGRESS),
            (0x80240017, Code.UPDATES_NOT_APPLICABLE),
            (0x80240019, Code.UPDATES_ALONE),
            (0x8024001E, Code.UPDATES_SERVICE_STOPPED),
            (0x80240023, Code.UPDATES_EULA),
            (0x8024002E, Code.UPDATES_DISABLED),
            (0x80240044, Code.UPDATES_ACCESS_DENIED),
            (0x80242006, Code.UPDATES_DAMAGED_STORE),
            (0x80242014, Code.UPDATES_RESTART_FIRST),
            (0x8024200B, Code.UPDATES_INSTALLER_FAILED),
            (0x80244017, Code.UPDATES_SERVER_REFUSED),
            (0x80244018, Code.UPDATES_SERVER_REFUSED),
            (0x80244022, Code.UPDATES_SERVER_REFUSED),
            (0x8024402C, Code.UPDATES_UNREACHABLE),
            (0x80246008, Code.UPDATES_DOWNLOAD_FAILED),
            (0x80D02002, Code.UPDATES_UNREACHABLE),
            (0x80240032, Code.UPDATES_FAILED),
            (0xDEADBEEF, Code.UPDATES_FAILED),
        ],
    )
    def test_code_of(self, hresult: int, code: Code) -> None:
        assert code_of(hresult, NOWHERE) == code
        assert code_of(hresult - 2**32, NOWHERE) == code

    @pytest.mark.parametrize("hresult", [0x8024402C, 0x80072EE2, 0x80072EFD])
    def test_unreachable_server_of_a_policy_is_named(self, hresult: int) -> None:
        error = explain(hresult, WSUS)

        assert error.code == Code.UPDATES_WSUS_UNREACHABLE
        assert error.params["server"] == "https://wsus.example.pl"

    def test_installation_that_is_not_allowed_depends_on_a_pending_restart(self) -> None:
        assert code_of(0x80240016, Circumstances(restart_pending=True)) == Code.UPDATES_RESTART_FIRST

    def test_every_name_that_decides_is_in_the_table(self) -> None:
        known = set(names().values())
        assert set(NAMED) <= known
        assert all(any(name.startswith(prefix) for name in known) for prefix, _ in FAMILIES)
        assert not set(WINDOWS) & set(names())

    @given(st.integers(-(2**31), 2**32 - 1), st.text())
    def test_any_code_and_any_words_fit_the_wire(self, hresult: int, detail: str) -> None:
        error = explain(hresult, WSUS, detail=detail * 100)

        assert isinstance(error, ErrorDetail)
        assert len(error.detail or "") <= 4096 and str(error.params["hresult"]).startswith("0x")
