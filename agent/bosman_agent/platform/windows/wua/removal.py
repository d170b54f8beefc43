"""Taking an update away through wusa.exe, which knows packages that Windows Update no longer does.

Its exit codes are those of the servicing stack, or 3010 where a restart ends the work.
"""

from collections.abc import Sequence

from bosman_agent.platform.base import ProviderError, WriteLog
from bosman_agent.platform.processes import ProcessTimeoutError, run_streaming
from bosman_agent.platform.windows.wua.codes import Circumstances, explain
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.work import UninstallResult

REMOVE_SECONDS = 3600.0
RESTART_REQUIRED = frozenset({3010, 0x00240005, 0x80070BC2})
NOT_INSTALLED = frozenset({0x00240007, 0x80240017})


async def remove(wusa: Sequence[str], kb: str, *, log: WriteLog, known: bool) -> UninstallResult:
    """Remove a KB, quietly and without a restart. `known` says that Windows Update lists it as installed.

    Since 2020 cumulative updates come as one with their servicing stack, and wusa refuses to remove these.
    Raises ProviderError: `updates.not_applicable` where it is not installed, `updates.not_removable` where wusa
    refuses, or what it failed with.
    """
    number = kb.removeprefix("KB")
    try:
        exit_code = await run_streaming(
            [*wusa, "/uninstall", f"/kb:{number}", "/quiet", "/norestart"], on_output=log, timeout=REMOVE_SECONDS
        )
    except ProcessTimeoutError as error:
        raise ProviderError(ErrorDetail(Code.UPDATES_FAILED, {"kb": kb}, "wusa: timed out")) from error
    except OSError as error:
        raise ProviderError(ErrorDetail(Code.UPDATES_NOT_AVAILABLE, {"kb": kb}, str(error)[:1000])) from error
    value = exit_code & 0xFFFFFFFF
    if value == 0 or value in RESTART_REQUIRED:
        return UninstallResult(kb, restart_required=value != 0)
    code = _code(value, known=known)
    raise ProviderError(explain(value, Circumstances(), code=code, kb=kb), exit_code=exit_code)


def _code(value: int, *, known: bool) -> Code | None:
    """Only for what the code itself does not say: what is there and cannot be taken away is not removable."""
    if value in NOT_INSTALLED:
        return Code.UPDATES_NOT_REMOVABLE if known else Code.UPDATES_NOT_APPLICABLE
    if explain(value, Circumstances()).code == Code.UPDATES_FAILED and known:
        return Code.UPDATES_NOT_REMOVABLE
    return None
