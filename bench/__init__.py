"""Benches: a simulated fleet, and scripts that print figures beside their bars."""
