"""The audit trail as people read it: list, one entry, export."""
