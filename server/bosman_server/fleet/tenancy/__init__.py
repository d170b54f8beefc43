"""Tenants, their sites and devices."""
