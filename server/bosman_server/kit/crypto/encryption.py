"""Data keys by owner: unwrapped once per process, kept in the database wrapped by the master key."""

from uuid import UUID

from bosman_server.kit.crypto.cipher import decrypt, encrypt, new_key
from bosman_server.kit.crypto.master_key import MasterKeys
from bosman_server.kit.db.database import Database

PLATFORM = UUID(int=0)
"""Owner of secrets that belong to no tenant (TOTP seeds of users)."""

STAMPS = UUID(int=1)
"""Owner of the key that stamps API keys: it encrypts nothing."""

KEYS_LOCK = 0x626F736D_0012
"""Held (shared, by kit_hold_keys()) between wrapping a new data key and storing it.

A rotation waits for whoever is in between."""


class EnvelopeCipher:
    """Encrypts and decrypts secrets of a tenant or of the platform."""

    def __init__(self, master: MasterKeys, database: Database) -> None:
        self._master = master
        self._database = database
        self._keys: dict[UUID, bytes] = {}

    async def _key(self, owner: UUID) -> bytes:
        if owner not in self._keys:
            self._keys[owner] = await self._master.unwrap(await self._wrapped(owner), owner)
        return self._keys[owner]

    async def _wrapped(self, owner: UUID) -> bytes:
        # kit_data_key holds only wrapped keys and is read before any tenant scope exists.
        query = "SELECT wrapped FROM kit_data_key WHERE owner_id = $1"
        async with self._database.unscoped() as connection:
            found: bytes | None = await connection.fetchval(query, owner)
            if found is None:
                async with connection.transaction():
                    await connection.execute("SELECT kit_hold_keys()")
                    await connection.execute(
                        "INSERT INTO kit_data_key (owner_id, wrapped) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                        owner,
                        await self._master.wrap(new_key(), owner),
                    )
                found = await connection.fetchval(query, owner)
        assert found is not None
        return found

    async def stamp_key(self) -> bytes:
        """The secret behind the checksums of API keys, the same in every process."""
        return await self._key(STAMPS)

    async def encrypt(self, owner: UUID, plain: bytes, context: str) -> bytes:
        """Encrypt a secret of `owner` for one place."""
        return encrypt(await self._key(owner), plain, context)

    async def decrypt(self, owner: UUID, sealed: bytes, context: str) -> bytes:
        """Decrypt a secret of `owner`. Raises DecryptionError."""
        return decrypt(await self._key(owner), sealed, context)
