"""One scan with apt: what is offered, what is held back and by whom, and how much of the truth could be seen."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from bosman_agent.clock import utc_now
from bosman_agent.platform.base import ScanOutcome
from bosman_agent.platform.linux import apt_parse, apt_policy, apt_run
from bosman_agent.platform.linux.apt_archives import is_security_origin
from bosman_agent.platform.linux.apt_parse import PackageDetails, Simulation, Upgrade
from bosman_agent.platform.linux.apt_policy import Policy
from bosman_agent.platform.linux.apt_sources import Refresh, source_name
from bosman_agent.platform.linux.dpkg_version import compare
from bosman_protocol.codes import Code
from bosman_protocol.completeness import SourceState, completeness
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.reports import PendingUpdate, UpdateClass
from bosman_protocol.text import clean_text

SHOW_BATCH = 100
POLICY_BATCH = 1000
MAX_NAMED = 10
PACKED = (".lz4", ".gz", ".xz", ".zst", ".bz2")
INDEX_FORMAT = "$(REPO_URI) $(RELEASE)\t$(FILENAME)"
SIMULATED = ("upgrade", "--with-new-pkgs")
"""Everything that can be upgraded without the removal of anything; `dist-upgrade` would remove for the sake of it."""

HeldBy = Literal["hold", "pin", "dependencies"]


class Installed(msgspec.Struct, frozen=True):
    """The packages that dpkg knows as installed, and those of them that an administrator put on hold."""

    names: tuple[str, ...]
    held: frozenset[str]


class Knowledge(msgspec.Struct, frozen=True):
    """What apt knows beyond the simulation."""

    policies: Mapping[str, Policy]
    archives: apt_policy.Archives
    details: Mapping[tuple[str, str, str], PackageDetails]


async def scan(options: tuple[str, ...], refresh: Refresh | None) -> ScanOutcome:
    """What is pending by the lists that are there; `refresh` is how they were last fetched, None = not known.

    Raises ProviderError (`apt.failed`, `apt.locked`).
    """
    done = await apt_run.query("apt-get", *options, "-s", "-o", "Debug::NoLocking=1", *SIMULATED)
    if done.exit_code != 0:
        raise apt_run.failed(done)
    simulation = apt_parse.read_simulation(done.stdout)
    installed = await _installed()
    policies, archives = await _policies(options, installed, simulation)
    held = list(held_back(simulation, installed, policies, archives))
    details = await _details(options, [*simulation.upgrades, *(upgrade for upgrade, _ in held)])
    known = Knowledge(policies, archives, details)
    updates = [_pending(upgrade, known, None) for upgrade in simulation.upgrades]
    updates += [_pending(upgrade, known, by) for upgrade, by in held]
    sources, lists_at = await _sources(options, refresh)
    seen = completeness(sources, lists_at=lists_at, unread=simulation.unread, missed=simulation.missed)
    return ScanOutcome(utc_now(), tuple(updates), warnings=_warnings(simulation, refresh), completeness=seen)


def held_back(
    simulation: Simulation, installed: Installed, policies: Mapping[str, Policy], archives: apt_policy.Archives
) -> list[tuple[Upgrade, HeldBy]]:
    """What is newer and would not be installed with the rest, and what holds it.

    Updates that Ubuntu rolls out bit by bit are not among them: nobody held them, and they come by themselves.
    """
    taken = {upgrade.name for upgrade in simulation.upgrades}
    found: list[tuple[Upgrade, HeldBy]] = []
    for name, policy in policies.items():
        if name in taken or policy.installed is None:
            continue
        held = _is_held(name, installed)
        if policy.candidate is not None and compare(policy.candidate, policy.installed) > 0:
            if held or (name in simulation.kept_back and not apt_policy.is_phasing(policy)):
                found.append((_upgrade(policy, policy.candidate), "hold" if held else "dependencies"))
            continue
        pinned = apt_policy.pinned_away(policy, archives)
        if pinned is not None:
            found.append((_upgrade(policy, pinned.version), "pin"))
    return found


def _is_held(name: str, installed: Installed) -> bool:
    """Dpkg writes the architecture behind packages of which there may be several, apt only behind foreign ones."""
    return name in installed.held or (":" not in name and any(one.split(":")[0] == name for one in installed.held))


def _upgrade(policy: Policy, version: str) -> Upgrade:
    known = next((known for known in policy.versions if known.version == version), None)
    origins = apt_policy.origins_of(known) if known is not None else ""
    return Upgrade(policy.name, policy.installed or "", version, clean_text(origins, 256))


def _pending(upgrade: Upgrade, known: Knowledge, held_by: HeldBy | None) -> PendingUpdate:
    bare = upgrade.name.split(":")[0]
    about = known.details.get((bare, upgrade.available, upgrade.architecture))
    if about is None and not upgrade.architecture:
        about = next((said for key, said in known.details.items() if key[:2] == (bare, upgrade.available)), None)
    return PendingUpdate(
        name=upgrade.name,
        title=about.title if about else "",
        available_version=upgrade.available,
        update_class=_class_of(upgrade, known),
        installed_version=upgrade.installed,
        size_bytes=about.size_bytes if about else None,
        origin=upgrade.origins or None,
        held_by=held_by,
    )


def _class_of(upgrade: Upgrade, known: Knowledge) -> UpdateClass:
    policy = known.policies.get(upgrade.name)
    if policy is not None and apt_policy.is_security(policy, known.archives, upgrade.installed, upgrade.available):
        return "security"
    return "security" if any(map(is_security_origin, upgrade.origins.split(","))) else "optional"


async def _installed() -> Installed:
    done = await apt_run.query(
        "dpkg-query", "-W", "-f", "${binary:Package}\\t${db:Status-Want}\\t${db:Status-Status}\\n"
    )
    rows = [fields for line in done.stdout.splitlines() if len(fields := line.split("\t")) == 3]
    present = [(name, want) for name, want, status in rows if status not in {"not-installed", "config-files"}]
    names = tuple(name for name, _ in present if apt_parse.valid_name(name))
    return Installed(names, frozenset(name for name, want in present if want == "hold"))


async def _policies(
    options: tuple[str, ...], installed: Installed, simulation: Simulation
) -> tuple[dict[str, Policy], apt_policy.Archives]:
    whole = await apt_run.query("apt-cache", *options, "policy")
    names = dict.fromkeys((*installed.names, *(upgrade.name for upgrade in simulation.upgrades)))
    policies: dict[str, Policy] = {}
    for batch in apt_run.batches(list(names), POLICY_BATCH):
        done = await apt_run.query("apt-cache", *options, "policy", *batch)
        policies.update(apt_policy.parse_policies(done.stdout))
    return policies, apt_policy.parse_archives(whole.stdout)


async def _details(options: tuple[str, ...], upgrades: list[Upgrade]) -> dict[tuple[str, str, str], PackageDetails]:
    details: dict[tuple[str, str, str], PackageDetails] = {}
    wanted = [f"{upgrade.name}={upgrade.available}" for upgrade in upgrades]
    for batch in apt_run.batches(wanted, SHOW_BATCH):
        done = await apt_run.query("apt-cache", *options, "show", "--no-all-versions", "--", *batch)
        details.update(apt_parse.parse_details(done.stdout))
    return details


async def _sources(
    options: tuple[str, ...], refresh: Refresh | None
) -> tuple[tuple[SourceState, ...], datetime | None]:
    """Every source with the age of its list, and when lists were last fetched."""
    done = await apt_run.query("apt-get", *options, "indextargets", "--format", INDEX_FORMAT, "Created-By: Packages")
    files = [line.partition("\t")[::2] for line in done.stdout.splitlines() if "\t" in line]
    return await asyncio.to_thread(source_states, files, refresh)


def source_states(
    files: list[tuple[str, str]], refresh: Refresh | None
) -> tuple[tuple[SourceState, ...], datetime | None]:
    """The same from pairs of a source and the file of its list."""
    ages: dict[str, datetime | None] = {}
    fetched_at: list[datetime] = []
    for place, file in files:
        name = source_name(f"{place.strip()} ")
        at, looked = _list_changed(Path(file)), _changed(Path(file).parent)
        ages[name] = max(filter(None, (ages.get(name), at)), default=None)
        fetched_at += [looked] if looked is not None else []
    failed = {source.name: source for source in (refresh.failed if refresh is not None else ())}
    states = [
        SourceState(source.name, "failed", source.reason, source.detail[:256] or None, _age_of(source.name, ages))
        for source in failed.values()
    ]
    for name, at in ages.items():
        if any(name == other or name.startswith(other + " ") for other in failed):
            continue
        if at is None:
            states.append(SourceState(name, "failed", Code.APT_SOURCE_NOT_FETCHED))
        else:
            states.append(SourceState(name, "answered", list_at=at))
    return tuple(states), max(fetched_at, default=None)


def _age_of(source: str, ages: Mapping[str, datetime | None]) -> datetime | None:
    found = [at for name, at in ages.items() if name == source or name.startswith(source + " ")]
    return max(filter(None, found), default=None)


def _list_changed(path: Path) -> datetime | None:
    """The list is named as apt would store it now; what is there may be packed in another way, or not at all."""
    plain = path.with_suffix("") if path.suffix in PACKED else path
    found = (_changed(Path(f"{plain}{suffix}")) for suffix in ("", *PACKED))
    return max(filter(None, found), default=None)


def _changed(path: Path) -> datetime | None:
    """When a file or folder was last changed; apt gives a list the time of the archive's own."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):
        return None


def _warnings(simulation: Simulation, refresh: Refresh | None) -> tuple[ErrorDetail, ...]:
    failed = refresh.failed if refresh is not None else ()
    found = [ErrorDetail(source.reason, {"source": source.name}, source.detail or None) for source in failed]
    lost = len(simulation.unread) + simulation.missed
    if lost:
        found.append(ErrorDetail(Code.APT_LINES_UNREAD, {"count": lost}, "\n".join(simulation.unread[:5]) or None))
    if simulation.downgrades:
        names = ", ".join(upgrade.name for upgrade in simulation.downgrades[:MAX_NAMED])
        count = len(simulation.downgrades)
        found.append(ErrorDetail(Code.APT_DOWNGRADE_PINNED, {"count": count, "packages": clean_text(names, 256)}))
    return tuple(found)
