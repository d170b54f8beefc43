"""Every table, for Alembic and for the security tests: importing this fills the metadata."""

from importlib import import_module
from pkgutil import walk_packages

import bosman_server
from bosman_server.kit.db import keys
from bosman_server.kit.db.base import Base
from bosman_server.kit.db.retention import Retention

__all__ = ["GLOBAL_TABLES", "PERSONAL_TABLES", "RETENTIONS", "keys", "metadata"]

for _module in walk_packages(bosman_server.__path__, "bosman_server."):
    if _module.name.endswith(".models") and _module.name != __name__:
        import_module(_module.name)

metadata = Base.metadata

_tables = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}

GLOBAL_TABLES: dict[str, str] = {
    name: model.global_because for name, model in _tables.items() if model.global_because
} | {"alembic_version": "the schema's own version"}
"""Tables without row-level security, each with its reason."""

PERSONAL_TABLES: dict[str, str] = {
    name: model.personal_because for name, model in _tables.items() if model.personal_because
}
"""Tables of no tenant, guarded all the same, each with its reason."""

RETENTIONS: dict[str, Retention] = {name: model.grows for name, model in _tables.items() if model.grows}
"""Tables that grow with time, and how long each keeps its rows."""
