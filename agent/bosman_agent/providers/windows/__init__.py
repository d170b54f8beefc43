"""Windows: WUA, the registry, winget, job objects."""

from typing import Any


def windows_providers(restart_command: Any) -> Any:
    from bosman_agent.providers.base import Providers
    from bosman_agent.providers.windows.scripts import WindowsScripts

    class F:
        def boot_id(self):
            return None

    return Providers("windows", F(), None, None, None, WindowsScripts(), None, None, None)
