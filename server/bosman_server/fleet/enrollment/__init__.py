"""How a device gets its identity and keeps it: tokens, certificates, the bus's door, presence."""
