"""Master keys: from a file, from the environment, from a program; each says which key wrapped what."""

import base64
import os
import stat
import sys
from uuid import uuid4

import pytest

from bosman_server.kit.crypto import key_rotation
from bosman_server.kit.crypto.cipher import DecryptionError, MasterKey, new_key
from bosman_server.kit.crypto.master_key import (
    CommandHolder,
    FileHolder,
    FixedHolder,
    MasterFile,
    MasterKeyError,
    MasterKeys,
    UnknownMasterKeyError,
    key_id,
    open_master_keys,
    split,
)
from bosman_server.settings import Settings

OWNER = uuid4()
KMS = """#!{python}
# A stand-in for a service's command line: reverses the bytes and binds the context.
import base64, os, sys
context = os.environ["BOSMAN_KMS_CONTEXT"].encode()
assert not [name for name in os.environ if name.startswith("BOSMAN_") and name != "BOSMAN_KMS_CONTEXT"]
data = base64.b64decode(sys.stdin.readline())
if sys.argv[1] == "wrap":
    out = context + data[::-1]
else:
    if not data.startswith(context):
        sys.exit(3)
    out = data[len(context):][::-1]
print(base64.b64encode(out).decode())
"""


def program(tmp_path, text):
    path = tmp_path / "kms"
    path.write_text(text.format(python=sys.executable) if "{python}" in text else text)
    path.chmod(0o700)
    return str(path)


class TestWrap:
    async def test_wrapped_key_names_its_wrapper_and_opens_for_its_owner_only(self):
        key, data_key = new_key(), new_key()
        master = MasterKeys((FixedHolder([key]),))
        wrapped = await master.wrap(data_key, OWNER)
        assert split(wrapped)[0] == key_id(key)
        assert await master.unwrap(wrapped, OWNER) == data_key
        with pytest.raises(DecryptionError):
            await master.unwrap(wrapped, uuid4())

    async def test_key_wrapped_before_ids_existed_still_opens_by_any_key_held(self):
        old, new, data_key = new_key(), new_key(), new_key()
        wrapped = MasterKey(old).wrap(data_key, OWNER)
        assert await MasterKeys((FixedHolder([new, old]),)).unwrap(wrapped, OWNER) == data_key

    async def test_missing_master_key_is_named(self):
        key = new_key()
        wrapped = await MasterKeys((FixedHolder([key]),)).wrap(new_key(), OWNER)
        with pytest.raises(UnknownMasterKeyError, match=key_id(key)):
            await MasterKeys((FixedHolder([new_key()]),)).unwrap(wrapped, OWNER)


class TestFile:
    async def test_file_of_32_bytes_is_one_key(self, tmp_path):
        path, key = tmp_path / "master.key", new_key()
        path.write_bytes(key)
        assert await FileHolder(path).current_id() == key_id(key)

    async def test_changed_file_is_noticed_without_a_restart(self, tmp_path):
        path = tmp_path / "master.key"
        path.write_bytes(new_key())
        master, data_key = MasterKeys((FileHolder(path),)), new_key()
        before = await master.wrap(data_key, OWNER)
        key_rotation.prepare(path)
        assert await master.current_id() == split(before)[0], "a prepared key wraps nothing"
        key_rotation._promote(path)
        after = await master.wrap(data_key, OWNER)
        assert split(after)[0] != split(before)[0]
        assert await master.unwrap(before, OWNER) == await master.unwrap(after, OWNER) == data_key

    async def test_rotated_file_keeps_its_mode(self, tmp_path):
        path = tmp_path / "master.key"
        path.write_bytes(new_key())
        key_rotation.prepare(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("content", [b"", b"{}", b"x" * 31, b'{"keys":[]}'])
    async def test_damaged_file_is_said_to_be(self, content, tmp_path):
        path = tmp_path / "master.key"
        path.write_bytes(content)
        with pytest.raises(MasterKeyError, match=r"master\.key"):
            await FileHolder(path).current_id()

    def test_preparing_twice_makes_one_key(self, tmp_path):
        path = tmp_path / "master.key"
        path.write_bytes(new_key())
        assert key_rotation.prepare(path) == key_rotation.prepare(path)
        assert len(MasterFile.parse(path.read_bytes()).keys) == 2


class TestEnvironment:
    async def test_first_key_wraps_the_others_open(self, tmp_path):
        first, second = new_key(), new_key()
        value = ",".join(base64.b64encode(key).decode() for key in (first, second))
        master = open_master_keys(Settings(master_key=value), tmp_path / "none")
        earlier = await MasterKeys((FixedHolder([second]),)).wrap(b"k" * 32, OWNER)
        assert await master.current_id() == key_id(first)
        assert await master.unwrap(earlier, OWNER) == b"k" * 32

    @pytest.mark.parametrize("value", ["", "x", "AAAA", ","])
    def test_what_is_no_key_is_refused_without_being_printed(self, value, tmp_path):
        (tmp_path / "master.key").unlink(missing_ok=True)
        with pytest.raises(MasterKeyError, match="32 bytes") as failure:
            open_master_keys(Settings(master_key=value or " "), tmp_path / "none")
        assert (value not in {"", ","} and value not in str(failure.value).split()) or value in {"", ","}


class TestCommand:
    async def test_program_wraps_and_unwraps(self, tmp_path, monkeypatch):
        monkeypatch.setenv("BOSMAN_DATABASE_URL", "postgresql://secret")
        holder = CommandHolder([program(tmp_path, KMS)])
        master = MasterKeys((holder,))
        wrapped = await master.wrap(b"k" * 32, OWNER)
        assert split(wrapped)[0] == "kms"
        assert await master.unwrap(wrapped, OWNER) == b"k" * 32
        with pytest.raises(MasterKeyError, match="ended with 3"):
            await master.unwrap(wrapped, uuid4())

    @pytest.mark.parametrize(
        ("text", "reason"),
        [("#!/bin/sh\nexit 7\n", "ended with 7"), ("#!/bin/sh\necho '%%'\n", "base64")],
    )
    async def test_failing_program_is_named(self, text, reason, tmp_path):
        with pytest.raises(MasterKeyError, match=reason):
            await CommandHolder([program(tmp_path, text)]).wrap(b"k" * 32, OWNER)

    async def test_hanging_program_is_ended(self, tmp_path, monkeypatch):
        monkeypatch.setattr("bosman_server.kit.crypto.master_key._COMMAND_SECONDS", 0.3)
        pid_file = tmp_path / "pid"
        path = program(tmp_path, f"#!/bin/sh\necho $$ > {pid_file}\nexec sleep 60\n")
        with pytest.raises(MasterKeyError, match="no answer"):
            await CommandHolder([path]).wrap(b"k" * 32, OWNER)
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid_file.read_text()), 0)

    async def test_what_a_file_wrapped_still_opens_after_moving_to_a_program(self, tmp_path):
        path = tmp_path / "master.key"
        path.write_bytes(new_key())
        earlier = await MasterKeys((FileHolder(path),)).wrap(b"k" * 32, OWNER)
        master = open_master_keys(Settings(kms_command=program(tmp_path, KMS)), path)
        assert await master.current_id() == "kms"
        assert await master.unwrap(earlier, OWNER) == b"k" * 32
