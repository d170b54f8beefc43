"""What `doctor` asks Windows: access lists, proxies of the machine, WSUS, winget, the update service.

Wine keeps no access lists: those that are judged here are real security descriptors,
made from Microsoft's own notation.
"""

# ruff: noqa: E402 - below what tells mypy that this file is for Windows
import sys

assert sys.platform == "win32"

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import win32security

from bosman_agent.platform.diagnostics import windows as diagnostics
from testkit.bus import free_port

POLICY = r"SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate"
OURS = "O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"


@pytest.fixture
def access_list(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """The access list that Windows has for the agent's folder, as an SDDL string."""

    def be(text: str) -> None:
        made = win32security.ConvertStringSecurityDescriptorToSecurityDescriptor(text, win32security.SDDL_REVISION_1)
        monkeypatch.setattr(win32security, "GetNamedSecurityInfo", lambda *_: made)

    return be


class TestFolder:
    @pytest.mark.parametrize("text", [OURS, "O:SYD:P(A;;FA;;;SY)", f"{OURS}(D;;FA;;;BU)"])
    def test_system_and_administrators_alone_are_fine(self, access_list: Any, text: str) -> None:
        access_list(text)
        assert diagnostics.folder_finding(Path("C:/data")).key == "doctor.folder_private"

    @pytest.mark.parametrize(
        ("extra", "sid"),
        [("(A;OICI;FR;;;BU)", "S-1-5-32-545"), ("(A;;FA;;;WD)", "S-1-1-0"), ("(A;;FR;;;AU)", "S-1-5-11")],
    )
    def test_anybody_else_is_a_problem_and_named(self, access_list: Any, extra: str, sid: str) -> None:
        access_list(OURS + extra)
        found = diagnostics.folder_finding(Path("C:/data"))
        assert (found.verdict, found.key, found.params["detail"]) == ("problem", "doctor.folder_open", sid)

    def test_folder_without_an_access_list_is_open_to_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = win32security.SECURITY_DESCRIPTOR()
        made.SetSecurityDescriptorDacl(1, None, 0)  # type: ignore[arg-type] # the stubs know no absent list
        monkeypatch.setattr(win32security, "GetNamedSecurityInfo", lambda *_: made)
        assert diagnostics.folder_finding(Path("C:/data")).params["detail"] == "no access list"

    def test_folder_that_is_not_there_is_an_error_of_the_system(self, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="none"):
            diagnostics.folder_finding(tmp_path / "none")


def registry(**keys: dict[str, object]) -> Any:
    """A reader of a registry that holds these values; the keys by their last word."""
    return lambda key: keys.get(key.rsplit("\\", 1)[-1])


def winhttp(flags: int, proxy: str) -> bytes:
    """`netsh winhttp set proxy` writes this: size, changes, flags, the proxy's length and name, what goes around."""
    numbers = (0x28, 0, flags, len(proxy))
    return b"".join(number.to_bytes(4, "little") for number in numbers) + proxy.encode() + bytes(8)


class TestProxies:
    def test_both_places_of_the_machine_are_read(self) -> None:
        internet: dict[str, object] = {"ProxyEnable": 1, "ProxyServer": "proxy.example:3128"}
        connections: dict[str, object] = {"WinHttpSettings": winhttp(3, "winhttp.example:8080")}
        read = registry(**{"Internet Settings": internet, "Connections": connections})
        assert diagnostics.system_proxies(read) == {
            "Internet Settings": "proxy.example:3128", "WinHTTP": "winhttp.example:8080",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("internet", "blob"),
        [
            ({}, b""), ({"ProxyEnable": 0, "ProxyServer": "off.example:1"}, winhttp(1, "")),
            ({"ProxyEnable": 1, "ProxyServer": 7}, b"\x28\x00\x00"), ({"ProxyEnable": 1}, "no bytes"),
        ],
    )  # fmt: skip
    def test_none_that_is_in_use_is_none(self, internet: dict[str, object], blob: object) -> None:
        read = registry(**{"Internet Settings": internet, "Connections": {"WinHttpSettings": blob}})
        assert diagnostics.system_proxies(read) == {}

    def test_length_beyond_the_value_is_no_error(self) -> None:
        blob = winhttp(3, "a.example:1")[:-8].replace((11).to_bytes(4, "little"), (2**31).to_bytes(4, "little"))
        assert diagnostics.system_proxies(registry(Connections={"WinHttpSettings": blob})) == {"WinHTTP": "a.example:1"}


def by_check(read: Any) -> dict[str, Any]:
    return {found.check: found for found in diagnostics.platform_findings(read)}


@pytest.fixture
def wsus() -> Iterator[str]:
    """An address where somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def policy(server: str) -> Any:
    return registry(WindowsUpdate={"WUServer": server}, AU={"UseWUServer": 1})


class TestUpdateServer:
    def test_without_a_policy_it_is_microsofts(self) -> None:
        assert by_check(registry())["update_server"].key == "doctor.wsus_none"

    def test_server_that_answers_is_named(self, wsus: str) -> None:
        found = by_check(policy(wsus))["update_server"]
        assert (found.key, found.params) == ("doctor.wsus_reached", {"server": wsus})

    def test_server_that_is_silent_is_a_problem(self) -> None:
        address = f"http://127.0.0.1:{free_port()}"
        found = by_check(policy(address))["update_server"]
        assert (found.verdict, found.key, found.params["server"]) == ("problem", "doctor.wsus_silent", address)

    @pytest.mark.parametrize("address", ["http://host:nonsense", "wsus", "http://"])
    def test_address_that_is_none_is_a_problem(self, address: str) -> None:
        assert by_check(policy(address))["update_server"].key == "doctor.wsus_silent"


class TestUpdateService:
    @pytest.mark.parametrize(
        ("values", "key"),
        [
            (None, "doctor.update_service_missing"),
            ({"Start": 4}, "doctor.update_service_disabled"),
            ({"Start": 3}, "doctor.update_service_ready"),
        ],
    )
    def test_start_type_is_judged(self, values: dict[str, object] | None, key: str) -> None:
        keys = {} if values is None else {"wuauserv": values}
        assert by_check(registry(**keys))["update_service"].key == key


class TestWinget:
    def test_absent_one_is_a_warning(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
        assert by_check(registry())["winget"].key == "doctor.winget_missing"

    def test_newest_one_is_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
        for version in ("1.9.0.0", "1.22.0.0"):
            folder = tmp_path / "WindowsApps" / f"Microsoft.DesktopAppInstaller_{version}_x64__8wekyb3d8bbwe"
            folder.mkdir(parents=True)
            (folder / "winget.exe").touch()
        found = by_check(registry())["winget"]
        assert found.key == "doctor.winget_found" and "_1.22.0.0_" in str(found.params["path"])


class TestRegistry:
    def test_values_of_the_machine_are_read_and_missing_keys_are_none(self) -> None:
        read = diagnostics.read_key(r"SOFTWARE\Microsoft\Windows NT\CurrentVersion")
        assert read is not None and "CurrentBuild" in read
        assert diagnostics.read_key(r"SOFTWARE\Nobody\Has\This") is None


class TestService:
    def test_service_that_nobody_installed_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(diagnostics, "SERVICE", "BosmanTestsNobody")
        assert diagnostics.service_state() == "missing"

    def test_service_of_windows_itself_is_told_by_its_state(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(diagnostics, "SERVICE", "RpcSs")
        assert diagnostics.service_state() in {"running", "stopped"}
