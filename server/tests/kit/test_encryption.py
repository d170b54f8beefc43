"""Secrets at rest open only with their key and only where they belong."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bosman_server.kit.crypto.cipher import DecryptionError, MasterKey, decrypt, encrypt, new_key
from bosman_server.kit.crypto.encryption import PLATFORM, EnvelopeCipher
from bosman_server.kit.crypto.master_key import FileHolder, MasterKeys


class TestEncrypt:
    @given(plain=st.binary(max_size=200), context=st.text(max_size=40))
    def test_what_was_sealed_opens_in_its_place(self, plain, context):
        key = new_key()
        assert decrypt(key, encrypt(key, plain, context), context) == plain

    @given(flip=st.integers(0, 200))
    def test_a_changed_bit_is_noticed(self, flip):
        key = new_key()
        sealed = bytearray(encrypt(key, b"secret of a certain length", "here"))
        sealed[flip % len(sealed)] ^= 1
        with pytest.raises(DecryptionError):
            decrypt(key, bytes(sealed), "here")

    def test_it_opens_in_no_other_place_and_with_no_other_key(self):
        key = new_key()
        sealed = encrypt(key, b"secret", "row 1")
        for other_key, place in ((key, "row 2"), (new_key(), "row 1")):
            with pytest.raises(DecryptionError):
                decrypt(other_key, sealed, place)

    def test_a_data_key_unwraps_for_its_owner_only(self):
        master, owner, data_key = MasterKey(new_key()), uuid4(), new_key()
        wrapped = master.wrap(data_key, owner)
        assert master.unwrap(wrapped, owner) == data_key
        with pytest.raises(DecryptionError):
            master.unwrap(wrapped, uuid4())


class TestEnvelopeCipher:
    async def test_no_plain_secret_lies_in_the_database(self, stack, worker_database):
        master = MasterKeys((FileHolder(stack.state_dir / "keys" / "master.key"),))
        await EnvelopeCipher(master, worker_database).encrypt(PLATFORM, b"secret", "here")
        async with worker_database.unscoped() as connection:
            rows = await connection.fetch("SELECT wrapped FROM kit_data_key")
        # Head, length and text of the master key's id; then nonce, key and tag.
        assert rows and all(len(row["wrapped"]) == 4 + 1 + 16 + 12 + 32 + 16 for row in rows)
