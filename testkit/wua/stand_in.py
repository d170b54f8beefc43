r"""Windows Update's COM classes, played from a scenario. Test equipment: never part of a release.

They are in-process COM servers under the real class ids and program ids: whoever asks for `Microsoft.Update.Session`
on this (virtual) machine gets these. The folder needs pywin32 and nothing else. To use it with the interpreter of an
INSTALLED agent, copy `testkit/__init__.py` and `testkit/wua` to the machine and run a file of it:

    "C:\Program Files\...\python\python.exe" C:\bosman-test\testkit\wua\register.py
    (write C:\bosman-wua.json, remove C:\bosman-wua.json.state.json)
    ... run the agent ...
    "C:\Program Files\...\python\python.exe" C:\bosman-test\testkit\wua\register.py --unregister

Registering writes the interpreter's pythoncom DLL and the folder above `testkit` into the registry: both have to stay
where they are. What a scenario says is described in `world.py`.
"""

import contextlib
from pathlib import Path
from typing import Any, ClassVar

import pythoncom
from win32com.server import register as server_register

from testkit.wua.operations import Downloader, Installer
from testkit.wua.searching import Searcher, UpdateCollection
from testkit.wua.world import world, wrap


class Session:
    """IUpdateSession."""

    _public_methods_: ClassVar[list[str]] = ["CreateUpdateSearcher", "CreateUpdateDownloader", "CreateUpdateInstaller"]
    _public_attrs_: ClassVar[list[str]] = ["ClientApplicationID", "ReadOnly", "UserLocale"]
    _reg_clsid_ = "{4CB43D7F-7EEE-4906-8698-60DA1C38F2FE}"
    _reg_progid_ = "Microsoft.Update.Session"
    _reg_desc_ = "Stand-in for Windows Update: session"
    _reg_clsctx_ = pythoncom.CLSCTX_INPROC_SERVER

    def __init__(self) -> None:
        self.ClientApplicationID = ""
        self.ReadOnly = False
        self.UserLocale = 1045

    def CreateUpdateSearcher(self) -> Any:  # noqa: N802
        """A searcher."""
        return wrap(Searcher())

    def CreateUpdateDownloader(self) -> Any:  # noqa: N802
        """A downloader."""
        return wrap(Downloader())

    def CreateUpdateInstaller(self) -> Any:  # noqa: N802
        """An installer."""
        return wrap(Installer())


class SystemInformation:
    """ISystemInformation."""

    _public_methods_: ClassVar[list[str]] = []
    _public_attrs_: ClassVar[list[str]] = ["RebootRequired", "OemHardwareSupportLink"]
    _reg_clsid_ = "{C01B9BA0-BEA7-41BA-B604-D0A36F469133}"
    _reg_progid_ = "Microsoft.Update.SystemInfo"
    _reg_desc_ = "Stand-in for Windows Update: system information"
    _reg_clsctx_ = pythoncom.CLSCTX_INPROC_SERVER

    OemHardwareSupportLink = ""

    @property
    def RebootRequired(self) -> bool:  # noqa: N802
        """Whether a restart is pending."""
        with world() as here:
            return bool(here.scenario.get("reboot_required", False) or here.state["reboot_required"])


_registry: Any = server_register
CLASSES = (Session, UpdateCollection, SystemInformation)


def register() -> None:
    """Put the classes in the place of the real ones. Raises pythoncom.com_error without the rights to."""
    above = str(Path(__file__).parents[2])
    for cls in CLASSES:
        _registry.RegisterServer(
            cls._reg_clsid_, f"{cls.__module__}.{cls.__name__}", cls._reg_desc_, cls._reg_progid_,
            clsctx=cls._reg_clsctx_, addnPath=above,
        )  # fmt: skip


def unregister() -> None:
    """Take them away; `regsvr32 wuapi.dll` brings the real ones back."""
    for cls in CLASSES:
        with contextlib.suppress(pythoncom.com_error, OSError):
            _registry.UnregisterServer(cls._reg_clsid_, cls._reg_progid_)
