"""Removes the agent's service and everything it kept."""

import shutil

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.journal.database import is_in_use, remove_journal
from bosman_agent.watchdog.services import systemd


class AgentRunningError(Exception):
    """An agent still uses the folder."""


def remove_agent(data: DataDir) -> None:
    """Stop and remove the unit, then delete the agent's own files.

    Raises AgentRunningError, systemd.ServiceError, OSError.
    """
    systemd.remove(data.root)
    if is_in_use(data.journal):
        raise AgentRunningError
    remove_journal(data.journal)
    own = (
        data.config,
        data.identity,
        data.next_identity,
        data.authority,
        data.status,
        data.pending_update,
        data.release,
    )
    for path in own:
        path.unlink(missing_ok=True)
    for folder in (data.incoming, data.logs):
        shutil.rmtree(folder, ignore_errors=True)
    # Only the agent's own files go: --data-dir may have named a folder with other things in it.
    if data.root.is_dir() and not any(data.root.iterdir()):
        shutil.rmtree(data.root)
