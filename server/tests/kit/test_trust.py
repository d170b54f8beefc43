"""The file of trust statements: what follows what, and what a device that was away is told."""

import json
import time
from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.signing import EnvelopeRefusedError, public_part
from bosman_protocol.trust import introduced_statement, next_statement, raw_keys, sign_statement
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto import trust
from bosman_server.kit.crypto.keyring import KeyMissingError, Keyring, new_signing_key, read_signing_key
from bosman_server.kit.crypto.trust import TrustBook, TrustBrokenError, TrustChain, ensure_statement

URLS = ["tls://bus.example:4222"]


@pytest.fixture
def keyring(tmp_path):
    made = Keyring(tmp_path / "keys")
    made.initialise(["localhost"])
    ensure_statement(made, URLS)
    return made


def issue(keyring, **changes):
    root = read_signing_key(keyring.root_file)
    return trust.publish(keyring, [trust.sign_draft(trust.draft(keyring, **changes), root)])


def rotate_root(keyring):
    """As `bosman keys trust rotate-root` does."""
    old, new = read_signing_key(keyring.root_file), Ed25519PrivateKey.generate()
    link = msgspec.structs.replace(trust.draft(keyring), root_keys=(public_part(new),))
    last = msgspec.structs.replace(link, version=link.version + 1)
    chain = trust.publish(keyring, [sign_statement(link, old), sign_statement(last, new)])
    pem = new_signing_key()
    keyring.root_file.write_bytes(pem)
    return chain, new


def follow(chain, version):
    """The version that a device which had `version` ends at, verifying as an agent does."""
    known = next(item for item in chain.statements if item.version == version)
    for signed in chain.after(version):
        following = next_statement(
            signed, roots=raw_keys(known.root_keys), installation_id=known.installation_id, version=known.version
        )
        assert following is not None
        known = following
    return known.version


class TestEnsure:
    def test_first_start_makes_a_statement_and_the_next_leaves_it_alone(self, keyring):
        before = keyring.trust_file.read_bytes()
        chain = ensure_statement(keyring, URLS)
        assert chain is not None
        assert len(chain.statements) == 1
        assert keyring.trust_file.read_bytes() == before

    def test_other_addresses_are_issued_with_a_higher_version(self, keyring):
        chain = ensure_statement(keyring, ["tls://bus.example:5222"])
        assert chain is not None
        assert chain.statement.bus_urls == ("tls://bus.example:5222",)
        assert chain.statements[0].version < chain.statement.version

    def test_without_the_root_key_nothing_changes(self, keyring):
        keyring.root_file.unlink()
        before = keyring.trust_file.read_bytes()
        assert ensure_statement(keyring, ["tls://bus.example:5222"]) is None
        assert keyring.trust_file.read_bytes() == before

    def test_root_that_was_taken_offline_is_not_made_anew(self, keyring):
        keyring.root_file.unlink()
        keyring.initialise(["localhost"])
        assert not keyring.root_file.exists()

    def test_address_without_tls_is_refused(self, keyring):
        with pytest.raises(TrustBrokenError):
            ensure_statement(keyring, ["nats://bus.example:4222"])


