r"""The scenario that the stand-in plays, and what has become of it.

The scenario is found by BOSMAN_WUA_SCENARIO in the environment of the process that uses the classes, or else at
C:\bosman-wua.json. It is only read; what has become of it is kept in a file beside it (`….state.json`), which also has
the calls that were made, and which whoever writes a new scenario has to remove.

A scenario is an object; everything has a default:

    updates           list of updates, see DEFAULTS below; `from_search` and `until_search` say which searches (counted
                      from 1) may see one, `download` and `install` what becomes of it, `lingers` that it stays offered
                      although its installation succeeded
    searches          list of {"result_code", "error", "hang_seconds", "warnings"}, one per search; the last one repeats
    history           list of {"date", "title", "operation", "result_code", "hresult", "update_id", "client"}
    reboot_required   what SystemInformation says until an installation says otherwise
    reboot_before     RebootRequiredBeforeInstallation
    reboot_blocks     whether a restart that an installation asked for makes RebootRequiredBeforeInstallation true
    asynchronous      false: Begin… is refused with E_NOTIMPL
    steps, step_seconds  how many steps an asynchronous operation has, and how long each takes
    history_error     an HRESULT that the history fails with
"""

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import pywintypes
from win32com.server import util as server_util
from win32com.server.exception import COMException

from testkit.wua.scene import SCENARIO

DEFAULT_SCENARIO = "C:/bosman-wua.json"

E_NOTIMPL = 0x80004001
WU_E_INVALIDINDEX = 0x80240007
WU_E_INSTALL_NOT_ALLOWED = 0x80240016
WU_E_EXCLUSIVE_INSTALL_CONFLICT = 0x80240019
WU_E_EULAS_DECLINED = 0x80240023
WU_E_NO_UPDATE = 0x80240024
WU_E_INVALID_CRITERIA = 0x80240032
WU_E_DM_NOTDOWNLOADED = 0x80246007
SUCCEEDED, WITH_ERRORS, FAILED = 2, 3, 4
EXCLUSIVE = 2

DEFAULTS: dict[str, Any] = {
    "id": "",
    "revision": 1,
    "title": "",
    "kbs": [],
    "cves": [],
    "categories": [],
    "type": 1,
    "severity": None,
    "browse_only": False,
    "hidden": False,
    "eula_accepted": True,
    "impact": 0,
    "restart_behavior": 2,
    "needs_input": False,
    "reboot_required": False,
    "downloaded": False,
    "installed": False,
    "uninstallable": False,
    "size": 0,
    "changed": "2026-01-13T18:00:00",
    "support_url": "",
    "lacks": [],
    "download": {"result_code": SUCCEEDED, "hresult": 0},
    "install": {"result_code": SUCCEEDED, "hresult": 0, "reboot": False},
    "uninstall": {"result_code": SUCCEEDED, "hresult": 0, "reboot": False},
    "lingers": False,
    "from_search": 1,
    "until_search": 1_000_000,
}
"""An update. `categories` are pairs of name and id; `lacks` names attributes that raise, as those of interfaces do that
came with a later Windows."""

_lock = threading.RLock()
_util: Any = server_util


def signed(hresult: int) -> int:
    """As a 32-bit number, which COM wants."""
    return hresult - 2**32 if hresult & 0x80000000 else hresult


def failure(hresult: int, text: str = "") -> COMException:
    """What a method raises; it arrives as DISP_E_EXCEPTION with the code inside."""
    return COMException(description=text, scode=signed(hresult))


class World:
    """The scenario and what has become of it; every question reads it anew, as another process may have changed it."""

    def __init__(self) -> None:
        self.path = Path(os.environ.get(SCENARIO, DEFAULT_SCENARIO))
        self.state_path = self.path.with_name(self.path.name + ".state.json")
        self.scenario: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        self.state: dict[str, Any] = {"searches": 0, "reboot_required": False, "calls": [], "updates": {}}
        if self.state_path.exists():
            self.state = json.loads(self.state_path.read_text(encoding="utf-8"))

    def save(self) -> None:
        """Write the state down."""
        self.state_path.write_text(json.dumps(self.state, ensure_ascii=False, indent=1), encoding="utf-8")

    def call(self, *words: Any) -> None:
        """Note a call."""
        self.state["calls"].append(list(words))
        self.save()

    def change(self, update: dict[str, Any], **changes: Any) -> None:
        """Note what has become of an update; the update at hand changes too."""
        self.state["updates"].setdefault(update["id"], {}).update(changes)
        update.update(changes)
        self.save()

    def updates(self) -> list[dict[str, Any]]:
        """All updates with what has become of them."""
        return [
            DEFAULTS | update | self.state["updates"].get(update["id"], {})
            for update in self.scenario.get("updates", [])
        ]


@contextlib.contextmanager
def world() -> Iterator[World]:
    """The world, for one act at a time."""
    with _lock:
        yield World()


def date(text: str) -> Any:
    """A COM date, in UTC as Windows Update has them."""
    return pywintypes.Time(datetime.fromisoformat(text + "+00:00"))  # type: ignore[arg-type] # it takes them


def wrap(thing: Any) -> Any:
    """An object as COM hands it out."""
    return _util.wrap(thing)


def unwrap(thing: Any) -> Any:
    """The object of ours behind one that came back; anything else as it is."""
    return _util.unwrap(thing) if type(thing).__name__ == "PyIDispatch" else thing


class Record:
    """An object that only has attributes."""

    _public_methods_: ClassVar[list[str]] = []

    def __init__(self, **values: Any) -> None:
        self._public_attrs_ = list(values)
        self.__dict__.update(values)


class Collection:
    """What all of Windows Update's collections can do."""

    _public_methods_: ClassVar[list[str]] = ["Item", "Add", "Clear", "_NewEnum"]
    _public_attrs_: ClassVar[list[str]] = ["Count"]

    def __init__(self, things: Any = ()) -> None:
        self.things = list(things)

    @property
    def Count(self) -> int:  # noqa: N802 - COM's name
        """How many."""
        return len(self.things)

    def _shown(self, thing: Any) -> Any:
        return wrap(thing) if hasattr(thing, "_public_methods_") else thing

    def Item(self, index: int) -> Any:  # noqa: N802
        """One of them."""
        if not 0 <= index < len(self.things):
            raise failure(WU_E_INVALIDINDEX)
        return self._shown(self.things[index])

    def Add(self, thing: Any) -> int:  # noqa: N802
        """Put one in."""
        self.things.append(unwrap(thing))
        return len(self.things) - 1

    def Clear(self) -> None:  # noqa: N802
        """Take all out."""
        self.things.clear()

    def _NewEnum(self) -> Any:  # noqa: N802
        return _util.NewEnum([self._shown(thing) for thing in self.things])
