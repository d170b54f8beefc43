"""Downloading, installing and uninstalling, all at once or in the background."""

import os
import threading
import time
from typing import Any, ClassVar

import pythoncom
from win32com.server.exception import COMException

from testkit.wua.world import (
    E_NOTIMPL,
    EXCLUSIVE,
    FAILED,
    SUCCEEDED,
    WITH_ERRORS,
    WU_E_DM_NOTDOWNLOADED,
    WU_E_EULAS_DECLINED,
    WU_E_EXCLUSIVE_INSTALL_CONFLICT,
    WU_E_INSTALL_NOT_ALLOWED,
    WU_E_INVALIDINDEX,
    WU_E_NO_UPDATE,
    Record,
    World,
    failure,
    signed,
    unwrap,
    world,
    wrap,
)


class Result:
    """The result of an operation, with those of its updates."""

    _public_methods_: ClassVar[list[str]] = ["GetUpdateResult"]
    _public_attrs_: ClassVar[list[str]] = ["ResultCode", "HResult", "RebootRequired"]

    def __init__(self, each: list[dict[str, Any]]) -> None:
        self.each = each
        good = sum(one["result_code"] in {SUCCEEDED, WITH_ERRORS} for one in each)
        # What the whole says is no word on any one update: callers that read only this are caught here.
        self.ResultCode = SUCCEEDED if good == len(each) else WITH_ERRORS if good else FAILED
        self.HResult = 0
        self.RebootRequired = any(one.get("reboot") for one in each)

    def GetUpdateResult(self, index: int) -> Any:  # noqa: N802
        """That of one update, by its place in the collection."""
        if not 0 <= index < len(self.each):
            raise failure(WU_E_INVALIDINDEX)
        one = self.each[index]
        return wrap(
            Record(
                ResultCode=one["result_code"], HResult=signed(one["hresult"]), RebootRequired=bool(one.get("reboot"))
            )
        )  # fmt: skip


