"""The agent's memory: what it was asked to do, what it did, and what the server has not acknowledged yet."""
