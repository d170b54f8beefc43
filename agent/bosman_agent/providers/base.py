"""What the agent needs from the platform; one implementation per platform stands behind these."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal, Protocol

import msgspec

from bosman_protocol.reports import DeviceFacts, PendingUpdate, SoftwareItem
from bosman_protocol.work import ErrorDetail, ParamValue, RestartReason, UpdateChoice, UpdateOutcome

WriteLog = Callable[[Literal["stdout", "stderr"], str], None]
"""Takes output of the platform's tools as it appears."""


class ReportStep(Protocol):
    """Takes progress: percent of the whole (None for unknown) and what is being done."""

    def __call__(self, percent: int | None, code: str | None = None, **params: ParamValue) -> None:
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


class InstallOutcome(msgspec.Struct, frozen=True):
    """One outcome per asked update; `error` when the tool as a whole failed."""

    updates: tuple[UpdateOutcome, ...]
    exit_code: int
    error: ErrorDetail | None = None


class UpdatesProvider(Protocol):
    """The platform's own update service."""

    async def scan(self, *, refresh: bool, log: WriteLog, progress: ReportStep) -> ScanOutcome:
        """What is pending. Raises ProviderError."""

    async def install(
        self, choices: tuple[UpdateChoice, ...], *, log: WriteLog, progress: ReportStep
    ) -> InstallOutcome:
        """Install exactly these. Raises ProviderError when nothing could be begun."""

    async def restart_state(self) -> RestartState:
        """Whether a restart is pending, and why."""


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


class Providers(msgspec.Struct, frozen=True):
    """All of one platform's providers."""

    os_family: Literal["linux", "windows"]
    facts: FactsProvider
    software: SoftwareProvider
    updates: UpdatesProvider
    restart: RestartProvider
