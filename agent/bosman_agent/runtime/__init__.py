"""The living agent: its connection, its work and what it sends up."""
