"""Every place where Windows notes that it waits for a restart.

The places are those that Microsoft's scripting guys and administrators have collected over the years. Three of them
demand a restart (hard); the others are shown: PendingFileRenameOperations alone is set daily by browsers and virus
scanners, and a device that always wants a restart is believed by nobody.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from bosman_agent.platform.base import RestartState
from bosman_protocol.failures import ParamValue
from bosman_protocol.text import clean_text
from bosman_protocol.work import RestartReason

WINDOWS = r"SOFTWARE\Microsoft\Windows\CurrentVersion"
AUTO_UPDATE = WINDOWS + r"\WindowsUpdate\Auto Update"
SERVICES_PENDING = WINDOWS + r"\WindowsUpdate\Services\Pending"
SERVICING = WINDOWS + r"\Component Based Servicing"
RUN_ONCE = WINDOWS + r"\RunOnce"
UPDATES = r"SOFTWARE\Microsoft\Updates"
SERVER_MANAGER = r"SOFTWARE\Microsoft\ServerManager\CurrentRebootAttempts"
SESSION_MANAGER = r"SYSTEM\CurrentControlSet\Control\Session Manager"
NETLOGON = r"SYSTEM\CurrentControlSet\Services\Netlogon"
ACTIVE_NAME = r"SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName"
NEXT_NAME = r"SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"

Values = Mapping[str, object]


class RestartMarks(msgspec.Struct, frozen=True):
    """What was found in the registry; `None` for a key means that it is not there."""

    auto_update: frozenset[str] = frozenset()
    """Of RebootRequired and PostRebootReporting, the keys that exist."""
    services_pending: int = 0
    servicing: frozenset[str] = frozenset()
    """Of RebootPending, RebootInProgress and PackagesPending, the keys that exist."""
    run_once: Values = {}
    updates: Values = {}
    server_manager: bool = False
    session_manager: Values = {}
    netlogon: frozenset[str] = frozenset()
    """Of JoinDomain and AvoidSpnSet, those that exist, as key or as value."""
    active_name: str | None = None
    next_name: str | None = None


def read_marks(read: Callable[[str], Values | None], subkeys: Callable[[str], int]) -> RestartMarks:
    """The marks on this machine; `read` gives the values of a key (None: no such key), `subkeys` counts keys in it."""
    netlogon = read(NETLOGON) or {}
    join_marks = ("JoinDomain", "AvoidSpnSet")
    return RestartMarks(
        auto_update=_existing(read, AUTO_UPDATE, ("RebootRequired", "PostRebootReporting")),
        services_pending=subkeys(SERVICES_PENDING),
        servicing=_existing(read, SERVICING, ("RebootPending", "RebootInProgress", "PackagesPending")),
        run_once=read(RUN_ONCE) or {},
        updates=read(UPDATES) or {},
        server_manager=read(SERVER_MANAGER) is not None,
        session_manager=read(SESSION_MANAGER) or {},
        netlogon=_existing(read, NETLOGON, join_marks) | {name for name in join_marks if name in netlogon},
        active_name=_computer_name(read(ACTIVE_NAME)),
        next_name=_computer_name(read(NEXT_NAME)),
    )


def restart_state(marks: RestartMarks, *, agent_com: bool | None) -> RestartState:
    """The reasons, hard ones first; a restart is required only where one is hard.

    `agent_com` is what Windows Update itself answers, None where it could not be asked. Without it the registry still
    knows: its keys are where the answer comes from.
    """
    hard, soft = _hard(marks), _soft(marks)
    if agent_com:
        hard.append(RestartReason("restart.agent_com"))
    return RestartState(required=bool(hard), reasons=(*hard, *soft))


def _hard(marks: RestartMarks) -> list[RestartReason]:
    reasons = []
    if "RebootRequired" in marks.auto_update:
        reasons.append(RestartReason("restart.windows_update"))
    if "RebootPending" in marks.servicing:
        reasons.append(RestartReason("restart.component_servicing"))
    return reasons


def _soft(marks: RestartMarks) -> list[RestartReason]:
    found = {
        "restart.post_reboot_reporting": "PostRebootReporting" in marks.auto_update,
        "restart.update_services": marks.services_pending > 0,
        # In the middle of one: the mark of a servicing that a restart did not end is no order for another.
        "restart.component_servicing": "RebootInProgress" in marks.servicing and "RebootPending" not in marks.servicing,
        "restart.packages_pending": "PackagesPending" in marks.servicing,
        "restart.dvd_signal": any(name.lower() == "dvdrebootsignal" for name in marks.run_once),
        "restart.update_exe_volatile": _is_set(marks.updates.get("UpdateExeVolatile")),
        "restart.server_manager": marks.server_manager,
        "restart.domain_join": bool(marks.netlogon),
    }
    reasons = [RestartReason(code, severity="soft") for code, present in found.items() if present]
    files = pending_renames(marks.session_manager)
    if files:
        renames: dict[str, ParamValue] = {"count": len(files), "file": clean_text(files[0], 256)}
        reasons.append(RestartReason("restart.file_rename", renames, severity="soft"))
    if marks.active_name and marks.next_name and marks.active_name.lower() != marks.next_name.lower():
        names: dict[str, ParamValue] = {
            "old": clean_text(marks.active_name, 256),
            "new": clean_text(marks.next_name, 256),
        }
        reasons.append(RestartReason("restart.computer_name", names, severity="soft"))
    return reasons


def pending_renames(session_manager: Values) -> list[str]:
    r"""The files that are renamed or deleted at the next start.

    PendingFileRenameOperations and …2 are values (not keys) with pairs: a source such as `\??\C:\x` and its target,
    which is empty for a deletion and may begin with `!` for "replace" (MoveFileEx).
    """
    files: list[str] = []
    for name in ("PendingFileRenameOperations", "PendingFileRenameOperations2"):
        value = session_manager.get(name)
        pairs: Sequence[object] = value if isinstance(value, list | tuple) else ()
        files += [_plain(source) for source in pairs[::2] if isinstance(source, str) and source]
    return files


def _plain(source: str) -> str:
    return source.lstrip("*0123456789").removeprefix("\\??\\")


def _existing(read: Callable[[str], Values | None], key: str, names: Sequence[str]) -> frozenset[str]:
    return frozenset(name for name in names if read(rf"{key}\{name}") is not None)


def _computer_name(values: Values | None) -> str | None:
    name = (values or {}).get("ComputerName")
    return name if isinstance(name, str) else None


def _is_set(value: object) -> bool:
    return isinstance(value, int) and value != 0
