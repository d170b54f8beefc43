"""Linux has no package manager of applications beside the system's own."""

from bosman_agent.platform.base import ProviderError, ReportStep, WriteLog
from bosman_protocol.apps import AppChoice, AppsScanResult, AppsUpgradeResult
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail


class NoApps:
    """Says so when it is asked."""

    async def scan(self, *, log: WriteLog, progress: ReportStep) -> AppsScanResult:  # noqa: ARG002 - the interface
        """Raises ProviderError (`apps.not_available`)."""
        raise ProviderError(ErrorDetail(Code.APPS_NOT_AVAILABLE))

    async def upgrade(
        self,
        apps: tuple[AppChoice, ...] | None,  # noqa: ARG002 - the interface
        *,
        log: WriteLog,  # noqa: ARG002 - the interface
        progress: ReportStep,  # noqa: ARG002 - the interface
    ) -> AppsUpgradeResult:
        """Raises ProviderError (`apps.not_available`)."""
        raise ProviderError(ErrorDetail(Code.APPS_NOT_AVAILABLE))
