"""Reads the JSON of smartctl 6.7 to 7.5 (`-j`), of ATA, NVMe and SCSI disks, behind controllers and USB bridges."""

import re

from bosman_agent.platform.smart.attributes import Attributes
from bosman_agent.platform.smart.reading import SmartReading
from bosman_agent.platform.tolerant_json import NotJsonError, count, dig, entries, load_object, whole
from bosman_protocol.text import clean_text

SIGNS = frozenset(
    {
        "json_format_version", "smartctl", "device", "model_name", "smart_status", "ata_smart_attributes",
        "nvme_smart_health_information_log", "scsi_error_counter_log",
    }
)  # fmt: skip
"""Keys one of which every report has."""
MIN_CELSIUS = -60
MAX_CELSIUS = 150
FRESH_HOURS = 720
"""An error that the disk met within so many hours of being on is news; the log keeps older ones for ever."""
HOURS_WRAP = 65_536
"""ATA keeps the hour of an error in 16 bits."""
GROWN_DEFECTS_COUNTED = (7, 2)
"""From this version on `scsi_grown_defect_list` is a number of blocks."""
GROWN_DEFECT_BYTES = 8
NVME = "nvme_smart_health_information_log"


class SmartUnreadableError(Exception):
    """The text is no report of smartctl."""


def parse_report(text: str) -> SmartReading:
    """One disk as it describes itself. Raises SmartUnreadableError."""
    try:
        report = load_object(text)
    except NotJsonError as error:
        raise SmartUnreadableError(str(error)) from error
    if not SIGNS & report.keys():
        raise SmartUnreadableError("no report of smartctl")
    return read_report(report)


def read_report(report: dict[str, object]) -> SmartReading:
    """One disk from decoded JSON; whatever is missing or odd is unknown."""
    table = Attributes(report)
    hours = _power_on_hours(report, table)
    rotates = _rotates(report)
    passed = dig(report, "smart_status", "passed")
    return SmartReading(
        device=_text(dig(report, "device", "name")) or "",
        model=_model(report),
        serial_number=_text(report.get("serial_number")),
        unit_id=_unit_id(report),
        capacity_bytes=count(dig(report, "user_capacity", "bytes")) or None,
        protocol=_text(dig(report, "device", "protocol")),
        temperature_celsius=_temperature(report, table),
        temperature_limit=_temperature_limit(report),
        reallocated=_first(table.raw(5), _grown_defects(report)),
        pending=table.pending_sectors(),
        uncorrectable=_sum(
            table.raw(187, named=("uncorrect",)),
            table.raw(198, named=("uncorrect",)),
            table.end_to_end_errors(rotates=rotates is True),
            count(dig(report, "scsi_pending_defects", "count")),
        ),
        media_errors=_media_errors(report),
        critical_warning=count(dig(report, NVME, "critical_warning")),
        wear_percent=_wear(report, table),
        spare_percent=count(dig(report, NVME, "available_spare")),
        spare_threshold=count(dig(report, NVME, "available_spare_threshold")),
        power_on_hours=hours,
        passed=passed if isinstance(passed, bool) else None,
        rotates=rotates,
        prefail=table.prefail(),
        fresh_errors=_fresh_errors(report, hours),
        exit_status=count(dig(report, "smartctl", "exit_status")) or 0,
        messages=_messages(report),
    )


def _grown_defects(report: dict[str, object]) -> int | None:
    """Blocks that were taken out of use. Before 7.2 smartctl printed the length of the list in bytes, eight a block."""
    found = count(report.get("scsi_grown_defect_list"))
    version = tool_version(report)
    if found is None or version is None or version >= GROWN_DEFECTS_COUNTED:
        return found
    return found // GROWN_DEFECT_BYTES if found % GROWN_DEFECT_BYTES == 0 else None


def tool_version(report: dict[str, object]) -> tuple[int, ...] | None:
    """Which smartctl wrote a report, as numbers; None where it does not say."""
    said = dig(report, "smartctl", "version")
    numbers = [whole(part) for part in said] if isinstance(said, list) else []
    known = tuple(number for number in numbers if number is not None)
    return known if known and len(known) == len(numbers) else None


