"""How a simulated device carries out each kind of task: with progress, output, and now and then a failure."""

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta

import msgspec

from bench.simulator.machine import Machine
from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import PendingUpdate
from bosman_protocol.uplink import UplinkMessage
from bosman_protocol.work import (
    EchoParams,
    EchoResult,
    InstallParams,
    InstallResult,
    InventoryParams,
    InventoryResult,
    RestartParams,
    RestartResult,
    ScanParams,
    ScanResult,
    TaskParams,
    UpdateOutcome,
)

_WINDOWS_ERRORS = (
    ("0x80070643", "ERROR_INSTALL_FAILURE: Fatal error during installation."),
    ("0x800f0922", "CBS_E_INSTALLERS_FAILED: Processing advanced installers and generic commands failed."),
    ("0x80240034", "WU_E_DOWNLOAD_FAILED: The update failed to download."),
    ("0x8007000d", "ERROR_INVALID_DATA: The data is invalid."),
    ("0x80073712", "ERROR_SXS_COMPONENT_STORE_CORRUPT: The component store has been corrupted."),
)


class FailedError(Exception):
    """The task ends in `failed`."""

    def __init__(self, error: ErrorDetail, exit_code: int, result: msgspec.Struct | None = None) -> None:
        super().__init__(error.code)
        self.error = error
        self.exit_code = exit_code
        self.result = result


class Hands:
    """What work may do besides returning a result."""

    def __init__(
        self,
        write: Callable[[str], None],
        progress: Callable[[int, str | None], None],
        report: Callable[[UplinkMessage], None],
        *,
        failure_rate: float,
        pace: float,
    ) -> None:
        self.write = write
        self.progress = progress
        self.report = report
        self.failure_rate = failure_rate
        self.pace = pace
        """Multiplies how long things take; 0 does everything at once."""

    async def pause(self, low: float, high: float) -> None:
        """Take some time."""
        await asyncio.sleep(random.uniform(low, high) * self.pace)


async def carry_out(machine: Machine, params: TaskParams, hands: Hands) -> msgspec.Struct:
    """Do the work and return its result. Raises FailedError."""
    if isinstance(params, EchoParams):
        return await _echo(params, hands)
    if isinstance(params, InventoryParams):
        return await _collect(machine, hands)
    if isinstance(params, ScanParams):
        return await _scan(machine, hands)
    if isinstance(params, InstallParams):
        return await _install(machine, params, hands)
    assert isinstance(params, RestartParams)
    return RestartResult(params.delay_seconds)


async def _echo(params: EchoParams, hands: Hands) -> EchoResult:
    for number in range(params.repeat):
        if number and params.interval_seconds:
            await asyncio.sleep(params.interval_seconds)
        hands.write(params.text + "\n")
    return EchoResult(params.repeat)


async def _collect(machine: Machine, hands: Hands) -> InventoryResult:
    await hands.pause(0.2, 1.5)
    for message in machine.inventory():
        hands.report(message)
    return InventoryResult(len(machine.profile.software))


async def _scan(machine: Machine, hands: Hands) -> ScanResult:
    windows = machine.profile.os_family == "windows"
    if windows:
        hands.write("Searching for updates...\n")
    else:
        hands.write("Hit:1 http://mirror.example.org/debian bookworm InRelease\n")
        hands.write("Get:2 http://security.debian.org/debian-security bookworm-security InRelease [48.0 kB]\n")
        hands.write("Reading package lists...\n")
    await hands.pause(0.5, 4.0)
    if random.random() < hands.failure_rate:
        raise FailedError(_scan_error(windows=windows), 100 if not windows else 1)
    report = machine.updates_report()
    hands.report(report)
    security = sum(item.update_class == "security" for item in report.items)
    hands.write(f"{len(report.items)} updates found, {security} of them security updates.\n")
    return ScanResult(len(report.items), security, report.restart_required)


