"""Searching through the real COM client against a stand-in for Windows Update."""

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psutil
import pytest

from bosman_agent.platform.base import ProviderError
from bosman_agent.platform.windows.update_policy import AUTOMATIC_KEY, POLICY_KEY
from bosman_protocol.codes import Code
from bosman_protocol.reports import UpdatesReport
from bosman_protocol.uplink import decode_uplink, encoder
from testkit.wua.scene import CRITICAL, DEFINITIONS, DRIVERS, SECURITY, UPDATES, UPGRADES, Scene, update, update_id

assert sys.platform == "win32"

import winreg  # noqa: E402 - for Windows only, as the next

from bosman_agent.platform.windows.wua.provider import WuaUpdates  # noqa: E402


def quiet(*_: Any, **__: Any) -> None:
    return


@pytest.fixture
def wsus() -> Iterator[None]:
    """The policy of a device that a WSUS server looks after."""
    for key, name, kind, value in (
        (POLICY_KEY, "WUServer", winreg.REG_SZ, "https://wsus.example.pl:8531"),
        (AUTOMATIC_KEY, "UseWUServer", winreg.REG_DWORD, 1),
    ):
        with winreg.CreateKeyEx(winreg.HKEY_LOCAL_MACHINE, key, 0, winreg.KEY_WRITE | winreg.KEY_WOW64_64KEY) as made:
            winreg.SetValueEx(made, name, 0, kind, value)
    yield
    for key in (AUTOMATIC_KEY, POLICY_KEY):
        winreg.DeleteKeyEx(winreg.HKEY_LOCAL_MACHINE, key, winreg.KEY_WOW64_64KEY)


async def scan(**options: Any) -> Any:
    return await WuaUpdates(**options).scan(refresh=True, log=quiet, progress=quiet)


