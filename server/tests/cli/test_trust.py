"""`bosman keys trust`: a root key that is kept elsewhere, keys and roots that are changed, and what is refused."""

import pytest

from bosman_protocol.signing import public_part
from bosman_server.kit.crypto.keyring import Keyring, new_signing_key, read_signing_key
from bosman_server.kit.crypto.trust import TrustBook, TrustChain
from testkit.command_line import run_bosman

URL = "tls://bus.example:4222"


@pytest.fixture
def keyring(tmp_path):
    return Keyring(tmp_path / "state" / "keys")


@pytest.fixture
def run(tmp_path):
    async def call(*arguments, ok=True, **environment):
        ran = await run_bosman(*arguments, environment={"BOSMAN_STATE_DIR": str(tmp_path / "state"), **environment})
        assert (ran.code == 0) is ok, ran.err
        assert "Traceback" not in ran.err
        return ran

    return call


@pytest.fixture
async def made(run, keyring):
    """An installation with its keys."""
    await run("keys", "init", "--name", "localhost", "--bus-url", URL)
    return keyring


def statement(keyring):
    return TrustChain.load(keyring.trust_file).statement


def issued(keyring):
    """How many statements there have been."""
    return len(TrustChain.load(keyring.trust_file).statements)


class TestInit:
    async def test_root_and_statement_are_made_once(self, run, made):
        before = made.trust_file.read_bytes()
        assert statement(made).bus_urls == (URL,) and made.root_file.exists()
        ran = await run("keys", "init", "--name", "localhost", "--bus-url", "tls://other.example:4222")
        assert made.trust_file.read_bytes() == before and "offline" not in ran.out

    async def test_address_may_come_from_the_environment(self, run, keyring):
        await run("keys", "init", "--name", "localhost", BOSMAN_AGENT_BUS_URLS=f'["{URL}"]')
        assert statement(keyring).bus_urls == (URL,)

    async def test_without_an_address_it_says_what_is_missing(self, run, keyring):
        ran = await run("keys", "init", "--name", "localhost")
        assert "keys trust issue" in ran.out and not keyring.trust_file.exists()
        await run("keys", "trust", "issue", "--bus-url", URL)
        assert issued(keyring) == 1


class TestShow:
    async def test_keys_addresses_and_version_are_shown(self, run, made):
        said = (await run("keys", "trust", "show")).out
        assert URL in said and public_part(made.dispatcher()).key_id in said and "keep it offline" in said


class TestIssue:
    async def test_other_addresses_have_a_higher_version(self, run, made):
        await run("keys", "trust", "issue", "--bus-url", URL, "--bus-url", "wss://bus.example/")
        assert (issued(made), statement(made).bus_urls) == (2, (URL, "wss://bus.example/"))

    @pytest.mark.parametrize("url", ["nats://bus.example:4222", "bus.example:4222", "tls://a b"])
    async def test_address_that_agents_would_refuse_is_refused(self, run, made, url):
        before = made.trust_file.read_bytes()
        assert "tls://" in (await run("keys", "trust", "issue", "--bus-url", url, ok=False)).err
        assert made.trust_file.read_bytes() == before

    async def test_another_key_than_the_root_is_refused(self, run, made, tmp_path):
        (tmp_path / "mine.key").write_bytes(new_signing_key())
        ran = await run("keys", "trust", "issue", "--root-key", str(tmp_path / "mine.key"), ok=False)
        assert "unknown_key" in ran.err and issued(made) == 1