def _scan_error(*, windows: bool) -> ErrorDetail:
    if windows:
        return ErrorDetail(Code.AGENT_INTERNAL, {"hresult": "0x8024402c"}, "WU_E_PT_WINHTTP_NAME_NOT_RESOLVED")
    detail = (
        "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 2417 (unattended-upgr)\n"
        "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?"
    )
    return ErrorDetail(Code.APT_LOCKED, {}, detail)


def _chosen(machine: Machine, params: InstallParams) -> tuple[list[PendingUpdate], list[UpdateOutcome]]:
    pending = list(machine.profile.pending)
    if params.select != "chosen":
        return [item for item in pending if params.select == "all" or item.update_class == "security"], []
    offered = {(item.name, item.available_version): item for item in pending}
    refused = [
        UpdateOutcome(
            choice.name, choice.version, "skipped",
            ErrorDetail(Code.UPDATES_NOT_OFFERED, {"name": choice.name, "version": choice.version}),
        )
        for choice in params.updates
        if (choice.name, choice.version) not in offered
    ]  # fmt: skip
    found = [offered[key] for choice in params.updates if (key := (choice.name, choice.version)) in offered]
    return found, refused


async def _install(machine: Machine, params: InstallParams, hands: Hands) -> InstallResult:
    wanted, outcomes = _chosen(machine, params)
    windows = machine.profile.os_family == "windows"
    broken = wanted[-1] if wanted and random.random() < hands.failure_rate else None
    done: list[PendingUpdate] = []
    error: ErrorDetail | None = None
    for number, update in enumerate(wanted):
        hands.progress(100 * number // len(wanted), "install.downloading" if number == 0 else "install.installing")
        await _install_one(update, hands, windows=windows, fails=update is broken)
        if update is broken:
            error = _install_error(update, windows=windows)
            outcomes.append(UpdateOutcome(update.name, update.available_version, "failed", error))
        else:
            done.append(update)
            outcomes.append(UpdateOutcome(update.name, update.available_version, "installed"))
    machine.installed(done)
    report = machine.updates_report()
    hands.report(report)
    due = machine.profile.restart_required and params.restart == "if_required" and error is None
    result = InstallResult(tuple(outcomes), report.restart_required, report.restart_reasons, restart_scheduled=due)
    if error is not None:
        raise FailedError(error, 100 if not windows else 1, result)
    return result


async def _install_one(update: PendingUpdate, hands: Hands, *, windows: bool, fails: bool) -> None:
    size = (update.size_bytes or 1) / 1024**2
    if windows:
        hands.write(f"Downloading {update.title} ({size:.1f} MB)\n")
        await hands.pause(0.3, 1.5)
        hands.write(f"Installing {update.title}\n")
        await hands.pause(0.5, 2.5)
        hands.write("  result: failed\n" if fails else "  result: succeeded\n")
        return
    hands.write(
        f"Get:1 http://mirror.example.org/debian {update.name} amd64 {update.available_version} [{size:.1f} MB]\n"
    )
    await hands.pause(0.1, 0.5)
    hands.write(f"Preparing to unpack .../{update.name}_{update.available_version}_amd64.deb ...\n")
    hands.write(f"Unpacking {update.name} ({update.available_version}) over ({update.installed_version}) ...\n")
    await hands.pause(0.1, 0.6)
    if fails:
        hands.write(f"dpkg: error processing package {update.name} (--configure):\n")
        hands.write(
            f" installed {update.name} package post-installation script subprocess returned error exit status 1\n"
        )
    else:
        hands.write(f"Setting up {update.name} ({update.available_version}) ...\n")


def _install_error(update: PendingUpdate, *, windows: bool) -> ErrorDetail:
    if windows:
        hresult, text = random.choice(_WINDOWS_ERRORS)
        return ErrorDetail(Code.AGENT_INTERNAL, {"hresult": hresult, "name": update.name}, f"{hresult} {text}")
    detail = (
        f"Errors were encountered while processing:\n {update.name}\n"
        "E: Sub-process /usr/bin/dpkg returned an error code (1)"
    )
    return ErrorDetail(Code.APT_FAILED, {"exit_code": 100}, detail)


RESTART_SECONDS = timedelta(seconds=20)
"""How long a simulated computer is away when it restarts."""