async def failing_scan(**options: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await scan(**options)
    return caught.value


def children_with_the_scenario() -> list[int]:
    return [
        child.pid
        for child in psutil.Process().children(recursive=True)
        if "windows.wua.child" in " ".join(child.cmdline())
    ]


class TestSearch:
    async def test_every_field_is_read_and_fits_the_wire(self, scene: Scene) -> None:
        scene.play(
            update(
                "lcu", revision=204, title="Zbiorcza aktualizacja zabezpieczeń – zażółć gęślą jaźń (KB5034441)",
                kbs=["5034441"], cves=["CVE-2026-0001", "CVE-2026-0001", "nonsense"], severity="Critical",
                size=2**33 + 1, changed="2026-01-13T18:00:00", eula_accepted=False, restart_behavior=1, impact=2,
                support_url="https://support.example/5034441", reboot_required=True,
            )
        )  # fmt: skip

        outcome = await scan()

        (found,) = outcome.updates
        assert found.name == update_id("lcu") and found.available_version == "204"
        assert found.title == "Zbiorcza aktualizacja zabezpieczeń – zażółć gęślą jaźń (KB5034441)"
        assert (found.kb, found.severity, found.update_class) == ("KB5034441", "critical", "security")
        assert found.cve_ids == ("CVE-2026-0001",)
        assert found.size_bytes == 2**33 + 1
        assert found.released_at == datetime(2026, 1, 13, 18, tzinfo=UTC)
        assert (found.has_eula, found.restart_behavior, found.is_exclusive) == (True, "always", True)
        assert (found.requires_restart, found.is_hidden, found.needs_input) == (True, False, False)
        assert found.support_url == "https://support.example/5034441"
        report = UpdatesReport(uuid4(), outcome.scanned_at, 0, last=True, items=outcome.updates, policy=outcome.policy)
        assert decode_uplink(encoder.encode(report)) == report

    async def test_one_search_finds_hidden_optional_and_drivers_with_their_marks(self, scene: Scene) -> None:
        scene.play(
            update("security"), update("critical", categories=[CRITICAL]), update("preview", browse_only=True),
            update("driver", type=2, categories=[DRIVERS]), update("definition", categories=[DEFINITIONS, SECURITY]),
            update("feature", categories=[UPGRADES]), update("plain", categories=[UPDATES]),
            update("hidden", hidden=True), update("asks", needs_input=True), update("there", installed=True),
        )  # fmt: skip

        outcome = await scan()

        found = {item.name: item for item in outcome.updates}
        classes = {name: found[update_id(name)].update_class for name in (
            "security", "critical", "preview", "driver", "definition", "feature", "plain", "hidden")}  # fmt: skip
        assert classes == {
            "security": "security", "critical": "critical", "preview": "optional", "driver": "driver",
            "definition": "definition", "feature": "feature", "plain": "optional", "hidden": "security",
        }  # fmt: skip
        assert found[update_id("hidden")].is_hidden and found[update_id("asks")].needs_input
        assert update_id("there") not in found
        assert scene.calls("Search") == [["IsInstalled=0", 0]]

    async def test_attributes_that_an_older_windows_lacks_are_unknown_and_the_update_is_kept(
        self, scene: Scene
    ) -> None:
        lacks = ["CveIDs", "BrowseOnly", "MaxDownloadSize", "InstallationBehavior", "LastDeploymentChangeTime",
                 "RebootRequired", "SupportUrl", "MsrcSeverity", "KBArticleIDs"]  # fmt: skip
        scene.play(update("old", lacks=lacks, title="Stara aktualizacja (KB4012212)"))

        (found,) = (await scan()).updates

        assert (found.size_bytes, found.released_at, found.restart_behavior, found.support_url) == (None,) * 4
        assert (found.kb, found.update_class) == ("KB4012212", "security")

    async def test_hostile_titles_are_cleaned(self, scene: Scene) -> None:
        scene.play(update("evil", title="\u202eKB\x1b[2J\x00" + "ż" * 10_000))

        (found,) = (await scan()).updates

        assert found.title.startswith("KB[2Jżżż") and len(found.title) == 4096

    async def test_search_with_warnings_keeps_what_it_found_and_says_what_was_missed(self, scene: Scene) -> None:
        scene.play(update("one"), searches=[{"result_code": 3, "warnings": [0x8024402C, 0x80240438]}])

        outcome = await scan()

        assert len(outcome.updates) == 1
        assert [warning.params["hresult"] for warning in outcome.warnings] == ["0x8024402C", "0x80240438"]
        assert outcome.warnings[0].code == Code.UPDATES_UNREACHABLE

    async def test_nothing_pending_is_an_empty_list(self, scene: Scene) -> None:
        scene.play()

        assert (await scan()).updates == ()


class TestFailedSearch:
    @pytest.mark.parametrize(
        ("hresult", "code", "name"),
        [
            (0x8024402C, Code.UPDATES_UNREACHABLE, "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED"),
            (0x80072F8F, Code.UPDATES_CLOCK_OR_TLS, "ERROR_INTERNET_DECODING_FAILED"),
            (0x8024002E, Code.UPDATES_DISABLED, "WU_E_WU_DISABLED"),
            (0x80244018, Code.UPDATES_SERVER_REFUSED, "WU_E_PT_HTTP_STATUS_FORBIDDEN"),
            (0x80070005, Code.UPDATES_ACCESS_DENIED, "E_ACCESSDENIED"),
            (0x8ABCDEF0, Code.UPDATES_FAILED, None),
        ],
    )
    async def test_code_inside_the_com_error_is_named(
        self, scene: Scene, hresult: int, code: Code, name: str | None
    ) -> None:
        scene.play(update("one"), searches=[{"error": hresult, "text": "Nie można rozpoznać nazwy – żółć"}])

        error = (await failing_scan()).error

        assert (error.code, error.params["hresult"], error.params.get("name")) == (code, f"0x{hresult:08X}", name)
        assert error.detail == "Nie można rozpoznać nazwy – żółć"

    @pytest.mark.usefixtures("wsus")
    async def test_server_that_the_policy_names_is_said_to_be_away(self, scene: Scene) -> None:
        scene.play(searches=[{"error": 0x8024402C}, {}])

        error = (await failing_scan()).error
        policy = (await scan()).policy

        assert error.code == Code.UPDATES_WSUS_UNREACHABLE
        assert error.params["server"] == "https://wsus.example.pl:8531"
        assert (policy.source, policy.server) == ("wsus", "https://wsus.example.pl:8531")

    async def test_search_that_failed_without_an_error_is_no_empty_list(self, scene: Scene) -> None:
        scene.play(update("one"), searches=[{"result_code": 4}])

        assert (await failing_scan()).error.code == Code.UPDATES_FAILED

    async def test_search_that_hangs_is_cut_and_its_process_is_gone(self, scene: Scene) -> None:
        scene.play(update("one"), searches=[{"hang_seconds": 600}])

        error = (await failing_scan(search_seconds=4.0)).error

        assert (error.code, error.params) == (Code.UPDATES_SCAN_HUNG, {"seconds": 4})
        assert scene.calls("Search")
        assert children_with_the_scenario() == []

    async def test_cancelled_scan_leaves_no_process(self, scene: Scene, until: Any) -> None:
        scene.play(update("one"), searches=[{"hang_seconds": 600}])
        running = asyncio.create_task(scan())
        await until(scene.state_path.exists)
        assert children_with_the_scenario()

        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

        assert children_with_the_scenario() == []

    async def test_child_that_dies_without_a_word_is_a_failure_with_what_it_printed(self, scene: Scene) -> None:
        scene.play()
        child = (sys.executable, "-c", "import sys; print('not JSON'); sys.stderr.write('boom'); sys.exit(3)")

        caught = await failing_scan(child=child)

        assert (caught.error.code, caught.exit_code) == (Code.UPDATES_FAILED, 3)
        assert "boom" in (caught.error.detail or "") and "not JSON" in (caught.error.detail or "")

    async def test_interpreter_that_is_not_there_is_not_available(self) -> None:
        assert (await failing_scan(child=("C:/no/such.exe",))).error.code == Code.UPDATES_NOT_AVAILABLE
