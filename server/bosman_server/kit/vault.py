"""Data keys by owner: unwrapped once per process, kept in the database wrapped by the master key."""

from uuid import UUID

from bosman_server.kit.db.database import Database
from bosman_server.kit.sealing import MasterKey, new_key, seal, unseal

PLATFORM = UUID(int=0)
"""Owner of secrets that belong to no tenant (TOTP seeds of users)."""


class Vault:
    """Seals and opens secrets of a tenant or of the platform."""

    def __init__(self, master: MasterKey, database: Database) -> None:
        self._master = master
        self._database = database
        self._keys: dict[UUID, bytes] = {}

    async def _key(self, owner: UUID) -> bytes:
        if owner not in self._keys:
            # kit_data_key holds only wrapped keys and is read before any tenant scope exists.
            async with self._database.pool.acquire() as connection:
                await connection.execute(
                    "INSERT INTO kit_data_key (owner_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    owner,
                    self._master.wrap(new_key(), owner),
                )
                wrapped = await connection.fetchval("SELECT wrapped FROM kit_data_key WHERE owner_id = $1", owner)
            self._keys[owner] = self._master.unwrap(wrapped, owner)
        return self._keys[owner]

    async def seal(self, owner: UUID, plain: bytes, context: str) -> bytes:
        """Encrypt a secret of `owner` for one place."""
        return seal(await self._key(owner), plain, context)

    async def unseal(self, owner: UUID, sealed: bytes, context: str) -> bytes:
        """Decrypt a secret of `owner`. Raises SealBrokenError."""
        return unseal(await self._key(owner), sealed, context)
