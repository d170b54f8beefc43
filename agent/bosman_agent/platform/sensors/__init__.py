"""Temperatures, fans, voltages, from whatever this machine has that can tell them."""
