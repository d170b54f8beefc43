"""Which statements an agent takes, and which it does not."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.codes import Code
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, SigningKey, public_part, sign
from bosman_protocol.trust import (
    MAX_STATEMENT_BYTES,
    TrustIntroduction,
    TrustStatement,
    first_statement,
    introduced_statement,
    next_statement,
    raw_keys,
    sign_introduction,
    sign_statement,
)

ROOT, OTHER_ROOT, WORKER = (Ed25519PrivateKey.generate() for _ in range(3))
INSTALLATION, DEVICE = uuid4(), uuid4()
NOW = datetime.now(UTC)


def statement(version: int = 5, **changes: Any) -> TrustStatement:
    fields: dict[str, Any] = {
        "installation_id": INSTALLATION,
        "issued_at": NOW,
        "signing_keys": (public_part(WORKER),),
        "root_keys": (public_part(ROOT),),
        "bus_urls": ("tls://bus.example:4222",),
    }
    return TrustStatement(version=version, **(fields | changes))


def take(signed: Any, version: int = 4) -> TrustStatement | None:
    return next_statement(signed, roots=raw_keys([public_part(ROOT)]), installation_id=INSTALLATION, version=version)


def refusal(signed: Any, version: int = 4) -> Code:
    with pytest.raises(EnvelopeRefusedError) as refused:
        take(signed, version)
    return refused.value.code


class TestNext:
    def test_higher_version_of_the_known_root_is_taken(self) -> None:
        assert take(sign_statement(statement(), ROOT)) == statement()

    def test_same_version_is_nothing_new(self) -> None:
        assert take(sign_statement(statement(4), ROOT)) is None

    def test_older_version_is_refused(self) -> None:
        assert refusal(sign_statement(statement(3), ROOT)) is Code.TRUST_OUTDATED

    def test_statement_of_another_installation_of_the_same_root_is_refused(self) -> None:
        assert refusal(sign_statement(statement(installation_id=uuid4()), ROOT)) is Code.TRUST_OTHER_INSTALLATION

    def test_root_that_only_the_statement_itself_names_is_refused(self) -> None:
        mine = statement(root_keys=(public_part(OTHER_ROOT),))
        assert refusal(sign_statement(mine, OTHER_ROOT)) is Code.ENVELOPE_UNKNOWN_KEY

    def test_signing_key_is_no_root(self) -> None:
        assert refusal(sign_statement(statement(), WORKER)) is Code.ENVELOPE_UNKNOWN_KEY

    def test_changed_bytes_are_refused(self) -> None:
        signed = sign_statement(statement(), ROOT)
        changed = msgspec.structs.replace(signed, payload=signed.payload.replace(b"bus.example", b"evil.exampl"))
        assert refusal(changed) is Code.ENVELOPE_BAD_SIGNATURE

    @pytest.mark.parametrize("purpose", [one for one in Purpose if one is not Purpose.TRUST])
    def test_signature_for_another_purpose_is_refused(self, purpose: Purpose) -> None:
        assert refusal(sign(msgspec.json.encode(statement()), ROOT, purpose)) is Code.ENVELOPE_BAD_SIGNATURE


BAD: dict[str, dict[str, Any]] = {
    "no signing key": {"signing_keys": ()},
    "no root": {"root_keys": ()},
    "no address": {"bus_urls": ()},
    "plain address": {"bus_urls": ("nats://bus.example:4222",)},
    "http address": {"bus_urls": ("https://bus.example",)},
    "address with a password": {"bus_urls": ("tls://user:pw@bus.example:4222",)},
    "address with a line break": {"bus_urls": ("tls://bus.example:4222\nx",)},
    "long address": {"bus_urls": ("tls://" + "b" * 300,)},
    "many addresses": {"bus_urls": ("tls://bus.example:4222",) * 17},
    "many keys": {"signing_keys": tuple(public_part(Ed25519PrivateKey.generate()) for _ in range(9))},
    "short key": {"signing_keys": (SigningKey("e3b0c44298fc1c14", b""),)},
    "key with another's name": {"signing_keys": (SigningKey("0" * 16, public_part(WORKER).public_key),)},
    "root that signs work": {"signing_keys": (public_part(ROOT),)},
    "version nought": {"version": 0},
    "time without zone": {"issued_at": NOW.replace(tzinfo=None)},
}


class TestShape:
    @pytest.mark.parametrize("name", BAD)
    def test_statement_that_makes_no_sense_is_neither_signed_nor_taken(self, name: str) -> None:
        fields = {"version": 5} | BAD[name]
        wanted = statement(**fields)
        with pytest.raises(ValueError, match="no agent would take"):
            sign_statement(wanted, ROOT)
        assert refusal(sign(msgspec.json.encode(wanted), ROOT, Purpose.TRUST)) is Code.ENVELOPE_MALFORMED

    def test_long_statement_is_refused(self) -> None:
        payload = msgspec.json.encode(statement()) + b" " * MAX_STATEMENT_BYTES
        assert refusal(sign(payload, ROOT, Purpose.TRUST)) is Code.ENVELOPE_MALFORMED


class TestFirst:
    def test_statement_is_signed_by_a_root_that_it_names(self) -> None:
        assert first_statement(sign_statement(statement(), ROOT)) == statement()

    def test_signature_of_somebody_else_is_refused(self) -> None:
        with pytest.raises(EnvelopeRefusedError):
            first_statement(sign_statement(statement(), OTHER_ROOT))


class TestIntroduction:
    def introduce(self, key: Ed25519PrivateKey = WORKER, version: int = 5, **changes: Any) -> TrustStatement:
        fields: dict[str, Any] = {
            "device_id": DEVICE,
            "installation_id": INSTALLATION,
            "root_keys": (public_part(ROOT),),
            "version": 5,
            "expires_at": NOW + timedelta(hours=1),
        }
        return introduced_statement(
            sign_introduction(TrustIntroduction(**(fields | changes)), key),
            sign_statement(statement(version), ROOT),
            keys=raw_keys([public_part(WORKER)]),
            device_id=DEVICE,
            now=NOW,
        )

    def test_known_signing_key_makes_a_root_known(self) -> None:
        assert self.introduce() == statement()
        assert self.introduce(version=6) == statement(6)

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"key": OTHER_ROOT}, Code.ENVELOPE_UNKNOWN_KEY),
            ({"device_id": uuid4()}, Code.ENVELOPE_WRONG_DEVICE),
            ({"installation_id": uuid4()}, Code.TRUST_OTHER_INSTALLATION),
            ({"expires_at": NOW}, Code.ENVELOPE_EXPIRED),
            ({"expires_at": (NOW + timedelta(days=1)).replace(tzinfo=None)}, Code.ENVELOPE_MALFORMED),
            ({"root_keys": (public_part(OTHER_ROOT),)}, Code.ENVELOPE_UNKNOWN_KEY),
            ({"version": 4, "root_keys": ()}, Code.ENVELOPE_MALFORMED),
        ],
        ids=["key", "device", "installation", "expired", "no zone", "other root", "no root"],
    )
    def test_introduction_that_is_not_for_this_device_or_statement_is_refused(
        self, changes: dict[str, Any], code: Code
    ) -> None:
        with pytest.raises(EnvelopeRefusedError) as refused:
            self.introduce(**changes)
        assert refused.value.code is code

    @pytest.mark.parametrize("version", [1, 3, 4])
    def test_older_statement_cannot_be_slipped_in_with_it(self, version: int) -> None:
        with pytest.raises(EnvelopeRefusedError) as refused:
            self.introduce(version=version)
        assert refused.value.code is Code.TRUST_OUTDATED

    def test_task_envelope_is_no_introduction(self) -> None:
        payload = msgspec.json.encode(
            TrustIntroduction(DEVICE, INSTALLATION, (public_part(ROOT),), 5, NOW + timedelta(hours=1))
        )
        with pytest.raises(EnvelopeRefusedError):
            introduced_statement(
                sign(payload, WORKER),
                sign_statement(statement(), ROOT),
                keys=raw_keys([public_part(WORKER)]),
                device_id=DEVICE,
                now=NOW,
            )
