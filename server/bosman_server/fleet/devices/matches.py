"""Why a search found a device: which of its fields holds the text."""

import unicodedata
from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from bosman_server.fleet.devices.queries import SEARCHED_OF
from bosman_server.fleet.devices.schemas import MatchedField
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection, Record
from bosman_server.kit.values import Row

_PLAIN = str.maketrans("ŁłĐđØøı", "LlDdOoi")
_NO_SEPARATORS = str.maketrans("", "", ":-.")


def fold(text: str) -> str:
    """A text as searches compare it: the twin of `bosman_fold` in the database."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(one for one in decomposed if not "\u0300" <= one <= "\u036f")
    return bare.translate(_PLAIN).lower()


async def add_matches(connection: Connection, scope: TenantScope, rows: Sequence[Row], wanted: str | None) -> None:
    """Give each row its `match`: None where nothing was searched for."""
    found: dict[UUID, Row] = {}
    if wanted:
        needle = fold(wanted)
        records = await connection.fetch(SEARCHED_OF, list(scope), [row["id"] for row in rows])
        for record in records:
            match = next((one for one in _fields(record) if needle in one[2]), None)
            if match is not None:
                found[record["id"]] = {"field": match[0], "text": match[1]}
    for row in rows:
        row["match"] = found.get(row["id"])


def _fields(record: Record) -> Iterator[tuple[MatchedField, str, str]]:
    """Field, text, and the text as it is compared; what tells most about a device comes first."""
    yield from _one("hostname", record["hostname"])
    for address in _list(record["addresses"]):
        yield from _one("address", address)
    for mac in _list(record["macs"]):
        yield from _one("mac", mac)
        yield "mac", mac, fold(mac.translate(_NO_SEPARATORS))
    yield from _one("serial_number", record["serial_number"])
    for user in _list(record["users"]):
        yield from _one("user", user)
    yield from _one("model", record["model"])
    yield from _one("vendor", record["vendor"])
    yield from _one("domain", record["domain"])
    yield from _one("os", f"{record['os_name'] or ''} {record['os_version'] or ''}".strip())
    yield from _one("site", record["site_name"])
    yield from _one("tenant", record["tenant_name"])
    yield from _one("source", record["ip_address"])


def _one(field: MatchedField, text: str | None) -> Iterator[tuple[MatchedField, str, str]]:
    if text:
        yield field, text, fold(text)


def _list(raw: bytes | None) -> list[str]:
    """A list as it lies in the database: connections of lists hand JSON over undecoded."""
    return [] if raw is None else [one for one in msgspec.json.decode(raw) or [] if isinstance(one, str)]
