"""Changing the master key while everybody works."""

import asyncio
import secrets

import httpx
import pyotp
import pytest

from bosman_server.core.identity.models import User
from bosman_server.core.identity.passwords import Hasher
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto import key_rotation
from bosman_server.kit.crypto.encryption import PLATFORM, EnvelopeCipher
from bosman_server.kit.crypto.master_key import FileHolder, MasterFile, MasterKeys, split
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.ids import uuid7
from testkit.patience import patient

_FORGET_STEP = "UPDATE identity_user SET totp_last_step = NULL WHERE id = $1"
_CHANGE = "UPDATE kit_data_key SET wrapped = $2 WHERE owner_id = $1"
PASSWORD = "correct horse battery"


@pytest.fixture
def master_file(stack):
    return stack.state_dir / "keys" / "master.key"


@pytest.fixture
def fresh_cipher(master_file, worker_database):
    """What a process that has just started knows: nothing is unwrapped yet."""
    return lambda: EnvelopeCipher(MasterKeys((FileHolder(master_file),)), worker_database)


async def wrappers(database):
    async with database.unscoped() as connection:
        return {split(row["wrapped"])[0] for row in await connection.fetch("SELECT wrapped FROM kit_data_key")}


@pytest.fixture
async def person(stack, worker_database, fresh_cipher):
    """Somebody with a password and an authenticator app."""
    user_id, secret = uuid7(), pyotp.random_base32()
    sealed = await fresh_cipher().encrypt(PLATFORM, secret.encode(), f"identity_user.totp_sealed:{user_id}")
    email = f"{secrets.token_hex(6)}@example.com"
    encoded = await Hasher(64).hash(PASSWORD)
    async with worker_database.writing(ALL_TENANTS) as tx:
        tx.session.add(
            User(
                id=user_id,
                email=email,
                name="Rotating",
                password_hash=encoded,
                totp_sealed=sealed,
                totp_confirmed_at=utc_now(),
            )
        )
    return user_id, email, secret


