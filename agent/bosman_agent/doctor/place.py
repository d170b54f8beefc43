"""Checks of the agent's place: enrolment, folder, disk, rights."""

import shutil
from pathlib import Path

from bosman_agent.doctor.subject import Subject
from bosman_agent.providers import checkup
from bosman_agent.providers.checkup.finding import Finding, finding
from bosman_protocol.failures import ParamValue

MIB = 1024 * 1024
FULL_BYTES = 200 * MIB
LOW_BYTES = 1024 * MIB


def check_place(subject: Subject) -> list[Finding]:
    """Everything that needs no network. Never raises."""
    return [_enrolled(subject), _folder(subject), _disk(subject.data.root), _rights()]


def _enrolled(subject: Subject) -> Finding:
    if subject.config is not None:
        return finding("enrolled", "ok", "doctor.enrolled", server_url=subject.config.server_url)
    if subject.enrolment == "not_permitted":
        return finding("enrolled", "skipped", "doctor.not_permitted", path=str(subject.data.root))
    if subject.enrolment == "broken":
        return finding("enrolled", "problem", "doctor.config_broken", detail=subject.detail)
    return finding("enrolled", "problem", "doctor.not_enrolled")


def _folder(subject: Subject) -> Finding:
    root = subject.data.root
    try:
        return checkup.folder_finding(root)
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
    if checkup.is_elevated():
        return finding("rights", "ok", "doctor.elevated")
    return finding("rights", "warning", "doctor.not_elevated")