class TestChain:
    def test_device_that_was_away_over_changes_of_the_root_still_finds_its_way(self, keyring):
        issue(keyring)
        chain, root = rotate_root(keyring)
        assert len(chain.statements) == 4
        for known in chain.statements[:-1]:
            assert follow(chain, known.version) == chain.statement.version
        third = Ed25519PrivateKey.generate()
        link = msgspec.structs.replace(trust.draft(keyring), root_keys=(public_part(third),))
        last = msgspec.structs.replace(link, version=link.version + 1)
        chain = trust.publish(keyring, [sign_statement(link, root), sign_statement(last, third)])
        assert len(chain.statements) == 6
        for known in chain.statements[:-1]:
            assert follow(chain, known.version) == chain.statement.version
        assert chain.after(chain.statement.version) == ()

    def test_earlier_root_signs_nothing_any_more(self, keyring):
        old = read_signing_key(keyring.root_file)
        rotate_root(keyring)
        with pytest.raises(TrustBrokenError, match=r"unknown_key"):
            trust.publish(keyring, [sign_statement(trust.draft(keyring), old)])

    @pytest.mark.parametrize("back", [0, 1])
    def test_version_that_does_not_grow_is_refused(self, keyring, back):
        version = issue(keyring).statement.version - back
        root = read_signing_key(keyring.root_file)
        same = msgspec.structs.replace(trust.draft(keyring), version=version)
        with pytest.raises(TrustBrokenError):
            trust.publish(keyring, [sign_statement(same, root)])

    def test_what_is_issued_after_a_restore_is_newer_than_what_agents_have(self, keyring):
        backup = keyring.trust_file.read_bytes()
        lost = [issue(keyring).statement for _ in range(3)][-1]
        keyring.trust_file.write_bytes(backup)
        time.sleep(0.01)
        chain = issue(keyring)
        assert next_statement(
            chain.signed, roots=raw_keys(lost.root_keys), installation_id=lost.installation_id, version=lost.version
        )

    def test_clock_that_is_behind_does_not_hinder_the_next_one(self, keyring, monkeypatch):
        before = issue(keyring).statement.version
        monkeypatch.setattr(trust, "utc_now", lambda: utc_now() - timedelta(days=400))
        assert issue(keyring).statement.version == before + 1

    def test_statement_that_ends_with_a_root_which_has_not_signed_is_refused(self, keyring):
        """New agents could not verify it."""
        root = read_signing_key(keyring.root_file)
        link = msgspec.structs.replace(trust.draft(keyring), root_keys=(public_part(Ed25519PrivateKey.generate()),))
        with pytest.raises(TrustBrokenError, match="new agent"):
            trust.publish(keyring, [sign_statement(link, root)])

    def test_file_that_was_changed_by_hand_is_not_read(self, keyring):
        envelopes = json.loads(keyring.trust_file.read_text())
        envelopes[0]["signature"] = envelopes[0]["signature"][::-1]
        keyring.trust_file.write_text(json.dumps(envelopes))
        with pytest.raises(TrustBrokenError):
            TrustChain.load(keyring.trust_file)


class TestBook:
    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch):
        monkeypatch.setattr(trust, "_LOOK_SECONDS", 0)

    def test_worker_whose_key_is_not_in_the_statement_does_not_start(self, keyring):
        with pytest.raises(TrustBrokenError, match="signing key"):
            TrustBook(keyring.trust_file, Ed25519PrivateKey.generate())

    def test_worker_without_a_statement_does_not_start(self, keyring):
        keyring.trust_file.unlink()
        with pytest.raises(KeyMissingError):
            TrustBook(keyring.trust_file, keyring.dispatcher())

    def test_new_file_is_served_without_a_restart(self, keyring):
        book = TrustBook(keyring.trust_file, keyring.dispatcher())
        known = book.chain().statement.version
        assert book.lacking(uuid4(), known) == ((), None)
        chain = issue(keyring)
        assert book.lacking(uuid4(), known) == ((chain.signed,), None)
        assert book.lacking(uuid4(), chain.statement.version) == ((), None)
        assert book.lacking(uuid4(), chain.statement.version + 1) == ((), None)

    def test_file_that_would_silence_this_worker_is_not_served(self, keyring):
        book = TrustBook(keyring.trust_file, keyring.dispatcher())
        before = book.chain()
        keyring.signing_file.write_bytes(new_signing_key())
        issue(keyring)
        assert book.chain() == before
        keyring.trust_file.write_bytes(b"[]")
        assert book.chain() == before
        keyring.trust_file.unlink()
        assert book.chain() == before

    def test_agent_that_is_too_old_to_ask_is_told_nothing(self, keyring):
        assert TrustBook(keyring.trust_file, keyring.dispatcher()).lacking(uuid4(), None) == ((), None)

    def test_device_without_a_root_is_introduced_and_nobody_else_can_use_that(self, keyring):
        book = TrustBook(keyring.trust_file, keyring.dispatcher())
        device_id, keys = uuid4(), raw_keys([public_part(keyring.dispatcher())])
        (signed,), introduction = book.lacking(device_id, 0)
        assert introduction is not None
        taken = introduced_statement(introduction, signed, keys=keys, device_id=device_id, now=utc_now())
        assert taken == book.chain().statement
        for other, now in ((uuid4(), utc_now()), (device_id, utc_now() + timedelta(hours=2))):
            with pytest.raises(EnvelopeRefusedError, match=r"wrong_device|expired"):
                introduced_statement(introduction, signed, keys=keys, device_id=other, now=now)
