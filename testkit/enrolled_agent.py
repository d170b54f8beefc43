"""The agent itself, enrolled at a running stack as every device is."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bosman_agent.identity.data_dir import DataDir
from testkit.agent_harness import AgentProcess
from testkit.patience import patient
from testkit.stack import Stack


def agent_command(data: DataDir, command: str, *arguments: str) -> list[str]:
    """The agent's command line."""
    return [sys.executable, "-m", "bosman_agent.main", command, *arguments, "--data-dir", str(data.root)]


@asynccontextmanager
async def enrolled_agent(stack: Stack, token: str, folder: Path) -> AsyncIterator[AgentProcess]:
    """An enrolled agent, not yet started; it is ended in the end."""
    data, about = DataDir(folder), stack.about()
    command = agent_command(
        data, "enroll", "--server", about["gateway_url"], "--token", token,
        "--ca-sha256", about["authority_fingerprint"],
    )  # fmt: skip
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True, timeout=patient())
    agent = AgentProcess(data, BOSMAN_AGENT_RECONNECT_MAX_SECONDS="0.3", BOSMAN_FORBID_RESTART="1")
    try:
        yield agent
    finally:
        await asyncio.to_thread(agent.end)
