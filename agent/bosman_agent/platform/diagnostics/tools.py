"""Programs that the agent asks: whether they are there, and whether they are too old for what they are asked."""

import re

from bosman_agent.platform.diagnostics.finding import Finding, finding
from bosman_agent.platform.processes import Completed, ProcessTimeoutError, run_collecting
from bosman_agent.platform.smart.locate import find_smartctl

SECONDS = 10.0
SMARTCTL_SINCE = (7, 0)
"""Before it there is no output as JSON (NEWS of smartmontools)."""
SMARTCTL_COUNTS_SINCE = (7, 2)
"""Before it grown defects of SCSI disks are counted in bytes."""
_VERSION = re.compile(r"smartctl (\d{1,3})\.(\d{1,3})")


async def smartctl_finding() -> Finding:
    """smartctl, and whether it can say what the agent wants to know."""
    program = find_smartctl()
    if program is None:
        return finding("smartctl", "warning", "doctor.smartctl_missing")
    done = await ask(program, "--version")
    match = _VERSION.search(done.stdout) if done is not None else None
    if match is None:
        return finding("smartctl", "warning", "doctor.smartctl_silent", path=program)
    version = (int(match[1]), int(match[2]))
    shown = ".".join(map(str, version))
    if version < SMARTCTL_SINCE:
        return finding("smartctl", "warning", "doctor.smartctl_too_old", version=shown)
    if version < SMARTCTL_COUNTS_SINCE:
        return finding("smartctl", "warning", "doctor.smartctl_old", version=shown)
    return finding("smartctl", "ok", "doctor.smartctl_found", version=shown)


async def ask(*argv: str) -> Completed | None:
    """What a program prints; None where it is not there, or takes too long."""
    try:
        return await run_collecting(argv, timeout=SECONDS, env={"LC_ALL": "C.UTF-8", "LANGUAGE": "C"})
    except (OSError, ProcessTimeoutError):
        return None
