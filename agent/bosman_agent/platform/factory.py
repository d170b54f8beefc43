"""The platform's side of the agent; only here is asked which platform this is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # What keeps the agent running asks this package for the platform too, and must stay small.
    from bosman_agent.platform.base import Providers


class PlatformUnsupportedError(Exception):
    """There are no providers for this platform."""


def load_providers(restart_command: tuple[str, ...] | None) -> Providers:
    """The providers of the platform that this process runs on. Raises PlatformUnsupportedError."""
    if sys.platform.startswith("linux"):
        from bosman_agent.platform.linux.factory import linux_providers  # noqa: PLC0415 - another platform has no such module

        return linux_providers(restart_command)
    elif sys.platform == "win32":  # noqa: RET505 - the type checker skips a branch of another platform, not what follows
        from bosman_agent.platform.windows.factory import windows_providers  # noqa: PLC0415 - as above

        return windows_providers(restart_command)
    else:
        raise PlatformUnsupportedError(sys.platform)
