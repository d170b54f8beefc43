"""Customers, their sites and devices, and what devices say of themselves."""
