"""Whether Linux wants a restart: the mark that packages leave, and what needrestart finds."""

import re
import shutil
from pathlib import Path

from bosman_agent.platform.base import RestartState
from bosman_agent.platform.processes import ProcessTimeoutError, run_collecting
from bosman_protocol.text import clean_text
from bosman_protocol.work import RestartReason

NEEDRESTART_SECONDS = 120.0
MAX_REASONS = 200
# 2 and 3 both mean that a newer kernel is installed than runs; they differ in whether its ABI changed.
PENDING_KERNEL_STATES = frozenset({"2", "3"})
MARK_WRITERS = (
    "etc/kernel/postinst.d/unattended-upgrades",
    "etc/kernel/postinst.d/update-notifier",
    "usr/share/update-notifier/notify-reboot-required",
)
"""Where one of these is installed, a missing mark means that no restart is needed."""


async def find_restart_state(root: Path) -> RestartState:
    """The restart state; `required` is None where nothing on this machine would know."""
    marked, reasons = read_mark(root)
    kernel_pending, found = await _ask_needrestart()
    reasons = (*reasons, *found)[:MAX_REASONS]
    if marked or kernel_pending:
        return RestartState(required=True, reasons=reasons)
    if kernel_pending is False or any((root / path).exists() for path in MARK_WRITERS):
        return RestartState(required=False, reasons=reasons)
    return RestartState(required=None, reasons=reasons)


def read_mark(root: Path) -> tuple[bool, tuple[RestartReason, ...]]:
    """Whether /run/reboot-required stands, and the packages that put it there."""
    if not (root / "run/reboot-required").exists():
        return False, ()
    try:
        text = (root / "run/reboot-required.pkgs").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True, ()
    names = dict.fromkeys(clean_text(line, 256) for line in text.splitlines())
    return True, tuple(RestartReason("restart.package", {"package": name}) for name in names if name)[:MAX_REASONS]


async def _ask_needrestart() -> tuple[bool | None, tuple[RestartReason, ...]]:
    if shutil.which("needrestart") is None:
        return None, ()
    try:
        done = await run_collecting(
            ["needrestart", "-b"], timeout=NEEDRESTART_SECONDS, env={"LC_ALL": "C.UTF-8", "NEEDRESTART_MODE": "l"}
        )
    except (OSError, ProcessTimeoutError):
        return None, ()
    return parse_needrestart(done.stdout)


def parse_needrestart(text: str) -> tuple[bool | None, tuple[RestartReason, ...]]:
    """Whether a newer kernel waits (None: not known), and reasons; services alone demand no restart."""
    state = "0"
    kernel = ""
    services: dict[str, None] = {}
    for line in text.splitlines():
        match = re.match(r"NEEDRESTART-(KSTA|KEXP|SVC):\s*(.*)$", line)
        if match is None:
            continue
        value = clean_text(match[2], 256)
        if match[1] == "KSTA":
            state = value
        elif match[1] == "KEXP":
            kernel = value
        elif value:
            services[value] = None
    reasons = [RestartReason("restart.service", {"service": name}) for name in services]
    pending = {"1": False}.get(state)
    if state in PENDING_KERNEL_STATES:
        pending = True
        reasons.insert(0, RestartReason("restart.kernel", {"kernel": kernel}))
    return pending, tuple(reasons[:MAX_REASONS])
