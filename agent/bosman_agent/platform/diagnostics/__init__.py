"""What `doctor` asks the platform."""

import sys

if sys.platform == "win32":
    from bosman_agent.platform.diagnostics.applications import update_findings
    from bosman_agent.platform.diagnostics.windows import (
        folder_finding,
        is_elevated,
        platform_findings,
        service_state,
        system_proxies,
    )
else:
    from bosman_agent.platform.diagnostics.packages import update_findings
    from bosman_agent.platform.diagnostics.posix import (
        folder_finding,
        is_elevated,
        platform_findings,
        service_state,
        system_proxies,
    )

__all__ = ["folder_finding", "is_elevated", "platform_findings", "service_state", "system_proxies", "update_findings"]
