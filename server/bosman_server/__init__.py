"""The Bosman server: api and worker processes, one slice per capability."""

__version__ = "0.1.0"
