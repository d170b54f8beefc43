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
# 2 and 3 both mean that a newer kernel is installed than runs; they differ in whether its ABI changed. 0 is "unknown".
PENDING_KERNEL_STATES = frozenset({"2", "3"})
CURRENT_KERNEL = "1"
OBSOLETE_MICROCODE = "2"
"""needrestart's README.batch.md: UCSTA is 0 (not known), 1 (current) or 2 (an upgrade is pending)."""
MARK_WRITERS = (
    "etc/kernel/postinst.d/unattended-upgrades",
    "etc/kernel/postinst.d/update-notifier",
    "usr/share/update-notifier/notify-reboot-required",
)
"""Where one of these is installed, a missing mark means that no restart is needed."""


async def find_restart_state(root: Path) -> RestartState:
    """The restart state; `required` is None where nothing on this machine would know."""
    marked, reasons = read_mark(root)
    pending, found = await _ask_needrestart()
    reasons = (*reasons, *found)[:MAX_REASONS]
    if marked or pending:
        return RestartState(required=True, reasons=reasons)
    if pending is False or any((root / path).exists() for path in MARK_WRITERS):
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


_LINE = re.compile(r"NEEDRESTART-(?P<key>[A-Z]+):\s*(?P<value>.*)$")
_SOFT = {"SVC": ("restart.service", "service"), "SESS": ("restart.session", "session"),
         "CONT": ("restart.container", "container")}  # fmt: skip
"""What runs with files that were replaced: to start it anew is enough, the machine need not restart."""


_STATES = {"KSTA": frozenset("0123"), "UCSTA": frozenset("012")}
_KNOWN = frozenset({"VER", "KCUR", "KEXP", "UCCUR", "UCEXP", "PID", *_SOFT})
"""`PID` comes where needrestart runs without rights: processes of users, which are no reason to restart."""


def _is_understood(key: str, value: str) -> bool:
    return key in _KNOWN or value in _STATES.get(key, ())


def parse_needrestart(text: str) -> tuple[bool | None, tuple[RestartReason, ...]]:
    """Whether a newer kernel or microcode waits for a restart (None: not known), and the reasons.

    Services, sessions and containers alone are soft reasons: they demand no restart of the machine. So are lines that
    were not understood.
    """
    values: dict[str, str] = {}
    soft: dict[tuple[str, str], None] = {}
    unread: list[str] = []
    for line in text.splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        value = clean_text(match["value"], 256)
        if match["key"] in _SOFT and value:
            soft[match["key"], value] = None
        elif not _is_understood(match["key"], value):
            # Whatever it means, it is not nothing.
            unread.append(clean_text(f"{match['key']}: {value}", 256))
        values[match["key"]] = value
    reasons: list[RestartReason] = []
    if values.get("KSTA") in PENDING_KERNEL_STATES:
        reasons.append(RestartReason("restart.kernel", {"kernel": values.get("KEXP", "")}))
    if values.get("UCSTA") == OBSOLETE_MICROCODE:
        reasons.append(RestartReason("restart.microcode", {"microcode": values.get("UCEXP", "")}))
    pending = True if reasons else {CURRENT_KERNEL: False}.get(values.get("KSTA", ""))
    for key, value in soft:
        code, name = _SOFT[key]
        reasons.append(RestartReason(code, {name: value}, "soft"))
    reasons += [RestartReason("restart.unread", {"line": line}, "soft") for line in dict.fromkeys(unread)]
    return pending, tuple(reasons[:MAX_REASONS])
