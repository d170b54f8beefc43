"""What the agent needs from the platform; one implementation per platform stands behind these."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from bosman_protocol.apps import AppChoice, AppsScanResult, AppsUpgradeResult
from bosman_protocol.completeness import ScanCompleteness
from bosman_protocol.failures import ErrorDetail, ParamValue
from bosman_protocol.health import DiskHealth, SensorReading
from bosman_protocol.progress import NoteCode
from bosman_protocol.reports import DeviceFacts, PendingUpdate, SoftwareItem, UpdatePolicy
from bosman_protocol.scripts import ScriptParams, ScriptResult
from bosman_protocol.work import HistoryEntry, RestartReason, UninstallResult, UpdateChoice, UpdateOutcome

T = TypeVar("T")

WriteLog = Callable[[Literal["stdout", "stderr"], str], None]
"""Takes output of the platform's tools as it appears."""


class ReportStep(Protocol):
    """Takes progress: percent of the whole (None for unknown) and what is being done."""

    def __call__(self, percent: int | None, code: NoteCode | None = None, **params: ParamValue) -> None:
        """Take the news."""


class ProviderError(Exception):
    """The platform refused or could not; `error` says why."""

    def __init__(self, error: ErrorDetail, *, exit_code: int | None = None) -> None:
        super().__init__(error.code)
        self.error = error
        self.exit_code = exit_code


class RestartState(msgspec.Struct, frozen=True):
    """Whether the platform wants a restart; None is "not known"."""

    required: bool | None
    reasons: tuple[RestartReason, ...] = ()


class ScanOutcome(msgspec.Struct, frozen=True):
    """What the update service offers."""

    scanned_at: datetime
    updates: tuple[PendingUpdate, ...]
    policy: UpdatePolicy | None = None
    warnings: tuple[ErrorDetail, ...] = ()
    completeness: ScanCompleteness | None = None


class UpdateSelection(msgspec.Struct, frozen=True):
    """Which updates somebody wants; `choices` count only with select=chosen."""

    select: Literal["all", "security", "chosen"]
    choices: tuple[UpdateChoice, ...] = ()


class InstallOutcome(msgspec.Struct, frozen=True):
    """One outcome per update that was asked for; `error` when the tool as a whole failed."""

    updates: tuple[UpdateOutcome, ...]
    exit_code: int
    error: ErrorDetail | None = None
    scan: ScanOutcome | None = None
    """What is offered after it, where the provider has looked anyway: looking may take minutes."""


class UpdatesProvider(Protocol):
    """The platform's own update service."""

    async def scan(self, *, refresh: bool, log: WriteLog, progress: ReportStep) -> ScanOutcome:
        """What is pending. Raises ProviderError."""

    async def install(self, wish: UpdateSelection, *, log: WriteLog, progress: ReportStep) -> InstallOutcome:
        """Install what of a wish is offered, and say what became of all of it.

        What of the choices still counts as offered (the same version, or a newer one in its place) is the platform's
        to know. Raises ProviderError when nothing could be begun.
        """

    async def restart_state(self) -> RestartState:
        """Whether a restart is pending, and why."""

    async def history(self, limit: int) -> tuple[HistoryEntry, ...]:
        """What the service has done, newest first. Raises ProviderError (`agent.unsupported` where it keeps none)."""

    async def uninstall(self, kb: str, *, log: WriteLog, progress: ReportStep) -> UninstallResult:
        """Take an update away again, by its KB number. Raises ProviderError."""


class FactsProvider(Protocol):
    """Facts about the device."""

    async def collect(self) -> DeviceFacts:
        """All facts; what cannot be found is None."""

    def boot_id(self) -> str | None:
        """Changes with every start of the machine."""


class SoftwareProvider(Protocol):
    """Installed software."""

    async def collect(self) -> list[SoftwareItem]:
        """Everything installed. Raises ProviderError."""


class RestartProvider(Protocol):
    """Restarting the device."""

    async def restart(self, *, delay_seconds: int, reason: str, log: WriteLog) -> None:
        """Hand the restart to the platform and return. Raises ProviderError."""


class ScriptsProvider(Protocol):
    """Running what a person wrote."""

    async def run(self, params: ScriptParams, *, log: WriteLog) -> ScriptResult:
        """Run a script to its end; a caller that is cancelled takes every process of it along.

        Raises ProviderError (`script.no_interpreter`, `script.no_user`, `script.not_started`).
        """


class AppsProvider(Protocol):
    """The package manager of applications."""

    async def scan(self, *, log: WriteLog, progress: ReportStep) -> AppsScanResult:
        """What is newer. Raises ProviderError (`apps.not_available`, `apps.failed`, …)."""

    async def upgrade(
        self, apps: tuple[AppChoice, ...] | None, *, log: WriteLog, progress: ReportStep
    ) -> AppsUpgradeResult:
        """Upgrade these, or all that may be (None). Raises ProviderError when nothing could be begun."""


class Found(msgspec.Struct, Generic[T], frozen=True):
    """What was found, and what could not be looked at."""

    items: tuple[T, ...]
    problems: tuple[ErrorDetail, ...] = ()


class DisksProvider(Protocol):
    """The health of physical disks."""

    async def collect(self) -> Found[DiskHealth]:
        """Every disk that answers; never raises."""


class SensorsProvider(Protocol):
    """Temperatures, fans, voltages."""

    async def collect(self) -> Found[SensorReading]:
        """Every sensor; never raises."""


class Providers(msgspec.Struct, frozen=True):
    """All of one platform's providers."""

    os_family: Literal["linux", "windows"]
    facts: FactsProvider
    software: SoftwareProvider
    updates: UpdatesProvider
    restart: RestartProvider
    scripts: ScriptsProvider
    apps: AppsProvider
    disks: DisksProvider
    sensors: SensorsProvider
