"""Values whose shape no type of Python tells, named once: an `Any` elsewhere says that somebody has not thought."""

from collections.abc import Mapping
from typing import Any, TypeAlias

JsonObject: TypeAlias = dict[str, Any]
"""A decoded JSON object: of a column, a message, a document. Whoever takes something out of it checks what it is."""
JsonView: TypeAlias = Mapping[str, Any]
"""The same, only read."""
Row: TypeAlias = dict[str, Any]
"""A row of a list by the names of its columns, whose types the list's row model tells."""
RowView: TypeAlias = Mapping[str, Any]
"""The same, only read; also a row as the database's driver gives it."""
JsonList: TypeAlias = list[Any]
"""A decoded JSON list, likewise."""
