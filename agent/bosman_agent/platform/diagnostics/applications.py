"""What keeps Windows' tools from telling the whole."""

import re

from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_agent.platform.diagnostics.tools import ask, smartctl_finding
from bosman_agent.platform.winget.locate import find_winget

WINGET_SINCE = (1, 4)
"""Before it winget asks questions that nobody answers (`--disable-interactivity`)."""
_VERSION = re.compile(r"v?(\d{1,3})\.(\d{1,4})")


async def update_findings() -> list[Finding]:
    """The versions of smartctl and winget. Never raises."""
    found = [await smartctl_finding()]
    program = find_winget()
    if program is None:
        return found
    done = await ask(str(program), "--version")
    match = _VERSION.search(done.stdout) if done is not None else None
    if match is None:
        return [*found, finding("winget_version", "warning", "doctor.winget_silent")]
    version = (int(match[1]), int(match[2]))
    shown = ".".join(map(str, version))
    if version < WINGET_SINCE:
        return [*found, finding("winget_version", "warning", "doctor.winget_too_old", version=shown)]
    return [*found, finding("winget_version", "ok", "doctor.winget_version", version=shown)]
