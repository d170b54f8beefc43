"""Simulated devices that speak the real protocol with their own certificates."""
