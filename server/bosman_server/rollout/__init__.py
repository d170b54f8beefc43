"""Bringing agents to a newer version: by hand, and by itself."""
