"""What the child does with Windows Update: search, install, uninstall, read the history."""

import sys
from collections.abc import Callable

import msgspec

from bosman_agent.platform.windows.wua.mapping import kb_of
from bosman_agent.platform.windows.wua.selection import batches, select_updates
from bosman_agent.platform.windows.wua.wire import (
    MAX_OFFERED,
    Ended,
    Failed,
    NotConfirmed,
    Offered,
    Request,
    RestartFirst,
    Searched,
    SearchRound,
    Skipped,
    State,
    Step,
    Uninstalled,
)

assert sys.platform == "win32"

from bosman_agent.platform.windows.wua import com
from bosman_agent.platform.windows.wua.com import ComError, ComObject, create, hresult_of, items, read, text_of
from bosman_agent.platform.windows.wua.jobs import run_job

CLIENT = "Bosman"
PENDING_CRITERIA = "IsInstalled=0"
"""One search for everything, sorted out afterwards: hidden, optional and drivers keep their marks instead of being
lost. `or` works only at the top level of a criterion, and a forgotten branch would lose updates silently."""
INSTALLED_CRITERIA = "IsInstalled=1"
SUCCEEDED, WITH_ERRORS, FAILED = 2, 3, 4
PAGE = 500

Say = Callable[[msgspec.Struct], None]


