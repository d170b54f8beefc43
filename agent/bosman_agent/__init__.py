"""The Bosman agent: keeps one device in order, also while its server is away."""

__version__ = "0.1.0"
