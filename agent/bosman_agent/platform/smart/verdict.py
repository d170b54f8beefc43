"""Our own verdict on a disk, which also catches those that say they pass.

Sources. The bits of NVMe's critical warning and the meaning of spare and wear: NVM Express Base Specification, SMART /
Health Information Log. The bits of the exit status: smartctl(8). That a disk with any reallocated, pending or
uncorrectable sector is much likelier to fail: Backblaze, "What SMART Stats Tell Us About Hard Drives" (2016: one of
them is above zero on 77 % of failed and 4 % of working disks), and Pinheiro et al., "Failure Trends in a Large Disk
Drive Population" (FAST 2007). From which count on a disk is `failing` instead of worth a look is our judgement.
"""

from collections.abc import Iterator
from typing import Literal

from bosman_agent.platform.smart.reading import SmartReading
from bosman_protocol.health import DiskHealth

Severity = Literal["warning", "failing"]

FAILING_REALLOCATED = 100
"""On disks that rotate; flash replaces blocks as part of its life."""
FAILING_PENDING = 16
FAILING_MEDIA_ERRORS = 100
WORN_PERCENT = 90
HOT_ROTATING_CELSIUS = 60
HOT_FLASH_CELSIUS = 70
"""Where the disk names no limit of its own: what makers of either kind usually allow at most."""
SPARE_BELOW = 0x01
TOO_WARM = 0x02
EXIT_FAILING = 0x08
EXIT_PREFAIL = 0x10


def assess(reading: SmartReading) -> DiskHealth:
    """The disk as it is reported, with verdict and reasons."""
    found = list(_reasons(reading))
    verdict: Literal["ok", "warning", "failing", "unknown"]
    if any(severity == "failing" for _, severity in found):
        verdict = "failing"
    elif found:
        verdict = "warning"
    else:
        verdict = "ok" if _says_enough(reading) else "unknown"
    return DiskHealth(
        device=reading.device,
        model=reading.model,
        serial_number=reading.serial_number,
        protocol=reading.protocol,
        temperature_celsius=reading.temperature_celsius,
        reallocated=reading.reallocated,
        pending=reading.pending,
        media_errors=reading.media_errors,
        critical_warning=reading.critical_warning,
        wear_percent=reading.wear_percent,
        power_on_hours=reading.power_on_hours,
        passed=reading.passed,
        verdict=verdict,
        reasons=tuple(dict.fromkeys(code for code, _ in found)),
    )


def _says_enough(reading: SmartReading) -> bool:
    known = (reading.passed, reading.critical_warning, reading.reallocated, reading.media_errors)
    return any(value is not None for value in known)


def _reasons(reading: SmartReading) -> Iterator[tuple[str, Severity]]:
    yield from _own_words(reading)
    yield from _counts(reading)
    yield from _condition(reading)


def _own_words(reading: SmartReading) -> Iterator[tuple[str, Severity]]:
    if reading.passed is False or (reading.passed is None and reading.exit_status & EXIT_FAILING):
        yield "disk.self_assessment_failed", "failing"
    if reading.critical_warning:
        yield "disk.critical_warning", "failing"
    if reading.prefail == "now" or reading.exit_status & EXIT_PREFAIL:
        yield "disk.prefail_attribute", "failing"
    elif reading.prefail == "past":
        yield "disk.prefail_attribute", "warning"


def _counts(reading: SmartReading) -> Iterator[tuple[str, Severity]]:
    if reading.reallocated:
        many = reading.rotates is not False and reading.reallocated >= FAILING_REALLOCATED
        yield "disk.reallocated", "failing" if many else "warning"
    if reading.pending:
        yield "disk.pending", "failing" if reading.pending >= FAILING_PENDING else "warning"
    if errors := (reading.media_errors or 0) + (reading.uncorrectable or 0):
        yield "disk.media_errors", "failing" if errors >= FAILING_MEDIA_ERRORS else "warning"


def _condition(reading: SmartReading) -> Iterator[tuple[str, Severity]]:
    if reading.wear_percent is not None and reading.wear_percent >= WORN_PERCENT:
        # 100 is the end of what the maker promises, which "may not indicate failure" (NVMe).
        yield "disk.worn", "warning"
    warned = reading.critical_warning or 0
    if warned & SPARE_BELOW or _spare_is_low(reading):
        yield "disk.low_spare", "failing"
    if warned & TOO_WARM or _is_hot(reading):
        yield "disk.hot", "warning"
    if reading.fresh_errors:
        yield "disk.error_log", "warning"


def _spare_is_low(reading: SmartReading) -> bool:
    spare, threshold = reading.spare_percent, reading.spare_threshold
    return spare is not None and threshold is not None and spare < threshold <= 100


def _is_hot(reading: SmartReading) -> bool:
    if reading.temperature_celsius is None:
        return False
    usual = HOT_FLASH_CELSIUS if reading.rotates is False else HOT_ROTATING_CELSIUS
    return reading.temperature_celsius >= (reading.temperature_limit or usual)