def _unit_id(report: dict[str, object]) -> str | None:
    namespace = next(iter(entries(report.get("nvme_namespaces"))), {})
    naa, oui, unit = (count(dig(report, "wwn", key)) for key in ("naa", "oui", "id"))
    maker, extension = (count(dig(namespace, "eui64", key)) for key in ("oui", "ext_id"))
    if naa and oui is not None and unit is not None:
        return f"{naa:x}{oui:06x}{unit:09x}"
    if maker is not None and extension is not None and (maker or extension):
        return f"{maker:06x}{extension:010x}"
    logical = _text(report.get("logical_unit_id")) or ""
    match = re.fullmatch(r"0x([0-9a-f]{16}|[0-9a-f]{32})", logical.lower())
    return match[1] if match is not None else None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _sum(*values: int | None) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _text(value: object) -> str | None:
    return (clean_text(value, 256) or None) if isinstance(value, str) else None


def _model(report: dict[str, object]) -> str | None:
    for key in ("model_name", "scsi_model_name"):
        if name := _text(report.get(key)):
            return name
    for prefix in ("scsi_", ""):
        parts = [_text(report.get(prefix + key)) for key in ("vendor", "product")]
        if any(parts):
            return " ".join(part for part in parts if part)
    return None


def _celsius(value: object) -> int | None:
    """Disks without a sensor say 0, and some say 255 or -1: that is no reading."""
    degrees = whole(value)
    return degrees if degrees and MIN_CELSIUS < degrees < MAX_CELSIUS and degrees != -1 else None


def _temperature(report: dict[str, object], table: Attributes) -> int | None:
    found = [dig(report, "temperature", "current"), dig(report, NVME, "temperature")]
    reports = report.get("scsi_environmental_reports")
    if isinstance(reports, dict):
        found += [dig(reports, key, "current") for key in sorted(reports) if key.startswith("temperature")]
    found += [table.raw(194, named=("temperature",)), table.raw(190, named=("temperature",))]
    return _first(*map(_celsius, found))


def _temperature_limit(report: dict[str, object]) -> int | None:
    found = (dig(report, "temperature", key) for key in ("op_limit_max", "drive_trip"))
    return _first(*map(_celsius, found))


def _media_errors(report: dict[str, object]) -> int | None:
    nvme = count(dig(report, NVME, "media_errors"))
    if nvme is not None:
        return nvme
    log = report.get("scsi_error_counter_log")
    lists = log.values() if isinstance(log, dict) else ()
    return _sum(*(count(dig(entry, "total_uncorrected_errors")) for entry in lists))


def _wear(report: dict[str, object], table: Attributes) -> int | None:
    found = (
        dig(report, NVME, "percentage_used"),
        dig(report, "endurance_used", "current_percent"),
        report.get("scsi_percentage_used_endurance_indicator"),
        _statistic(report, "Percentage Used Endurance Indicator"),
    )
    return _first(*map(count, found), table.wear_percent())


def _statistic(report: dict[str, object], name: str) -> object:
    for page in entries(dig(report, "ata_device_statistics", "pages")):
        for row in entries(page.get("table")):
            if row.get("name") == name and dig(row, "flags", "valid") is not False:
                return row.get("value")
    return None


def _power_on_hours(report: dict[str, object], table: Attributes) -> int | None:
    return _first(
        count(dig(report, "power_on_time", "hours")),
        count(dig(report, NVME, "power_on_hours")),
        table.raw(9, named=("power_on_hours",)),
    )


def _rotates(report: dict[str, object]) -> bool | None:
    if NVME in report:
        return False
    rate = whole(report.get("rotation_rate"))
    return None if rate is None else rate > 0


def _fresh_errors(report: dict[str, object], hours: int | None) -> bool:
    status = count(dig(report, "smartctl", "exit_status")) or 0
    if status & 0x80:
        return True
    if hours is None:
        return False
    for kind in ("extended", "summary"):
        for entry in entries(dig(report, "ata_smart_error_log", kind, "table")):
            at = count(entry.get("lifetime_hours"))
            if at is not None and (hours - at) % HOURS_WRAP < FRESH_HOURS:
                return True
    return False


def _messages(report: dict[str, object]) -> tuple[str, ...]:
    found = (_text(entry.get("string")) for entry in entries(dig(report, "smartctl", "messages")))
    return tuple(text for text in found if text)[:20]


def is_permission_error(text: str) -> bool:
    """Whether smartctl could not open a disk for lack of rights (Windows' error 5, or errno's words)."""
    return (
        re.search(r"permission denied|operation not permitted|access is denied|error=5\b", text, re.IGNORECASE)
        is not None
    )
