"""Updates, searches and the history, as Windows Update's objects show them."""

import decimal
import time
from typing import Any, ClassVar

import pythoncom

from testkit.wua.world import (
    E_NOTIMPL,
    SUCCEEDED,
    WU_E_INVALID_CRITERIA,
    Collection,
    Record,
    date,
    failure,
    signed,
    world,
    wrap,
)

E_INVALIDARG = 0x80070057


class UpdateCollection(Collection):
    """The collection that callers make themselves."""

    _reg_clsid_ = "{13639463-00DB-4646-803D-528026140D88}"
    _reg_progid_ = "Microsoft.Update.UpdateColl"
    _reg_desc_ = "Stand-in for Windows Update: collection"
    _reg_clsctx_ = pythoncom.CLSCTX_INPROC_SERVER

    def __init__(self) -> None:
        super().__init__()


class Update:
    """One update."""

    _public_methods_: ClassVar[list[str]] = ["AcceptEula"]
    _public_attrs_: ClassVar[list[str]] = [
        "Title", "MsrcSeverity", "Categories", "KBArticleIDs", "CveIDs", "Identity", "EulaAccepted", "IsInstalled",
        "IsDownloaded", "IsHidden", "IsUninstallable", "RebootRequired", "BrowseOnly", "MaxDownloadSize",
        "LastDeploymentChangeTime", "SupportUrl", "Type", "InstallationBehavior",
    ]  # fmt: skip
    _plain: ClassVar[dict[str, str]] = {
        "Title": "title", "MsrcSeverity": "severity", "EulaAccepted": "eula_accepted", "IsInstalled": "installed",
        "IsDownloaded": "downloaded", "IsHidden": "hidden", "IsUninstallable": "uninstallable",
        "RebootRequired": "reboot_required", "BrowseOnly": "browse_only", "SupportUrl": "support_url", "Type": "type",
    }  # fmt: skip

    def __init__(self, about: dict[str, Any]) -> None:
        self.about = about

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._public_attrs_:
            raise AttributeError(name)
        about = self.__dict__["about"]
        if name in about["lacks"]:
            raise failure(E_NOTIMPL)
        if name in self._plain:
            return about[self._plain[name]]
        return getattr(self, f"_{name.lower()}")(about)

    def _categories(self, about: dict[str, Any]) -> Any:
        return wrap(Collection([Record(Name=name, CategoryID=key) for name, key in about["categories"]]))

    def _kbarticleids(self, about: dict[str, Any]) -> Any:
        return wrap(Collection(about["kbs"]))

    def _cveids(self, about: dict[str, Any]) -> Any:
        return wrap(Collection(about["cves"]))

    def _identity(self, about: dict[str, Any]) -> Any:
        return wrap(Record(UpdateID=about["id"], RevisionNumber=about["revision"]))

    def _installationbehavior(self, about: dict[str, Any]) -> Any:
        return wrap(
            Record(
                CanRequestUserInput=about["needs_input"], Impact=about["impact"],
                RebootBehavior=about["restart_behavior"], RequiresNetworkConnectivity=False,
            )
        )  # fmt: skip

    def _maxdownloadsize(self, about: dict[str, Any]) -> decimal.Decimal:
        # A DECIMAL, as the real one.
        return decimal.Decimal(about["size"])

    def _lastdeploymentchangetime(self, about: dict[str, Any]) -> Any:
        return date(about["changed"])

    def AcceptEula(self) -> None:  # noqa: N802
        """Accept the terms."""
        with world() as here:
            here.call("AcceptEula", self.about["id"])
            here.change(self.about, eula_accepted=True)


class Searcher:
    """IUpdateSearcher."""

    _public_methods_: ClassVar[list[str]] = ["Search", "GetTotalHistoryCount", "QueryHistory"]
    _public_attrs_: ClassVar[list[str]] = ["Online", "ServerSelection", "ServiceID"]

    def __init__(self) -> None:
        self.Online = True
        self.ServerSelection = 0
        self.ServiceID = ""

    def Search(self, criteria: str) -> Any:  # noqa: N802
        """What the scenario offers by now."""
        installed = {"IsInstalled=0": False, "IsInstalled=1": True}.get(criteria)
        if installed is None:
            raise failure(WU_E_INVALID_CRITERIA)
        with world() as here:
            here.state["searches"] += not installed
            number = here.state["searches"]
            here.call("Search", criteria, self.ServerSelection)
            searches = here.scenario.get("searches") or [{}]
            plan = {} if installed else searches[min(number, len(searches)) - 1]
        time.sleep(plan.get("hang_seconds", 0))
        if plan.get("error"):
            raise failure(plan["error"], plan.get("text", ""))
        found = [
            Update(about)
            for about in here.updates()
            if about["installed"] == installed
            and (installed or about["from_search"] <= number <= about["until_search"])
        ]
        warnings = [Record(HResult=signed(warning), Message="") for warning in plan.get("warnings", [])]
        return wrap(
            Record(
                ResultCode=plan.get("result_code", SUCCEEDED), Updates=wrap(Collection(found)),
                Warnings=wrap(Collection(warnings)),
            )
        )  # fmt: skip

    def GetTotalHistoryCount(self) -> int:  # noqa: N802
        """How long the history is."""
        with world() as here:
            if here.scenario.get("history_error"):
                raise failure(here.scenario["history_error"])
            return len(here.scenario.get("history", []))

    def QueryHistory(self, start: int, count: int) -> Any:  # noqa: N802
        """A part of the history; none at all is an error, as with the real one."""
        with world() as here:
            here.call("QueryHistory", start, count)
            entries = here.scenario.get("history", [])
        if count <= 0:
            raise failure(E_INVALIDARG)
        return wrap(
            Collection(
                [
                    Record(
                        Date=date(entry["date"]), Title=entry["title"], Operation=entry.get("operation", 1),
                        ResultCode=entry.get("result_code", SUCCEEDED), HResult=signed(entry.get("hresult", 0)),
                        UpdateIdentity=wrap(Record(UpdateID=entry.get("update_id", ""), RevisionNumber=1)),
                        ClientApplicationID=entry.get("client", ""),
                    )
                    for entry in entries[start : start + count]
                ]
            )
        )  # fmt: skip
