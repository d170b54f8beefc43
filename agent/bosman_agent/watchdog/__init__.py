"""What keeps the agent running and replaces its version, with the agent's side of it."""
