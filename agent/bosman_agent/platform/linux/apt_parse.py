"""Reads what apt prints under LC_ALL=C. Every function takes any text and never raises."""

import re
from typing import Literal

import msgspec

from bosman_agent.platform.linux.apt_archives import is_security_origin
from bosman_agent.platform.linux.dpkg_version import compare
from bosman_protocol.reports import UpdateClass
from bosman_protocol.text import clean_text

LINE_CHARS = 200
"""Of a line that is told of because it was not understood."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,200}(?::[a-z0-9][a-z0-9-]{0,30})?")
"""As dpkg takes it (`pkg_name_is_illegal`), which is more than Debian's policy allows."""
VERSION = re.compile(r"[A-Za-z0-9._+~][A-Za-z0-9._+:~-]{0,200}")
"""dpkg warns of a version that does not begin with a digit, or has an underscore, and takes it all the same."""

_INST = re.compile(
    r"^Inst (?P<name>\S+) \[(?P<old>[^\]\s]+)\] "
    # A vendor's name may have brackets of its own: the architecture, or the line, ends the origins.
    r"\((?P<new>\S+) (?P<origins>(?:[^\[]*?(?=\[[a-z0-9-]*\]\))|[^\[)]*))(?:\[(?P<arch>[a-z0-9-]*)\])?\)"
)
_NEW = re.compile(r"^Inst (?P<name>\S+) \(\S+ .*\)")
_SUMMARY = re.compile(
    r"^(?:(?P<upgraded>\d{1,9}) upgraded, \d{1,9} newly installed, |\s*Upgrading: (?P<upgrading>\d{1,9}), )"
)
_DOWNGRADED = re.compile(r", (?:(?P<count>\d{1,9}) downgraded, |Downgrading: (?P<also>\d{1,9}), )")
_KEPT_BACK = frozenset({"The following packages have been kept back:", "Not upgrading:"})
"""As apt-get says it, and as apt does from 2.9 on."""
_REMOVED = frozenset({"The following packages will be REMOVED:", "REMOVING:"})
_REMOVAL_REFUSED = "but remove is disabled"
_REFUSAL = re.compile(
    r"^E: (?:Packages need to be removed|Unable to correct problems|Unable to satisfy dependencies|Broken packages|"
    r"Version '[^']*' for '[^']*' was not found|Unable to locate package|Held packages were changed|"
    r"Packages were downgraded|Essential packages were removed)",
    re.MULTILINE,
)
"""What apt says when it has looked at a wish and changed nothing."""
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
    architecture: str = ""

    @property
    def update_class(self) -> UpdateClass:
        """Security when any archive that offers this very version is a security archive; older ones may have been."""
        return "security" if any(map(is_security_origin, self.origins.split(","))) else "optional"

    @property
    def is_downgrade(self) -> bool:
        """Whether a pin would put an older version in the place of the installed one."""
        return compare(self.available, self.installed) < 0


class Simulation(msgspec.Struct, frozen=True):
    """What `apt-get -s dist-upgrade` says."""

    upgrades: tuple[Upgrade, ...]
    downgrades: tuple[Upgrade, ...] = ()
    kept_back: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    """Lines of packages that were not understood, shortened."""
    missed: int = 0
    """How many upgrades apt counts beyond those that were read."""


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
    return list(read_simulation(text).upgrades)


def read_simulation(text: str) -> Simulation:
    """Upgrades, and whatever else was said, held against apt's own count."""
    found: dict[str, Upgrade] = {}
    unread: list[str] = []
    counted: int | None = None
    downgraded = 0
    lines = text.splitlines()
    for line in lines:
        match = _INST.match(line)
        if match is not None and valid_name(match["name"]) and valid_version(match["new"]):
            origins = clean_text(match["origins"], 256)
            old, arch = clean_text(match["old"], 256), match["arch"] or ""
            found[match["name"]] = Upgrade(match["name"], old, match["new"], origins, arch)
        elif line.startswith("Inst ") and _NEW.match(line) is None:
            unread.append(clean_text(line, LINE_CHARS))
        elif (summary := _SUMMARY.match(line)) is not None:
            counted = int(summary["upgraded"] or summary["upgrading"])
            down = _DOWNGRADED.search(line)
            downgraded = int(down["count"] or down["also"]) if down is not None else 0
    upgrades = tuple(upgrade for upgrade in found.values() if not upgrade.is_downgrade)
    downgrades = tuple(upgrade for upgrade in found.values() if upgrade.is_downgrade)
    # What is read as a line that was not understood is told of once.
    missed = 0 if counted is None else max(0, counted + downgraded - len(found) - len(unread))
    return Simulation(upgrades, downgrades, _names_below(_KEPT_BACK, lines), tuple(unread), missed)


def _names_below(headings: frozenset[str], lines: list[str]) -> tuple[str, ...]:
    """The names in the indented lines below one of these headings."""
    names: dict[str, None] = {}
    below = False
    for line in lines:
        if below and line.startswith("  "):
            names.update(dict.fromkeys(word for word in line.split() if valid_name(word)))
        else:
            below = line in headings
    return tuple(names)


def is_refusal(text: str) -> bool:
    """Whether apt would not begin because of what was wished, so that a smaller wish may go better."""
    return _REFUSAL.search(text) is not None


def removals(text: str) -> tuple[str, ...]:
    """The packages whose removal apt was not allowed; none where that was not the obstacle."""
    return _names_below(_REMOVED, text.splitlines()) if _REMOVAL_REFUSED in text else ()


def parse_details(text: str) -> dict[tuple[str, str, str], PackageDetails]:
    """Titles and download sizes by name, version and architecture, from `apt-cache show`."""
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
        details[name, version, fields.get("Architecture", "")] = PackageDetails(
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


def error_lines(text: str, package: str) -> str:
    """What apt and dpkg said about one package, or in general when they did not name it."""
    bare = package.split(":", maxsplit=1)[0]
    named = re.compile(rf"(?<![a-z0-9+.-]){re.escape(bare)}(?![a-z0-9+-])")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    about = [line for line in lines if named.search(line)]
    general = [line for line in lines if line.startswith(("E:", "dpkg: error", "dpkg:"))]
    return "\n".join((about or general)[-20:])[:2000]
