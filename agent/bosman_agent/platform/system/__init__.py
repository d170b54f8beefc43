"""What the agent itself needs from the platform before anything else: its folder, its key, its language.

Chosen once, at import; everything else asks this module.
"""

import sys

if sys.platform == "win32":
    from bosman_agent.platform.system.windows import (
        DEFAULT_DATA_DIR,
        SEALS_KEYS,
        UPDATE_PLATFORM,
        agent_command,
        create_private_folder,
        replace_file,
        seal,
        unseal,
        user_language,
    )
else:
    from bosman_agent.platform.system.posix import (
        DEFAULT_DATA_DIR,
        SEALS_KEYS,
        UPDATE_PLATFORM,
        agent_command,
        create_private_folder,
        replace_file,
        seal,
        unseal,
        user_language,
    )

__all__ = [
    "DEFAULT_DATA_DIR",
    "SEALS_KEYS",
    "UPDATE_PLATFORM",
    "agent_command",
    "create_private_folder",
    "replace_file",
    "seal",
    "unseal",
    "user_language",
]
