"""Maintenance windows: when work of a class may begin on which devices."""
