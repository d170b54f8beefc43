"""What `doctor` asks the platform."""

import sys

if sys.platform == "win32":
    from bosman_agent.providers.checkup.windows import (
        folder_finding,
        is_elevated,
        platform_findings,
        service_state,
        system_proxies,
    )
else:
    from bosman_agent.providers.checkup.posix import (
        folder_finding,
        is_elevated,
        platform_findings,
        service_state,
        system_proxies,
    )

__all__ = ["folder_finding", "is_elevated", "platform_findings", "service_state", "system_proxies"]
