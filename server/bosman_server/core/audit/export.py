"""The trail as a file: streamed in batches, so that its size costs no memory."""

from collections.abc import AsyncIterator, Mapping
from typing import Literal
from uuid import UUID

import msgspec

from bosman_server.core.audit.queries import FULL_ENTRIES
from bosman_server.core.audit.service import Actor, record
from bosman_server.kit.csv_export import BOM, encode_rows
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.plain import escaped_json, visible

Format = Literal["csv", "jsonl"]
MEDIA_TYPES: Mapping[Format, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_BATCH = 500
_COLUMNS = (
    "at", "tenant_name", "tenant_id", "actor_kind", "actor_name", "actor_id", "source_ip", "action", "result", "code",
    "target_kind", "target_name", "target_id", "device_hostname", "device_id", "before", "after", "seq", "hash",
    "sealed_at", "id",
)  # fmt: skip


async def record_export(database: Database, scope: TenantScope, actor: Actor, what: Mapping[str, object]) -> None:
    """Every tenant whose entries leave learns of it; `what` are format and filters."""
    async with database.writing(scope) as tx:
        for tenant_id in scope:
            record(tx, tenant_id, actor, "audit.export", after=what)


async def export(
    database: Database, scope: TenantScope, filters: Mapping[str, object], format_: Format, separator: str
) -> AsyncIterator[bytes]:
    """The file in pieces, newest entries first; each batch is a short transaction of its own."""
    head = BOM + encode_rows([_COLUMNS], separator) if format_ == "csv" else b""
    after: tuple[object, UUID] | None = None
    while True:
        async with database.reading(scope) as connection:
            rows, after = await FULL_ENTRIES.batch(connection, scope, filters, after, _BATCH)
        yield head + _encode(rows, format_, separator)
        head = b""
        if after is None:
            return


def _encode(rows: list[dict[str, object]], format_: Format, separator: str) -> bytes:
    if format_ == "csv":
        return encode_rows(([_cell(row[name]) for name in _COLUMNS] for row in rows), separator)
    return b"".join(escaped_json(_line(row)) + b"\n" for row in rows)


async def begun(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same, with its first piece made before anything is answered: what fails at once is an error, no half file."""
    first = await anext(pieces)

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return whole()


def _line(row: Mapping[str, object]) -> dict[str, object]:
    return {name: row[name] for name in _COLUMNS}


def _cell(value: object) -> str | int | None:
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, msgspec.Raw):
        return visible(bytes(value).decode())
    return visible(str(msgspec.to_builtins(value)))