class Session:
    """A session with the Windows Update Agent of this machine; the server is that of the device's own policy."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._session = create("Microsoft.Update.Session")
        self._session.ClientApplicationID = CLIENT

    def search(self, search_round: SearchRound) -> dict[str, tuple[Offered, ComObject]]:
        """All updates that are not installed, by id, with their COM objects; said as they are read. Raises ComError."""
        self._say(Step("searching" if search_round == "first" else "confirming"))
        result = self._searcher().Search(PENDING_CRITERIA)
        found: dict[str, tuple[Offered, ComObject]] = {}
        for update in items(result.Updates, MAX_OFFERED):
            offered = com.offered(update, search_round)
            found[offered.update_id] = (offered, update)
            self._say(offered)
        warnings = [int(read(warning, "HResult", 0)) & 0xFFFFFFFF for warning in items(read(result, "Warnings"), 20)]
        self._say(Searched(search_round, int(result.ResultCode), tuple(warnings)))
        return found

    def install(self, request: Request) -> None:
        """Search, select, download, install, and search again."""
        installer = self._session.CreateUpdateInstaller()
        if read(installer, "RebootRequiredBeforeInstallation", default=False):
            self._say(RestartFirst())
            return
        found = self.search("first")
        selection = select_updates([offered for offered, _ in found.values()], request)
        for skipped in selection.skipped:
            self._say(skipped)
        ready = self._download([found[update.update_id] for update in selection.chosen])
        objects = {offered.update_id: update for offered, update in ready}
        done = self._install([offered for offered, _ in ready], objects)
        if done:
            self._confirm()

    def _confirm(self) -> None:
        try:
            self.search("confirming")
        except ComError as error:
            self._say(NotConfirmed(hresult_of(error), text_of(error)))

    def _download(self, chosen: list[tuple[Offered, ComObject]]) -> list[tuple[Offered, ComObject]]:
        """One update at a time: each has its own progress, and one that fails costs the others nothing."""
        ready = []
        for number, (offered, update) in enumerate(chosen, 1):
            step = Step("downloading", 0, number, len(chosen), offered.title)
            self._say(step)
            try:
                if not read(update, "EulaAccepted", default=True):
                    update.AcceptEula()
            except ComError as error:
                self._say(Ended(offered.update_id, "eula", FAILED, hresult_of(error)))
                continue
            if self._download_one(offered, update, step):
                ready.append((offered, update))
        return ready

    def _download_one(self, offered: Offered, update: ComObject, step: Step) -> bool:
        if read(update, "IsDownloaded", default=False):
            return True
        downloader = self._session.CreateUpdateDownloader()
        downloader.Updates = _collection([update])
        try:
            result = run_job(
                downloader, "Download", lambda percent, _: self._say(msgspec.structs.replace(step, percent=percent))
            )
            one = result.GetUpdateResult(0)
            code, hresult = int(one.ResultCode), int(one.HResult) & 0xFFFFFFFF
        except ComError as error:
            code, hresult = FAILED, hresult_of(error)
        # One that came with errors is installed all the same: the installer says whether it can.
        if code in {SUCCEEDED, WITH_ERRORS} and not hresult & 0x80000000:
            return True
        self._say(Ended(offered.update_id, "download", code, hresult))
        return False

    def _install(self, ready: list[Offered], objects: dict[str, object]) -> bool:
        """Whether Windows has been asked to install anything."""
        before = 0
        in_batches = batches(ready)
        ordered = [offered for batch in in_batches for offered in batch]
        for batch in in_batches:
            installer = self._session.CreateUpdateInstaller()
            if before and read(installer, "RebootRequiredBeforeInstallation", default=False):
                for offered in ordered[before:]:
                    self._say(Skipped(offered.update_id, "restart_first"))
                break
            self._install_batch(installer, batch, objects, _Place(before, len(ready)))
            before += len(batch)
        return before > 0

    def _install_batch(
        self, installer: ComObject, batch: list[Offered], objects: dict[str, object], place: "_Place"
    ) -> None:
        installer.AllowSourcePrompts = False
        _set_if_known(installer, "ForceQuiet", value=True)
        installer.Updates = _collection([objects[offered.update_id] for offered in batch])

        def report(percent: int, index: int) -> None:
            number = place.before + min(max(index, 0), len(batch) - 1)
            overall = (place.before * 100 + percent * len(batch)) // place.count
            self._say(Step("installing", overall, number + 1, place.count, batch[number - place.before].title))

        report(0, 0)
        try:
            result = run_job(installer, "Install", report)
        except ComError as error:
            for offered in batch:
                self._say(Ended(offered.update_id, "install", FAILED, hresult_of(error)))
            return
        for index, offered in enumerate(batch):
            self._say(_install_result(result, index, offered))

    def uninstall(self, kb: str) -> None:
        """Take an installed update away where Windows Update can. Raises ComError."""
        self._say(Step("searching"))
        update = self._installed(kb)
        if update is None:
            self._say(Uninstalled("not_found"))
            return
        if not read(update, "IsUninstallable", default=False):
            self._say(Uninstalled("not_removable"))
            return
        installer = self._session.CreateUpdateInstaller()
        _set_if_known(installer, "ForceQuiet", value=True)
        installer.Updates = _collection([update])
        self._say(Step("uninstalling", 0))
        result = run_job(installer, "Uninstall", lambda percent, _: self._say(Step("uninstalling", percent)))
        one = result.GetUpdateResult(0)
        code, hresult, restart = int(one.ResultCode), int(one.HResult) & 0xFFFFFFFF, bool(one.RebootRequired)
        if code == SUCCEEDED and not restart:
            self._say(Step("confirming"))
            if self._installed(kb) is not None:
                self._say(Uninstalled("still_there", code, hresult))
                return
        self._say(Uninstalled("done", code, hresult, restart))

    def history(self, limit: int) -> None:
        """The newest entries. Raises ComError."""
        searcher = self._searcher()
        total = int(searcher.GetTotalHistoryCount())
        # Windows refuses to be asked for none.
        for entry in items(searcher.QueryHistory(0, min(total, limit, PAGE)), PAGE) if total > 0 else ():
            said = com.past(entry)
            if said is not None:
                self._say(said)

    def _installed(self, kb: str) -> ComObject:
        result = self._searcher().Search(INSTALLED_CRITERIA)
        for update in items(result.Updates, MAX_OFFERED):
            articles = [str(article) for article in items(read(update, "KBArticleIDs"), 16)]
            if kb_of(articles, str(read(update, "Title", ""))) == kb:
                return update
        return None

    def _searcher(self) -> ComObject:
        return self._session.CreateUpdateSearcher()


class _Place(msgspec.Struct, frozen=True):
    """Where a batch stands in the whole."""

    before: int
    count: int


def say_state(say: Say) -> None:
    """Whether Windows Update wants a restart. Raises ComError."""
    say(State(bool(create("Microsoft.Update.SystemInfo").RebootRequired)))


def failed(error: ComObject) -> Failed:
    """A failure of the whole act, from a ComError."""
    return Failed(hresult_of(error), text_of(error))


def _collection(updates: list[ComObject]) -> ComObject:
    collection = create("Microsoft.Update.UpdateColl")
    for update in updates:
        collection.Add(update)
    return collection


def _set_if_known(thing: ComObject, name: str, *, value: bool) -> None:
    try:
        setattr(thing, name, value)
    except (ComError, AttributeError):
        # IUpdateInstaller2 and later; before it there is nothing to ask for.
        return


def _install_result(result: ComObject, index: int, offered: Offered) -> Ended:
    try:
        one = result.GetUpdateResult(index)
        code, hresult = int(one.ResultCode), int(one.HResult) & 0xFFFFFFFF
        return Ended(offered.update_id, "install", code, hresult, bool(one.RebootRequired))
    except ComError as error:
        return Ended(offered.update_id, "install", FAILED, hresult_of(error))
