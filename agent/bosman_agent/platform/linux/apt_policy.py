"""Reads `apt-cache policy`: which versions of a package there are, and which archive offers each.

The words of the headings are apt's in the language of the C locale. Every function takes any text and never raises.
"""

import re

import msgspec

from bosman_agent.platform.linux.apt_archives import Archive, read_release
from bosman_agent.platform.linux.dpkg_version import compare, sort_key

_PACKAGE = re.compile(r"(?P<name>[A-Za-z0-9][^\s:]*(?::[a-z0-9-]+)?):")
_FIELD = re.compile(r"  (?P<key>[A-Z][a-z ]+): (?P<value>\S+)")
_VERSION = re.compile(
    r" (?P<mark>\*\*\*|   ) (?P<version>\S+)(?: (?P<priority>-?\d+))?"
    r"(?: \((?:phased (?P<phased>\d{1,3})%|.*)\))?\s*"
)
_SOURCE = re.compile(r" {4,}(?P<priority>-?\d+) (?P<place>\S.*)")
_INDEX = re.compile(r" {0,3}(?P<priority>-?\d+) (?P<place>\S.*)")
_RELEASE = re.compile(r" +release (?P<fields>\S.*)")
_DPKG = "/var/lib/dpkg/status"
_INSTALLED = 100
"""What apt gives to a version because it is installed."""


class Known(msgspec.Struct, frozen=True):
    """One version that apt knows of a package."""

    version: str
    priority: int | None
    places: tuple[str, ...]
    """The archives that offer it, as `apt-cache policy` writes them; empty for what is only installed."""
    phased_percent: int | None = None
    """The share of machines that are offered it by now; None = all of them."""


class Policy(msgspec.Struct, frozen=True):
    """What apt knows of one package."""

    name: str
    installed: str | None
    candidate: str | None
    versions: tuple[Known, ...]


Archives = dict[str, Archive]
"""Archives by the words with which `apt-cache policy` names them."""


def parse_archives(text: str) -> Archives:
    """The archives of `apt-cache policy` without a package: address, suite, label and priority."""
    archives: Archives = {}
    place, priority = "", 0
    for line in text.splitlines():
        if line.startswith("Pinned packages"):
            break
        release = _RELEASE.fullmatch(line)
        if release is not None and place:
            fields = read_release(release["fields"])
            archives[place] = Archive(
                place.partition(" ")[0], fields.get("a", ""), fields.get("n", ""), fields.get("l", ""), priority
            )
            continue
        index = _INDEX.fullmatch(line)
        if index is not None:
            place, priority = index["place"].strip(), int(index["priority"])
            archives[place] = Archive(place.partition(" ")[0], _suite_of(place), priority=priority)
    return archives


def parse_policies(text: str) -> dict[str, Policy]:
    """Packages by name (with the architecture where apt prints one)."""
    policies: dict[str, Policy] = {}
    name = ""
    fields: dict[str, str] = {}
    versions: list[tuple[re.Match[str], list[str]]] = []

    def close() -> None:
        if name:
            known = tuple(_known(match, places) for match, places in versions)
            policies[name] = Policy(name, _some(fields.get("Installed")), _some(fields.get("Candidate")), known)

    for line in text.splitlines():
        package = _PACKAGE.fullmatch(line)
        if package is not None:
            close()
            name, fields, versions = package["name"], {}, []
            continue
        version, source, field = _VERSION.fullmatch(line), _SOURCE.fullmatch(line), _FIELD.fullmatch(line)
        if field is not None:
            fields[field["key"]] = field["value"]
        elif version is not None:
            versions.append((version, []))
        elif source is not None and versions and source["place"].strip() != _DPKG:
            versions[-1][1].append(source["place"].strip())
    close()
    return policies


def _known(match: re.Match[str], places: list[str]) -> Known:
    priority, phased = (int(match[key]) if match[key] else None for key in ("priority", "phased"))
    return Known(match["version"], priority, tuple(places), phased if phased != 100 else None)


def is_phasing(policy: Policy) -> bool:
    """Whether Ubuntu rolls the candidate out bit by bit, and has not come to every machine yet.

    apt before 2.5 tells of it as if dependencies kept it back.
    """
    return any(known.version == policy.candidate and known.phased_percent is not None for known in policy.versions)


def is_security(policy: Policy, archives: Archives, installed: str, available: str) -> bool:
    """Whether a security archive offers any version that is newer than the installed one, up to the available one.

    An ordinary version that came later (a point release of Debian, `-updates` of Ubuntu) carries the security fix on,
    and is offered in its place by archives that are no security archives.
    """
    return any(
        _archive(place, archives).is_security
        for known in policy.versions
        if compare(installed, known.version) < 0 and compare(known.version, available) <= 0
        for place in known.places
    )


def pinned_away(policy: Policy, archives: Archives) -> Known | None:
    """The version that apt would offer were there no pin on this package; None where it offers it, or none is newer.

    A priority that differs from those of the archives that offer a version is a pin on the package. What holds for an
    archive as a whole (backports, another release beside the own one) is nobody's decision about this package.
    """
    if policy.installed is None or policy.candidate is None or compare(policy.candidate, policy.installed) > 0:
        return None
    if not any(_is_pinned(known, archives, installed=known.version == policy.installed) for known in policy.versions):
        return None
    best: Known | None = None
    for known in policy.versions:
        if best is None or _wish(known, archives) > _wish(best, archives):
            best = known
    return best if best is not None and compare(best.version, policy.installed) > 0 else None


def _wish(known: Known, archives: Archives) -> tuple[int, object]:
    return _own_priority(known, archives) or 0, sort_key(known.version)


def _own_priority(known: Known, archives: Archives) -> int | None:
    """What the archives that offer a version give it."""
    found = [_archive(place, archives).priority for place in known.places]
    return max((priority for priority in found if priority is not None), default=None)


def _is_pinned(known: Known, archives: Archives, *, installed: bool) -> bool:
    own = _own_priority(known, archives)
    if installed:
        own = max(own or 0, _INSTALLED)
    return known.priority is not None and own is not None and known.priority != own


def origins_of(known: Known) -> str:
    """Where a version comes from, in one line."""
    return ", ".join(place.removesuffix(" Packages") for place in known.places)


def _archive(place: str, archives: Archives) -> Archive:
    return archives.get(place) or Archive(place.partition(" ")[0], _suite_of(place))


def _suite_of(place: str) -> str:
    """`bookworm-security` of `http://…/debian-security bookworm-security/main amd64 Packages`."""
    words = place.split(" ")
    if len(words) < 2:
        return ""
    return words[1].rpartition("/")[0] or words[1]


def _some(value: str | None) -> str | None:
    return None if value is None or value == "(none)" else value
