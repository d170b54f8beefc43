"""Devices as a technician sees them: what the slices below know, read together. Owns no table."""
