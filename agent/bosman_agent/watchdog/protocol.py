"""What the agent and its watchdog say to each other."""

BEAT = "beat"
"""The event loop turns."""
HEALTHY = "healthy"
"""The server has answered."""
EXIT_BUSY = 6
"""The agent's exit code for: another agent uses the folder."""
EXIT_UPDATE = 7
"""The agent's exit code for: the new version's folder is there, start that."""
PREVIOUS_END_VARIABLE = "BOSMAN_AGENT_PREVIOUS_END"
WATCHDOG_VERSION_VARIABLE = "BOSMAN_AGENT_KEEPER_VERSION"
"""Whose files the watchdog itself runs from: they must stay, whatever version the agent is.

The variable is called as earlier versions call it.
"""
