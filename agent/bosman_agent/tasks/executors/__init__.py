"""What the agent can be asked to do: one file per kind of task."""
