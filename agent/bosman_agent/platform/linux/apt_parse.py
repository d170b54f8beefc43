"""Reads what apt prints under LC_ALL=C. Every function takes any text and never raises."""

import re
from typing import Literal

import msgspec

from bosman_protocol.reports import UpdateClass
from bosman_protocol.text import clean_text

NAME = re.compile(r"[a-z0-9][a-z0-9+.-]{0,200}(?::[a-z0-9][a-z0-9-]{0,30})?")
VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+:~-]{0,200}")

_INST = re.compile(
    r"^Inst (?P<name>\S+) \[(?P<old>[^\]\s]+)\] "
    # A vendor's name may have brackets of its own: the architecture, or the line, ends the origins.
    r"\((?P<new>\S+) (?P<origins>(?:[^\[]*?(?=\[[a-z0-9-]*\]\))|[^\[)]*))(?:\[[a-z0-9-]*\])?\)"
)
_STATUS = re.compile(
    r"^(?P<kind>dlstatus|pmstatus|pmerror):(?P<what>[^:]*(?::[a-z0-9-]+)?):(?P<percent>[0-9.]+):(?P<text>.*)$"
)
_LOCK = re.compile(r"could not get lock|unable to acquire the dpkg frontend lock|unable to lock", re.IGNORECASE)


class Upgrade(msgspec.Struct, frozen=True):
    """One line `Inst` of a simulated upgrade."""

    name: str
    installed: str
    available: str
    origins: str

    @property
    def update_class(self) -> UpdateClass:
        """Security when any archive that offers this version is a security archive."""
        lowered = self.origins.lower()
        return "security" if "-security" in lowered or "security:" in lowered else "optional"


class PackageDetails(msgspec.Struct, frozen=True):
    """What `apt-cache show` knows beyond the version."""

    title: str
    size_bytes: int | None


class StatusLine(msgspec.Struct, frozen=True):
    """One line of APT::Status-Fd; `percent` counts within its phase."""

    kind: Literal["dlstatus", "pmstatus", "pmerror"]
    package: str
    percent: float
    text: str


def valid_name(name: str) -> bool:
    """Whether a package name (with or without architecture) is one that dpkg could have made."""
    return NAME.fullmatch(name) is not None


def valid_version(version: str) -> bool:
    """Whether a version is one that dpkg could have made."""
    return VERSION.fullmatch(version) is not None


def parse_simulation(text: str) -> list[Upgrade]:
    """Upgrades of installed packages; packages that would be new come along with these and are no updates."""
    upgrades: dict[str, Upgrade] = {}
    for line in text.splitlines():
        match = _INST.match(line)
        if match is None or not valid_name(match["name"]) or not valid_version(match["new"]):
            continue
        origins = clean_text(match["origins"], 256)
        upgrades[match["name"]] = Upgrade(match["name"], clean_text(match["old"], 256), match["new"], origins)
    return list(upgrades.values())


def parse_details(text: str) -> dict[tuple[str, str], PackageDetails]:
    """Titles and download sizes by name and version, from `apt-cache show`."""
    details = {}
    for stanza in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        for line in stanza.splitlines():
            key, separator, value = line.partition(":")
            if separator and not line.startswith((" ", "\t")):
                fields.setdefault(key, value.strip())
        name, version = fields.get("Package"), fields.get("Version")
        if not name or not version:
            continue
        title = next((value for key, value in fields.items() if key in {"Description", "Description-en"}), "")
        size = fields.get("Size", "")
        details[name, version] = PackageDetails(
            clean_text(title, 4096), int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None
        )
    return details


def parse_status(line: str) -> StatusLine | None:
    """A line of APT::Status-Fd, or None for any other."""
    match = _STATUS.match(line.strip())
    if match is None:
        return None
    try:
        percent = min(100.0, float(match["percent"]))
    except ValueError:
        return None
    kind: Literal["dlstatus", "pmstatus", "pmerror"] = match["kind"]  # type: ignore[assignment] # the pattern has only these
    return StatusLine(kind, clean_text(match["what"], 256), percent, clean_text(match["text"], 1000))


def mentions_lock(text: str) -> bool:
    """Whether apt failed because somebody else is installing."""
    return _LOCK.search(text) is not None


class RefreshCount(msgspec.Struct, frozen=True):
    """How many package lists could be had."""

    fetched: int
    failed: int


def count_refresh(text: str) -> RefreshCount:
    """Lists fetched or unchanged, and lists that failed, from the output of `apt-get update`.

    apt announces `Get` before it knows whether it succeeds: the last word on each item counts.
    """
    last: dict[str, str] = {}
    for line in text.splitlines():
        match = re.match(r"(Hit|Get|Ign|Err):(\d{1,9}) ", line)
        if match is not None:
            last[match[2]] = match[1]
    words = list(last.values())
    return RefreshCount(sum(word in {"Hit", "Get"} for word in words), words.count("Err"))


def error_lines(text: str, package: str) -> str:
    """What apt and dpkg said about one package, or in general when they did not name it."""
    bare = package.split(":", maxsplit=1)[0]
    named = re.compile(rf"(?<![a-z0-9+.-]){re.escape(bare)}(?![a-z0-9+-])")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    about = [line for line in lines if named.search(line)]
    general = [line for line in lines if line.startswith(("E:", "dpkg: error", "dpkg:"))]
    return "\n".join((about or general)[-20:])[:2000]
