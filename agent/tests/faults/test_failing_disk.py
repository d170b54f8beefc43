"""A disk that fails under a running agent: it ends, with a code and words, so that its watchdog starts it anew."""

import asyncio
import sys
from typing import Any
from uuid import uuid4

from bosman_agent.platform.processes.children import Child
from bosman_protocol.uplink import AgentStarted
from testkit.patience import patient

DAMAGED_AND_UNMARKABLE = """
import errno, os, sqlite3, sys
from bosman_agent.journal import statements
from bosman_agent.main import main

real_open, real_account_for = os.open, statements.account_for

def refuse(path, *arguments, **options):
    if str(path).endswith(".suspect"):
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
    return real_open(path, *arguments, **options)

def damaged(session, task_ids):
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    raise error

os.open, statements.account_for = refuse, damaged
sys.exit(main(sys.argv[1:]))
"""


class TestDamagedJournal:
    async def test_agent_ends_with_an_error_and_says_why(self, agent_folder: Any, backend: Any) -> None:
        data, _ = agent_folder()
        errors: list[str] = []
        command = [sys.executable, "-c", DAMAGED_AND_UNMARKABLE, "run", "--data-dir", str(data.root)]
        child = Child(command, env={}, on_line=lambda _line: None, on_error=errors.append)
        try:
            await backend.wait_for(lambda m: isinstance(m, AgentStarted))
            backend.report.append(uuid4())
            await backend.nudge()
            code = await asyncio.to_thread(child.wait, patient())
        finally:
            child.kill()
            child.let_go()

        assert code == 1
        assert any("writer has ended" in line for line in errors)
        assert any("malformed" in line for line in errors)
