"""Task kinds with their parameters and results: the vocabulary of what an agent can be asked to do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from bosman_protocol.apps import AppsScanParams, AppsScanResult, AppsUpgradeParams, AppsUpgradeResult
from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.health import HealthParams, HealthResult
from bosman_protocol.limits import MAX_LIST_ITEMS, LongText, ShortText, Slug
from bosman_protocol.release import AgentUpdateParams, AgentUpdateResult
from bosman_protocol.scripts import ScriptParams, ScriptResult
from bosman_protocol.text import clean_value


class TaskKind(StrEnum):
    """What can be asked of an agent."""

    DIAGNOSTICS_ECHO = "diagnostics.echo"
    INVENTORY_COLLECT = "inventory.collect"
    UPDATES_SCAN = "updates.scan"
    UPDATES_INSTALL = "updates.install"
    UPDATES_HISTORY = "updates.history"
    UPDATES_UNINSTALL = "updates.uninstall"
    SYSTEM_RESTART = "system.restart"
    SCRIPT_RUN = "script.run"
    APPS_SCAN = "apps.scan"
    APPS_UPGRADE = "apps.upgrade"
    HEALTH_COLLECT = "health.collect"
    AGENT_UPDATE = "agent.update"


class ActionClass(StrEnum):
    """Kinds of work that can do harm on many devices at once; budgets and the freeze are about these [R10]."""

    SCRIPT = "script"
    RESTART = "restart"
    INSTALL = "install"


class WindowClass(StrEnum):
    """What a maintenance window may be open for [R17]."""

    UPDATE = "update"
    APP_UPDATE = "app_update"
    RESTART = "restart"
    BACKUP = "backup"
    SCRIPT = "script"


class WaitReason(StrEnum):
    """Why a task that could be handed out is not [R15], in the order in which the reasons are asked for and told."""

    FREEZE = "freeze"
    APPROVAL = "approval"
    TIME = "time"
    WINDOW = "window"
    BUDGET = "budget"


def class_of(kind: str) -> ActionClass | None:
    """The class of a kind. One that is not known counts as harmful."""
    try:
        return ACTION_CLASSES[TaskKind(kind)]
    except ValueError:
        return ActionClass.SCRIPT


def is_guarded(kind: str) -> bool:
    """Whether a freeze holds a kind of work up. One that is not known counts as harmful."""
    return class_of(kind) is not None


class EchoParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Say `text` `repeat` times, one line each `interval_seconds`: proves the whole path."""

    text: Annotated[str, Meta(max_length=4096)] = "hello"
    repeat: Annotated[int, Meta(ge=1, le=100_000)] = 1
    interval_seconds: Annotated[float, Meta(ge=0, le=60)] = 0.0


class EchoResult(msgspec.Struct, frozen=True):
    """How many lines were said."""

    lines: int


class InventoryParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Facts and software are sent as reports, the result only counts."""


class InventoryResult(msgspec.Struct, frozen=True):
    """What the reports held."""

    software_count: int


class ScanParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ask the platform's update service what is missing."""

    refresh: bool = True
    """Fetch the package lists anew first (apt-get update)."""


class ScanResult(msgspec.Struct, frozen=True):
    """What the report held."""

    pending_count: int
    security_count: int
    restart_required: bool | None


class UpdateChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One update as a scan named it. `title` and `kb` are for people: they choose nothing."""

    name: ShortText
    version: ShortText
    title: LongText | None = None
    kb: ShortText | None = None


class InstallParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Install pending updates; `updates` counts only with select=chosen."""

    select: Literal["all", "security", "chosen"] = "chosen"
    updates: Annotated[tuple[UpdateChoice, ...], Meta(max_length=MAX_LIST_ITEMS)] = ()
    restart: Literal["never", "if_required"] = "never"


class UpdateOutcome(msgspec.Struct, frozen=True):
    """What became of one update; `installed` only when the platform confirms the version afterwards."""

    name: ShortText
    version: ShortText
    outcome: Literal["installed", "failed", "skipped"]
    error: ErrorDetail | None = None
    title: LongText | None = None
    kb: ShortText | None = None
    installed_version: ShortText | None = None
    """What was installed instead, where a newer revision had taken the place of the one that was asked for."""
    requires_restart: bool | None = None


class RestartReason(msgspec.Struct, frozen=True):
    """Why a restart is pending: a code with values (`package`, `service`, `kernel`)."""

    code: Slug
    params: dict[ShortText, ParamValue] = {}
    severity: Literal["hard", "soft"] = "hard"
    """`soft`: something would like a restart, but it alone demands none."""


class InstallResult(msgspec.Struct, frozen=True):
    """One outcome per update, and whether a restart is due now."""

    updates: Annotated[tuple[UpdateOutcome, ...], Meta(max_length=MAX_LIST_ITEMS)]
    restart_required: bool | None
    restart_reasons: Annotated[tuple[RestartReason, ...], Meta(max_length=200)] = ()
    restart_scheduled: bool = False


class RestartParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Restart the device after a delay, telling signed-in users why."""

    delay_seconds: Annotated[int, Meta(ge=0, le=86_400)] = 60
    reason: Annotated[str, Meta(max_length=200)] = ""


class RestartResult(msgspec.Struct, frozen=True):
    """The restart was handed to the platform."""

    delay_seconds: int


class HistoryParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the platform's update service has done, newest first."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class HistoryEntry(msgspec.Struct, frozen=True):
    """One act of the update service, whoever asked for it."""

    at: datetime
    title: LongText
    operation: Literal["install", "uninstall"]
    outcome: Literal["succeeded", "succeeded_with_errors", "failed", "aborted", "in_progress", "not_started"]
    update_id: ShortText | None = None
    kb: ShortText | None = None
    error: ErrorDetail | None = None
    client: ShortText | None = None
    """Who asked for it, as it named itself."""


class HistoryResult(msgspec.Struct, frozen=True):
    """The acts."""

    entries: Annotated[tuple[HistoryEntry, ...], Meta(max_length=500)]


class UninstallParams(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Take an installed update away again, by its KB number."""

    kb: Annotated[str, Meta(pattern=r"^KB[0-9]{6,8}\Z")]


class UninstallResult(msgspec.Struct, frozen=True):
    """The update is gone, or will be after a restart."""

    kb: ShortText
    restart_required: bool


TaskParams = (
    EchoParams
    | InventoryParams
    | ScanParams
    | InstallParams
    | HistoryParams
    | UninstallParams
    | RestartParams
    | ScriptParams
    | AppsScanParams
    | AppsUpgradeParams
    | HealthParams
    | AgentUpdateParams
)


@dataclass(frozen=True, slots=True)
class KindContract:
    """What server and agent agree on about a kind of task."""

    params: type[TaskParams]
    result: type[msgspec.Struct]
    action_class: ActionClass | None = None
    """None = it only reads."""
    window_class: WindowClass | None = None
    """The windows that it belongs into; None = it reads, or is the agent itself, whose roll-out has its own pace."""
    exclusive: bool = False
    """Whether it runs one at a time on a device: it shares the package manager, or ends everything else."""


_INSTALL = ActionClass.INSTALL
KINDS: dict[TaskKind, KindContract] = {
    TaskKind.DIAGNOSTICS_ECHO: KindContract(EchoParams, EchoResult),
    TaskKind.INVENTORY_COLLECT: KindContract(InventoryParams, InventoryResult),
    TaskKind.UPDATES_SCAN: KindContract(ScanParams, ScanResult, exclusive=True),
    TaskKind.UPDATES_INSTALL: KindContract(InstallParams, InstallResult, _INSTALL, WindowClass.UPDATE, exclusive=True),
    TaskKind.UPDATES_HISTORY: KindContract(HistoryParams, HistoryResult),
    TaskKind.UPDATES_UNINSTALL: KindContract(
        UninstallParams, UninstallResult, _INSTALL, WindowClass.UPDATE, exclusive=True
    ),
    TaskKind.SYSTEM_RESTART: KindContract(
        RestartParams, RestartResult, ActionClass.RESTART, WindowClass.RESTART, exclusive=True
    ),
    TaskKind.SCRIPT_RUN: KindContract(ScriptParams, ScriptResult, ActionClass.SCRIPT, WindowClass.SCRIPT),
    TaskKind.APPS_SCAN: KindContract(AppsScanParams, AppsScanResult),
    TaskKind.APPS_UPGRADE: KindContract(
        AppsUpgradeParams, AppsUpgradeResult, _INSTALL, WindowClass.APP_UPDATE, exclusive=True
    ),
    TaskKind.HEALTH_COLLECT: KindContract(HealthParams, HealthResult),
    TaskKind.AGENT_UPDATE: KindContract(AgentUpdateParams, AgentUpdateResult, _INSTALL, exclusive=True),
}
"""Every kind, told once: what follows from it is derived."""

ACTION_CLASSES = {kind: contract.action_class for kind, contract in KINDS.items()}
PARAMS = {kind: contract.params for kind, contract in KINDS.items()}
RESULTS = {kind: contract.result for kind, contract in KINDS.items()}
EXCLUSIVE_KINDS = frozenset(kind for kind, contract in KINDS.items() if contract.exclusive)


def parse_result(kind: TaskKind, raw: bytes) -> msgspec.Struct:
    """A typed result from an agent's JSON, its strings cleaned.

    What a newer agent adds is passed over. Raises msgspec.MsgspecError for anything else, RecursionError for a value
    that is nested too deeply.
    """
    return msgspec.convert(clean_value(msgspec.json.decode(raw)), RESULTS[kind])


def parse_params(kind: TaskKind, raw: object) -> TaskParams:
    """Typed parameters from decoded JSON. Raises msgspec.ValidationError naming the field."""
    return msgspec.convert(raw, PARAMS[kind])
