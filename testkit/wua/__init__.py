"""A stand-in for Windows Update at the level of COM: what the agent talks to where there is no Windows Update."""