class TestOffline:
    async def test_statement_is_signed_where_the_root_key_is(self, run, made, tmp_path):
        root = made.root_file.rename(tmp_path / "root.key")
        unsigned, signed = str(tmp_path / "unsigned.json"), str(tmp_path / "signed.json")
        assert "--root-key" in (await run("keys", "trust", "issue", ok=False)).err
        await run("keys", "trust", "issue", "--bus-url", "tls://new.example:4222", "--export", unsigned)
        # Elsewhere, with nothing of the installation at hand.
        said = await run(
            "keys", "trust", "sign", unsigned, signed, "--root-key", str(root), BOSMAN_STATE_DIR=str(tmp_path / "none")
        )
        assert "tls://new.example:4222" in said.out and issued(made) == 1
        await run("keys", "trust", "import", signed)
        assert statement(made).bus_urls == ("tls://new.example:4222",)
        await run("keys", "trust", "import", signed, ok=False)

    async def test_root_is_changed_where_both_keys_are(self, run, made, tmp_path):
        root, new = made.root_file.rename(tmp_path / "root.key"), str(tmp_path / "new.key")
        unsigned, signed = str(tmp_path / "unsigned.json"), str(tmp_path / "signed.json")
        await run("keys", "trust", "make-root", new)
        await run("keys", "trust", "issue", "--export", unsigned)
        await run("keys", "trust", "sign", unsigned, signed, "--root-key", str(root), "--new-root-key", new)
        await run("keys", "trust", "import", signed)
        assert statement(made).root_keys == (public_part(read_signing_key(tmp_path / "new.key")),)
        await run("keys", "trust", "issue", "--root-key", str(root), ok=False)
        await run("keys", "trust", "issue", "--root-key", new)
        assert issued(made) == 4

    @pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'[{"payload":"","key_id":"x","signature":""}]'])
    async def test_nonsense_is_not_imported(self, run, made, tmp_path, content):
        (tmp_path / "signed.json").write_bytes(content)
        before = made.trust_file.read_bytes()
        await run("keys", "trust", "import", str(tmp_path / "signed.json"), ok=False)
        assert made.trust_file.read_bytes() == before


class TestRotateRoot:
    async def test_old_root_names_the_new_one_and_is_of_no_use_then(self, run, made, tmp_path):
        new = tmp_path / "new.key"
        await run("keys", "trust", "make-root", str(new))
        await run("keys", "trust", "rotate-root", "--new-root-key", str(new))
        assert statement(made).root_keys == (public_part(read_signing_key(new)),)
        await run("keys", "trust", "issue", ok=False)

    async def test_key_that_is_there_is_not_written_over(self, run, made):
        before = made.root_file.read_bytes()
        await run("keys", "trust", "make-root", str(made.root_file), ok=False)
        assert made.root_file.read_bytes() == before

    async def test_signing_key_cannot_become_the_root(self, run, made):
        await run("keys", "trust", "rotate-root", "--new-root-key", str(made.signing_file), ok=False)
        assert issued(made) == 1


class TestRotateSigningKey:
    async def test_both_are_trusted_while_it_changes_and_one_afterwards(self, run, made):
        old = public_part(made.dispatcher())
        await run("keys", "trust", "rotate-signing-key", "prepare")
        new = public_part(read_signing_key(made.next_signing_file))
        assert set(statement(made).signing_keys) == {old, new}
        TrustBook(made.trust_file, made.dispatcher())
        await run("keys", "trust", "rotate-signing-key", "switch")
        assert public_part(made.dispatcher()) == new
        TrustBook(made.trust_file, made.dispatcher())
        await run("keys", "trust", "issue")
        assert set(statement(made).signing_keys) == {old, new}
        await run("keys", "trust", "rotate-signing-key", "retire")
        assert statement(made).signing_keys == (new,)
        TrustBook(made.trust_file, made.dispatcher())

    async def test_steps_out_of_order_are_refused(self, run, made, tmp_path):
        assert "prepare" in (await run("keys", "trust", "rotate-signing-key", "now", ok=False)).err
        await run("keys", "trust", "rotate-signing-key", "switch", ok=False)
        # Made, but not yet in force: agents would refuse it.
        await run("keys", "trust", "rotate-signing-key", "prepare", "--export", str(tmp_path / "unsigned.json"))
        before = made.signing_file.read_bytes()
        await run("keys", "trust", "rotate-signing-key", "switch", ok=False)
        await run("keys", "trust", "rotate-signing-key", "retire", ok=False)
        assert made.signing_file.read_bytes() == before


class TestWorker:
    async def test_worker_whose_key_agents_would_refuse_says_so_and_does_not_start(self, run, made):
        made.signing_file.write_bytes(new_signing_key())
        key_id = public_part(made.dispatcher()).key_id
        ran = await run("worker", ok=False)
        assert ran.code == 1 and key_id in ran.err and "keys trust issue" in ran.err

    async def test_worker_without_a_statement_says_so_and_does_not_start(self, run, made):
        made.trust_file.unlink()
        ran = await run("worker", ok=False)
        assert ran.code == 1 and "trust.json" in ran.err
