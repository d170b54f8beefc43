"""The watchdog as a service of the platform."""
