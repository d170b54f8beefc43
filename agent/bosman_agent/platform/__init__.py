"""The platform's side of the agent; only in here is asked which platform this is."""
