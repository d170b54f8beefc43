"""Believable devices, made up by us and the same for the same seed: hardware, software, pending updates."""

from bench.simulator.catalogue.customers import CUSTOMERS, Customer, Place
from bench.simulator.catalogue.profiles import Profile, make_profile

__all__ = ["CUSTOMERS", "Customer", "Place", "Profile", "make_profile"]