class TestRotateMaster:
    async def test_signing_in_and_sealing_go_on_while_it_rotates_twice(
        self, stack, person, bosman, worker_database, fresh_cipher, master_file
    ):
        user_id, email, secret = person
        done, counts, stop = [], {"sign_in": 0, "seal": 0, "new_tenant": 0}, asyncio.Event()

        async def sign_in():
            async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1/", timeout=patient()) as client:
                while not stop.is_set():
                    # A new address each time: one alone may not try that often.
                    number = counts["sign_in"]
                    client.headers["x-forwarded-for"] = f"198.51.{number // 250}.{number % 250}"
                    answer = await client.post("session", json={"email": email, "password": PASSWORD})
                    assert answer.status_code == 200, answer.text
                    # A code works once; the test cannot wait for the next half minute.
                    async with worker_database.writing(ALL_TENANTS) as tx:
                        await tx.connection.execute(_FORGET_STEP, user_id)
                    answer = await client.post("session/totp", json={"code": pyotp.TOTP(secret).now()})
                    assert answer.status_code == 200, answer.text
                    counts["sign_in"] += 1

        async def seal():
            sealed = []
            while not stop.is_set():
                sealed.append(await fresh_cipher().encrypt(PLATFORM, b"secret", "here"))
                assert await fresh_cipher().decrypt(PLATFORM, sealed[counts["seal"] // 2], "here") == b"secret"
                counts["seal"] += 1

        async def new_tenants():
            while not stop.is_set():
                owner = uuid7()
                sealed = await fresh_cipher().encrypt(owner, b"first secret", "here")
                assert await fresh_cipher().decrypt(owner, sealed, "here") == b"first secret"
                counts["new_tenant"] += 1
                await asyncio.sleep(0.01)

        async def rotate():
            for _ in range(2):
                before = dict(counts)
                ran = await bosman("keys", "rotate-master")
                assert ran.code == 0, ran.err
                done.append(ran.out)
                assert all(counts[name] > before[name] for name in counts), "the load must go on meanwhile"
            stop.set()

        async with asyncio.TaskGroup() as group:
            for work in (sign_in, seal, new_tenants, rotate):
                group.create_task(work())
        file = MasterFile.parse(master_file.read_bytes())
        assert len(done) == 2 and len(file.of("retired")) >= 2 and not file.of("old")
        assert await wrappers(worker_database) == {file.current.id}

    async def test_retired_keys_are_forgotten_on_demand_and_nothing_is_lost(
        self, bosman, master_file, worker_database, fresh_cipher
    ):
        sealed = await fresh_cipher().encrypt(PLATFORM, b"secret", "here")
        assert (await bosman("keys", "rotate-master")).code == 0
        ran = await bosman("keys", "rotate-master", "--forget-retired")
        assert ran.code == 0, ran.err
        assert len(MasterFile.parse(master_file.read_bytes()).keys) == 1
        assert await fresh_cipher().decrypt(PLATFORM, sealed, "here") == b"secret"

    async def test_prepared_key_becomes_current_at_the_next_rotation(self, bosman, master_file):
        prepared = (await bosman("keys", "rotate-master", "--prepare")).out.split("\n")[0].split(": ")[1]
        assert MasterFile.parse(master_file.read_bytes()).current.id != prepared
        assert (await bosman("keys", "rotate-master")).code == 0
        assert MasterFile.parse(master_file.read_bytes()).current.id == prepared

    async def test_interrupted_rotation_is_finished_by_the_next_one(
        self, bosman, master_file, worker_database, fresh_cipher
    ):
        await fresh_cipher().encrypt(PLATFORM, b"x", "here")
        key_rotation._promote(master_file)  # and then the machine went dark
        current = MasterFile.parse(master_file.read_bytes()).current.id
        ran = await bosman("keys", "rotate-master")
        assert ran.code == 0 and current in ran.out
        assert await wrappers(worker_database) == {current}

    async def test_two_at_once_are_refused(self, worker_database, fresh_cipher, master_file):
        master = MasterKeys((FileHolder(master_file),))
        async with key_rotation._turn(worker_database):
            with pytest.raises(key_rotation.RotationBusyError):
                await key_rotation.rewrap(worker_database, master)

    async def test_row_changed_meanwhile_is_not_overwritten(self, worker_database, fresh_cipher, master_file):
        """A rotation that read an old row loses against whoever changed it."""
        owner, master = uuid7(), MasterKeys((FileHolder(master_file),))
        await fresh_cipher().encrypt(owner, b"x", "here")
        key_rotation._promote(master_file)
        theirs = b"changed by somebody else"

        class Slow(MasterKeys):
            async def wrap(self, data_key, row_owner):
                fresh = await master.wrap(data_key, row_owner)
                if row_owner == owner:
                    async with worker_database.unscoped() as connection:
                        await connection.execute(
                            "UPDATE kit_data_key SET wrapped = $2 WHERE owner_id = $1", owner, theirs
                        )
                return fresh

        await key_rotation._pass(worker_database, Slow(master.holders), await master.current_id())
        async with worker_database.unscoped() as connection:
            assert await connection.fetchval("SELECT wrapped FROM kit_data_key WHERE owner_id = $1", owner) == theirs
            await connection.execute("DELETE FROM kit_data_key WHERE owner_id = $1", owner)
        key_rotation._retire(master_file)

    async def test_without_an_installation_it_says_what_to_do(self, bosman, tmp_path, master_file):
        folder = tmp_path / "keys"
        folder.mkdir()
        (folder / "master.key").write_bytes(b"k" * 32)
        ran = await bosman("keys", "rotate-master", state_dir=False, BOSMAN_STATE_DIR=str(tmp_path))
        assert ran.code == 1 and "--state-dir" in ran.err and "Traceback" not in ran.err
        assert (folder / "master.key").read_bytes() == b"k" * 32
