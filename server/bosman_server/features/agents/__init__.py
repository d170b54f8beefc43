"""Releases of the agent: stored once for all tenants, served to agents and to people."""
