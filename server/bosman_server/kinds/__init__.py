"""Kinds of tasks: what the server knows about each, declared once by the slice that owns it."""
