"""Signed freeze orders. Only the worker has the key."""

from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.freeze import FreezeOrder, sign_order
from bosman_protocol.signing import SignedEnvelope
from bosman_server.kit.db.transaction import Connection, Record
from bosman_server.work.safety.rules import FLEET

# Clamped: an order that cannot be read or sent would be no order, for nobody.
IN_FORCE = """
SELECT tenant_id, frozen, version, left(reason, 300) AS reason,
       greatest(least(changed_at, '2200-01-01'), '2000-01-01') AS changed_at
FROM safety_freeze WHERE tenant_id = ANY ($1::uuid[])
"""


class FreezeOrderSigner:
    """Signs each version of an order once; every answer to a device carries the ones that concern it."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._signed: dict[UUID, tuple[int, SignedEnvelope]] = {}

    def sign(self, row: Record) -> SignedEnvelope:
        """The order that a row of `IN_FORCE` stands for."""
        scope_id: UUID = row["tenant_id"]
        kept = self._signed.get(scope_id)
        if kept is not None and kept[0] == row["version"]:
            return kept[1]
        order = FreezeOrder(
            scope=None if scope_id == FLEET else scope_id,
            frozen=row["frozen"],
            version=row["version"],
            issued_at=row["changed_at"],
            reason=row["reason"],
        )
        signed = sign_order(order, self._key)
        self._signed[scope_id] = (row["version"], signed)
        return signed

    async def in_force(self, connection: Connection, tenant_id: UUID) -> tuple[tuple[SignedEnvelope, ...], bool]:
        """The orders for a device of a tenant, and whether one of them freezes it."""
        rows = await connection.fetch(IN_FORCE, [tenant_id, FLEET])
        return tuple(self.sign(row) for row in rows), any(row["frozen"] for row in rows)