class Job:
    """An asynchronous operation: a thread that works through its steps."""

    _public_methods_: ClassVar[list[str]] = ["GetProgress", "CleanUp", "RequestAbort"]
    _public_attrs_: ClassVar[list[str]] = ["IsCompleted", "AsyncState"]

    def __init__(self, work: Any, count: int, callbacks: tuple[Any, Any]) -> None:
        with world() as here:
            self._steps = max(1, here.scenario.get("steps", 2))
            self._step_seconds = here.scenario.get("step_seconds", 0.01)
        self._work, self._count, self._at = work, count, 0
        self.IsCompleted = False
        self.AsyncState = 0
        self.result: Result | None = None
        self.error: COMException | None = None
        # Another thread may use them only through a stream, even where both are free-threaded.
        self._streams = [
            pythoncom.CoMarshalInterThreadInterfaceInStream(pythoncom.IID_IDispatch, callback) for callback in callbacks
        ]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        pythoncom.CoInitializeEx(pythoncom.COINIT_MULTITHREADED)
        progressed: Any
        completed: Any
        progressed, completed = (
            pythoncom.CoGetInterfaceAndReleaseStream(stream, pythoncom.IID_IDispatch) for stream in self._streams
        )
        for step in range(self._steps):
            self._at = step
            progressed.Invoke(0, 0, pythoncom.DISPATCH_METHOD, 0)
            time.sleep(self._step_seconds)
        try:
            self.result = self._work()
        except COMException as error:
            self.error = error
        self.IsCompleted = True
        completed.Invoke(0, 0, pythoncom.DISPATCH_METHOD, 0)

    def GetProgress(self) -> Any:  # noqa: N802
        """How far it is."""
        percent = 100 * self._at // self._steps
        index = min(self._count - 1, self._count * self._at // self._steps)
        return wrap(Record(PercentComplete=percent, CurrentUpdateIndex=index, CurrentUpdatePercentComplete=percent))

    def CleanUp(self) -> None:  # noqa: N802
        """End the thread."""
        self._thread.join()

    def RequestAbort(self) -> None:  # noqa: N802
        """It cannot be stopped."""


class Worker:
    """What downloader and installer have in common."""

    def __init__(self) -> None:
        self.collection: Any = None
        self.ClientApplicationID = ""

    @property
    def Updates(self) -> Any:  # noqa: N802
        """What it works on."""
        return wrap(self.collection)

    @Updates.setter
    def Updates(self, value: Any) -> None:  # noqa: N802
        self.collection = unwrap(value)

    def chosen(self) -> list[dict[str, Any]]:
        """The updates; without any there is nothing to do."""
        if self.collection is None or not self.collection.things:
            raise failure(WU_E_NO_UPDATE)
        return [update.about for update in self.collection.things]

    def begin(self, work: Any, callbacks: tuple[Any, Any]) -> Any:
        """Start it in the background."""
        with world() as here:
            if not here.scenario.get("asynchronous", True):
                raise failure(E_NOTIMPL)
        return wrap(Job(work, len(self.chosen()), callbacks))

    def end(self, job: Any) -> Any:
        """The result of what was begun."""
        done = unwrap(job)
        done.CleanUp()
        if done.error is not None:
            raise done.error
        return wrap(done.result)


class Downloader(Worker):
    """IUpdateDownloader."""

    _public_methods_: ClassVar[list[str]] = ["Download", "BeginDownload", "EndDownload"]
    _public_attrs_: ClassVar[list[str]] = ["Updates", "Priority", "IsForced", "ClientApplicationID"]

    def __init__(self) -> None:
        super().__init__()
        self.Priority = 2
        self.IsForced = False

    def work(self) -> Result:
        """Download."""
        each = []
        with world() as here:
            here.call("Download", [about["id"] for about in self.chosen()])
            for about in self.chosen():
                each.append(about["download"])
                if about["download"]["result_code"] in {SUCCEEDED, WITH_ERRORS}:
                    here.change(about, downloaded=True)
        return Result(each)

    def Download(self) -> Any:  # noqa: N802
        """All at once."""
        return wrap(self.work())

    def BeginDownload(self, progressed: Any, completed: Any, _state: Any) -> Any:  # noqa: N802
        """In the background."""
        return self.begin(self.work, (progressed, completed))

    def EndDownload(self, job: Any) -> Any:  # noqa: N802
        """The result."""
        return self.end(job)


class Installer(Worker):
    """IUpdateInstaller."""

    _public_methods_: ClassVar[list[str]] = [
        "Install", "BeginInstall", "EndInstall", "Uninstall", "BeginUninstall", "EndUninstall",
    ]  # fmt: skip
    _public_attrs_: ClassVar[list[str]] = [
        "Updates", "ForceQuiet", "AllowSourcePrompts", "IsBusy", "RebootRequiredBeforeInstallation",
        "ClientApplicationID",
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.ForceQuiet = False
        self.AllowSourcePrompts = True
        self.IsBusy = False

    @property
    def RebootRequiredBeforeInstallation(self) -> bool:  # noqa: N802
        """Whether nothing is installed before a restart."""
        with world() as here:
            blocked = here.scenario.get("reboot_blocks", False) and here.state["reboot_required"]
            return bool(here.scenario.get("reboot_before", False) or blocked)

    def work(self) -> Result:
        """Install."""
        chosen = self.chosen()
        if self.RebootRequiredBeforeInstallation:
            raise failure(WU_E_INSTALL_NOT_ALLOWED)
        if len(chosen) > 1 and any(about["impact"] == EXCLUSIVE for about in chosen):
            raise failure(WU_E_EXCLUSIVE_INSTALL_CONFLICT)
        with world() as here:
            here.call("Install", [about["id"] for about in chosen], self.ForceQuiet)
            each = [self._install_one(here, about) for about in chosen]
            here.save()
        return Result(each)

    def _install_one(self, here: World, about: dict[str, Any]) -> dict[str, Any]:
        if not about["eula_accepted"]:
            return {"result_code": FAILED, "hresult": WU_E_EULAS_DECLINED}
        if not about["downloaded"]:
            return {"result_code": FAILED, "hresult": WU_E_DM_NOTDOWNLOADED}
        outcome: dict[str, Any] = about["install"]
        if outcome["result_code"] in {SUCCEEDED, WITH_ERRORS} and not outcome.get("dies"):
            if outcome.get("reboot"):
                here.state["reboot_required"] = True
                here.change(about, reboot_required=True)
            elif not about["lingers"]:
                here.change(about, installed=True)
        if outcome.get("dies"):
            # As a process does that is killed: nothing more is said.
            os._exit(int(outcome["dies"]))
        return outcome

    def remove(self) -> Result:
        """Uninstall."""
        with world() as here:
            here.call("Uninstall", [about["id"] for about in self.chosen()])
            each = []
            for about in self.chosen():
                each.append(about["uninstall"])
                if about["uninstall"]["result_code"] == SUCCEEDED and not about["lingers"]:
                    here.change(about, installed=False)
        return Result(each)

    def Install(self) -> Any:  # noqa: N802
        """All at once."""
        return wrap(self.work())

    def BeginInstall(self, progressed: Any, completed: Any, _state: Any) -> Any:  # noqa: N802
        """In the background."""
        return self.begin(self.work, (progressed, completed))

    def EndInstall(self, job: Any) -> Any:  # noqa: N802
        """The result."""
        return self.end(job)

    def Uninstall(self) -> Any:  # noqa: N802
        """All at once."""
        return wrap(self.remove())

    def BeginUninstall(self, progressed: Any, completed: Any, _state: Any) -> Any:  # noqa: N802
        """In the background."""
        return self.begin(self.remove, (progressed, completed))

    def EndUninstall(self, job: Any) -> Any:  # noqa: N802
        """The result."""
        return self.end(job)
