"""The agent's own versions: where they lie, which one runs, how another takes its place."""
