"""Checks of the agent's place: enrolment, folder, disk, rights."""

import shutil
from pathlib import Path

from bosman_agent.cli.doctor.context import Context
from bosman_agent.platform import diagnostics
from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_protocol.failures import ParamValue

MIB = 1024 * 1024
FULL_BYTES = 200 * MIB
LOW_BYTES = 1024 * MIB


def check_installation(context: Context) -> list[Finding]:
    """Everything that needs no network. Never raises."""
    return [_enrolled(context), _folder(context), _disk(context.data.root), _rights()]


def _enrolled(context: Context) -> Finding:
    if context.config is not None:
        return finding("enrolled", "ok", "doctor.enrolled", server_url=context.config.server_url)
    if context.enrolment == "not_permitted":
        return finding("enrolled", "skipped", "doctor.not_permitted", path=str(context.data.root))
    if context.enrolment == "broken":
        return finding("enrolled", "problem", "doctor.config_broken", detail=context.detail)
    return finding("enrolled", "problem", "doctor.not_enrolled")


def _folder(context: Context) -> Finding:
    root = context.data.root
    try:
        return diagnostics.folder_finding(root)
    except FileNotFoundError:
        return finding("folder", "skipped", "doctor.folder_missing", path=str(root))
    except OSError as error:
        detail = error.strerror or str(error)
        return finding("folder", "skipped", "doctor.folder_unreadable", path=str(root), detail=detail)


def _disk(root: Path) -> Finding:
    try:
        place = next(folder for folder in (root, *root.parents) if folder.exists())
        free = shutil.disk_usage(place).free
    except (OSError, StopIteration) as error:
        return finding("disk", "skipped", "doctor.folder_unreadable", path=str(root), detail=str(error))
    params: dict[str, ParamValue] = {"path": str(place), "free_mib": free // MIB}
    if free < FULL_BYTES:
        return Finding("disk", "problem", "doctor.disk_full", params)
    if free < LOW_BYTES:
        return Finding("disk", "warning", "doctor.disk_low", params)
    return Finding("disk", "ok", "doctor.disk_free", params)


def _rights() -> Finding:
    if diagnostics.is_elevated():
        return finding("rights", "ok", "doctor.elevated")
    return finding("rights", "warning", "doctor.not_elevated")
