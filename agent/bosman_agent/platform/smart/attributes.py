"""The attribute table of ATA disks.

Numbers mean different things on different disks, so that names decide: those of smartmontools' drivedb.h, which
smartctl prints for the models that it knows. Raw values are often composite ("38 (Min/Max 28/39)"): the number that
the printed text begins with is the value.
"""

from typing import Literal

from bosman_agent.platform.tolerant_json import count, dig, entries, whole

USED = frozenset(
    {"Drive_Life_Used", "DriveLife_Used", "Percent_Life_Used", "Percent_Lifetime_Used", "Perc_Rated_Life_Used"}
)
"""Names whose raw value is the used share in percent."""
LEFT = frozenset(
    {
        "SSD_Life_Left", "SSD_Life_Left_Perc", "Lifetime_Left", "Lifetime_Remaining", "Remaining_Lifetime_Perc",
        "Remaining_Life", "DriveLife_Remaining", "Drive_Life_Remaining", "Percent_Lifetime_Remain",
        "Percent_Life_Remaining", "Perc_Rated_Life_Remain", "PCT_Life_Remaining",
    }
)  # fmt: skip
"""Names that stand for the share that is left, in percent."""
NORMALIZED = ("Media_Wearout_Indicator", "Wear_Leveling_Count")
"""Names whose normalized value falls from 100 to 0 with wear; their raw values count something else."""
DEFAULT_NAMES = frozenset({(177, "Wear_Leveling_Count"), (233, "Media_Wearout_Indicator")})
"""What smartctl prints for models that it does not know (drivedb.h, "DEFAULT"): a guess, no name."""
NO_COUNTER = ("unknown", "not_in_use", "not_supported", "proprietary")
NOT_SECTORS = ("ecc", *NO_COUNTER)


class Attributes:
    """The table, by number and by name; any JSON is survived."""

    def __init__(self, report: dict[str, object]) -> None:
        self._rows = entries(dig(report, "ata_smart_attributes", "table"))
        listed = report.get("in_smartctl_database")
        self._model_known = listed if isinstance(listed, bool) else "model_family" in report

    def raw(self, number: int, *, named: tuple[str, ...] = ()) -> int | None:
        """The leading number of a raw value, where the name holds one of these words (or is any counter at all)."""
        for row in self._rows:
            name = _name(row).lower()
            if whole(row.get("id")) != number or any(word in name for word in NO_COUNTER):
                continue
            if not named or any(word in name for word in named):
                return _raw(row)
        return None

    def pending_sectors(self) -> int | None:
        """Sectors that could not be read and wait to be written anew.

        On some flash the number goes up and down in a healthy disk; smartmontools calls it `Current_Pending_ECC_Cnt`
        there, so that nobody warns of it (ticket 1227).
        """
        for row in self._rows:
            name = _name(row).lower()
            if whole(row.get("id")) == 197 and "pending" in name and not any(word in name for word in NOT_SECTORS):
                return _raw(row)
        return None

    def end_to_end_errors(self, *, rotates: bool) -> int | None:
        """Data that changed on its way through the disk; flash that smartctl does not know counts something else."""
        return self.raw(184, named=("end-to-end",)) if rotates or self._model_known else None

    def wear_percent(self) -> int | None:
        """0 = new, 100 = at the end of its rated life; None where no name says so without doubt."""
        for row in self._rows:
            if _name(row) in USED:
                return _raw(row)
        left = [_used_of_left(row) for row in self._rows if _name(row) in LEFT]
        if left:
            return left[0]
        for name in NORMALIZED:
            for row in self._rows:
                if _name(row) == name and self._means_what_it_says(row):
                    return _percent(100, row.get("value"))
        return None

    def _means_what_it_says(self, row: dict[str, object]) -> bool:
        number = whole(row.get("id"))
        # WD and SanDisk count 230 upwards: what is printed as 4 is the used share, or half of it.
        if number == 230:
            return False
        return self._model_known or (number, _name(row)) not in DEFAULT_NAMES

    def prefail(self) -> Literal["now", "past"] | None:
        """Whether an attribute that warns of failure is at its threshold, or was once."""
        states = {_state(row) for row in self._rows if dig(row, "flags", "prefailure") is True}
        return "now" if "now" in states else "past" if "past" in states else None


def _name(row: dict[str, object]) -> str:
    name = row.get("name")
    # Some names end in the unit of their value.
    return name.rstrip("%") if isinstance(name, str) else ""


def _raw(row: dict[str, object]) -> int | None:
    text = dig(row, "raw", "string")
    return count(text) if isinstance(text, str) else count(dig(row, "raw", "value"))


def _percent(whole_share: int, value: object) -> int | None:
    number = count(value)
    return whole_share - number if number is not None and 0 < number <= whole_share else None


def _used_of_left(row: dict[str, object]) -> int | None:
    """The used share from a name that stands for what is left.

    Most disks have it in the raw value while the normalized one stays at 100; Micron's raw value is the used share,
    SandForce's means nothing.
    """
    normalized, raw = count(row.get("value")), _raw(row)
    if _name(row) == "Percent_Lifetime_Remain" and not normalized:
        # Micron goes on counting beyond the rated life.
        return raw if raw is not None and 100 <= raw <= 255 else None
    if raw is None or raw > 100 or (raw <= 1 and normalized is not None and normalized > raw):
        return _percent(100, normalized)
    # A column of zeros is one that the disk does not keep.
    if normalized and normalized + raw in {100, 101}:
        return 100 - normalized
    if _name(row) == "Percent_Lifetime_Remain" and normalized is not None and 0 < normalized < 100:
        return 100 - normalized
    return 100 - raw


def _state(row: dict[str, object]) -> Literal["now", "past"] | None:
    said = row.get("when_failed")
    if isinstance(said, str):
        lowered = said.lower()
        return "now" if "now" in lowered else "past" if "past" in lowered else None
    value, threshold = count(row.get("value")), count(row.get("thresh"))
    return "now" if value is not None and threshold and 0 < value <= threshold else None
