"""What keeps apt from telling or doing the whole: unfinished packages, held ones, lists that are missing or old."""

import re
import shutil
from datetime import UTC, datetime

from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_agent.platform.diagnostics.tools import ask, smartctl_finding
from bosman_agent.platform.linux.apt_scan import INDEX_FORMAT, source_states
from bosman_protocol.text import clean_text

OLD_DAYS = 7
MAX_NAMES = 10
MAX_SOURCES = 20
_AUDITED = re.compile(r"^ (?P<name>[A-Za-z0-9][\w+.-]*(?::[a-z0-9-]+)?)(?:\s|$)", re.MULTILINE)


async def update_findings() -> list[Finding]:
    """Everything beyond whether apt is there. Never raises."""
    found = [await smartctl_finding()]
    if shutil.which("apt-get") is None:
        return found
    found += [await _unfinished(), await _held(), *await _lists()]
    if shutil.which("needrestart") is None and shutil.which("needrestart", path="/usr/sbin:/sbin") is None:
        found.append(finding("needrestart", "warning", "doctor.needrestart_missing"))
    else:
        found.append(finding("needrestart", "ok", "doctor.needrestart_found"))
    return found


async def _unfinished() -> Finding:
    done = await ask("dpkg", "--audit")
    if done is None:
        return finding("dpkg", "skipped", "doctor.dpkg_silent")
    if not done.stdout.strip():
        return finding("dpkg", "ok", "doctor.dpkg_finished")
    return finding("dpkg", "problem", "doctor.dpkg_unfinished", packages=_named(audited(done.stdout)))


def audited(text: str) -> list[str]:
    """The packages that `dpkg --audit` names, below the sentences that say what is wrong with them."""
    return list(dict.fromkeys(match["name"] for match in _AUDITED.finditer(text)))


async def _held() -> Finding:
    done = await ask("apt-mark", "showhold")
    if done is None or done.exit_code != 0:
        return finding("held", "skipped", "doctor.held_unknown")
    names = done.stdout.split()
    if names:
        return finding("held", "warning", "doctor.packages_held", packages=_named(names))
    return finding("held", "ok", "doctor.packages_free")


async def _lists() -> list[Finding]:
    done = await ask("apt-get", "indextargets", "--format", INDEX_FORMAT, "Created-By: Packages")
    if done is None or done.exit_code != 0:
        detail = clean_text(done.stderr, 200) if done is not None else "apt-get"
        return [finding("lists", "problem", "doctor.sources_unreadable", detail=detail)]
    sources, fetched_at = source_states([line.partition("\t")[::2] for line in done.stdout.splitlines()], None)
    if not sources:
        return [finding("lists", "problem", "doctor.lists_missing")]
    found = [
        finding("lists", "problem", "doctor.source_failed", source=source.name, code=source.reason)
        for source in sources[:MAX_SOURCES]
        if source.outcome == "failed"
    ]
    days = (datetime.now(UTC) - fetched_at).days if fetched_at is not None else None
    if days is not None and days >= OLD_DAYS:
        found.append(finding("lists", "warning", "doctor.lists_old", days=days))
    return found or [finding("lists", "ok", "doctor.lists_fresh", count=len(sources))]


def _named(names: list[str]) -> str:
    shown = ", ".join(names[:MAX_NAMES])
    return f"{shown} …" if len(names) > MAX_NAMES else shown
