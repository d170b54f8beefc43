"""Applications on Windows: what winget offers for the machine, and for the users who are signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bosman_agent.platform.base import ProviderError, ReportStep, WriteLog
from bosman_agent.platform.winget.locate import find_winget
from bosman_agent.platform.winget.runner import RunAsUser, RunProgram, Winget, in_session, run_program
from bosman_agent.platform.winget.scan import newer, newer_rows
from bosman_agent.platform.winget.tables import Listing, Row
from bosman_agent.platform.winget.upgrade import PAUSES_SECONDS, Wish, allowed, is_pinned, is_usable, upgrade_one
from bosman_protocol.apps import AppChoice, AppOutcome, AppsScanResult, AppsUpgradeResult, AppUpgrade
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.limits import MAX_LIST_ITEMS
from bosman_protocol.text import clean_text

VERSION_SECONDS = 60.0
MAX_USERS = 16
MAX_PROBLEMS = 64
MAX_EXAMPLES = 5
USER_COMMAND = ("cmd.exe", "/d", "/c", "winget")
"""A user has winget as an alias on their own PATH, which cmd looks along."""


class WingetApps:
    """The provider; without `run_as_user` and `signed_in_users` the users' own applications are not looked at."""

    def __init__(
        self,
        *,
        locate: Callable[[], Path | None] = find_winget,
        run: RunProgram = run_program,
        run_as_user: RunAsUser | None = None,
        signed_in_users: Callable[[], list[str]] | None = None,
        user_command: tuple[str, ...] = USER_COMMAND,
        pauses: tuple[float, ...] = PAUSES_SECONDS,
    ) -> None:
        self._locate = locate
        self._run = run
        self._run_as_user = run_as_user
        self._signed_in_users = signed_in_users
        self._user_command = user_command
        self._pauses = pauses

    async def scan(self, *, log: WriteLog, progress: ReportStep) -> AppsScanResult:
        """What is newer. Raises ProviderError (`apps.not_available`, `apps.unreadable`, …)."""
        machine = self._machine()
        progress(None, "apps.searching")
        manager = await _version(machine)
        found = [(machine, await newer(machine, log))]
        scanned, problems = [], []
        users, unknown = self._users()
        problems.extend(unknown)
        for winget in users:
            try:
                found.append((winget, await newer(winget, log)))
                scanned.append(winget.user or "")
            except ProviderError as error:
                problems.append(_not_scanned(winget.user, error.error))
        apps = [_app(winget, row) for winget, listing in found for row in listing.rows]
        problems += [problem for _, listing in found for problem in _not_told(listing)]
        problems += [
            ErrorDetail(Code.APPS_UNRESOLVED_ID, {"id": app.id, "name": app.name}) for app in apps if app.id_truncated
        ]
        return AppsScanResult(tuple(apps[:MAX_LIST_ITEMS]), manager, tuple(scanned), tuple(problems[:MAX_PROBLEMS]))

    async def upgrade(
        self, apps: tuple[AppChoice, ...] | None, *, log: WriteLog, progress: ReportStep
    ) -> AppsUpgradeResult:
        """Upgrade these, or all that may be (None). Raises ProviderError when nothing could be begun."""
        machine = self._machine()
        if apps is None:
            wishes, outcomes = await self._everything(machine, log)
        else:
            wishes, outcomes = self._chosen(machine, apps)
        wishes = wishes[: MAX_LIST_ITEMS - len(outcomes)]
        for number, wish in enumerate(wishes):
            progress(100 * number // len(wishes), "apps.upgrading", id=wish.id)
            outcomes.append(await upgrade_one(wish, log, self._pauses))
        restart = any(outcome.restart_required for outcome in outcomes)
        return AppsUpgradeResult(tuple(outcomes[:MAX_LIST_ITEMS]), restart)

    def _machine(self) -> Winget:
        program = self._locate()
        if program is None:
            raise ProviderError(ErrorDetail(Code.APPS_NOT_AVAILABLE))
        return Winget((str(program),), "machine", self._run)

    def _users(self) -> tuple[list[Winget], list[ErrorDetail]]:
        """One winget for every signed-in user, or why there is none."""
        if self._run_as_user is None or self._signed_in_users is None:
            return [], [_not_scanned(None, None)]
        names = list(dict.fromkeys(self._signed_in_users()))
        reachable = [
            Winget(self._user_command, "user", in_session(self._run_as_user, name), name) for name in names[:MAX_USERS]
        ]
        return reachable, [_not_scanned(name, None) for name in names[MAX_USERS:]]

    async def _everything(self, machine: Winget, log: WriteLog) -> tuple[list[Wish], list[AppOutcome]]:
        ids, outcomes = allowed(await newer_rows(machine, log))
        wishes = [Wish(machine, identifier) for identifier in ids]
        for winget in self._users()[0]:
            try:
                ids, left = allowed(await newer_rows(winget, log))
            except ProviderError:
                # The scan tells of it; what belongs to the machine is upgraded all the same.
                continue
            wishes += [Wish(winget, identifier) for identifier in ids]
            outcomes += left
        return wishes, outcomes

    def _chosen(self, machine: Winget, apps: tuple[AppChoice, ...]) -> tuple[list[Wish], list[AppOutcome]]:
        wishes: list[Wish] = []
        outcomes: list[AppOutcome] = []
        users = self._users()[0]
        for choice in dict.fromkeys(apps):
            if not is_usable(choice.id):
                outcomes.append(_skipped(choice.id, Code.APPS_UNRESOLVED_ID))
            elif choice.scope == "machine":
                wishes.append(Wish(machine, choice.id))
            elif users:
                wishes += [Wish(winget, choice.id) for winget in users]
            else:
                outcomes.append(_skipped(choice.id, Code.APPS_USER_NOT_SCANNED))
        return wishes, outcomes


async def _version(winget: Winget) -> str:
    words = (await winget.ask("--version", timeout=VERSION_SECONDS)).stdout.split()
    version = next(_versions(words), "")
    return clean_text(f"winget {version}", 256)


def _versions(words: list[str]) -> Iterator[str]:
    return (word.removeprefix("v") for word in words if word.removeprefix("v")[:1].isdigit())


def _app(winget: Winget, row: Row) -> AppUpgrade:
    return AppUpgrade(
        id=row.id,
        name=row.name,
        version=row.version,
        available=row.available,
        source=row.source,
        scope="machine" if winget.user is None else "user",
        user=None if winget.user is None else clean_text(winget.user, 256),
        id_truncated=row.id_truncated,
        pinned=is_pinned(row),
    )


def _not_told(listing: Listing) -> Iterator[ErrorDetail]:
    """What there is beyond the rows, so that it does not look as if there were nothing."""
    lost = len(listing.unread) + listing.missed
    if lost:
        detail = "\n".join(listing.unread[:MAX_EXAMPLES]) or None
        yield ErrorDetail(Code.APPS_LINES_UNREAD, {"count": lost}, detail)
    if listing.pinned:
        yield ErrorDetail(Code.APPS_PINS_HIDDEN, {"count": listing.pinned})
    if listing.blocked:
        yield ErrorDetail(Code.APPS_REINSTALL_NEEDED, {"count": listing.blocked})


def _not_scanned(user: str | None, reason: ErrorDetail | None) -> ErrorDetail:
    params: dict[str, str | int | float | bool | None] = {} if user is None else {"user": clean_text(user, 256)}
    if reason is not None:
        params["reason"] = reason.code
    return ErrorDetail(Code.APPS_USER_NOT_SCANNED, params, reason.detail if reason else None)


def _skipped(identifier: str, code: Code) -> AppOutcome:
    return AppOutcome(identifier, "skipped", error=ErrorDetail(code, {"id": identifier}))
