"""Disks by SMART: what smartctl prints, and what we make of it. The same on every platform."""
