"""Pending operating-system updates of devices."""
