from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bosman_protocol.codes import Code
from bosman_protocol.signing import EnvelopeRefusedError, key_id_of, public_part, sign, verify

KEY = Ed25519PrivateKey.generate()
OTHER = Ed25519PrivateKey.generate()
KNOWN = {public_part(key).key_id: public_part(key).public_key for key in (KEY, OTHER)}


def refusal(envelope: Any, keys: dict[str, bytes] | None = None) -> Code:
    with pytest.raises(EnvelopeRefusedError) as caught:
        verify(envelope, KNOWN if keys is None else keys)
    return caught.value.code


class TestVerify:
    @given(st.binary(max_size=500))
    def test_signed_payload_comes_back(self, payload: bytes) -> None:
        assert verify(sign(payload, KEY), KNOWN) == payload

    @given(st.binary(min_size=1, max_size=100), st.integers(0), st.integers(1, 255))
    def test_any_changed_byte_is_noticed(self, payload: bytes, place: int, change: int) -> None:
        signed = sign(payload, KEY)
        for field in ("payload", "signature"):
            data = bytearray(getattr(signed, field))
            data[place % len(data)] ^= change

            assert refusal(msgspec.structs.replace(signed, **{field: bytes(data)})) == Code.ENVELOPE_BAD_SIGNATURE

    def test_unknown_key_is_refused(self) -> None:
        assert refusal(sign(b"x", KEY), {}) == Code.ENVELOPE_UNKNOWN_KEY

    def test_name_of_another_known_key_does_not_help(self) -> None:
        signed = msgspec.structs.replace(sign(b"x", KEY), key_id=key_id_of(OTHER.public_key()))

        assert refusal(signed) == Code.ENVELOPE_BAD_SIGNATURE

    def test_signature_for_another_purpose_is_not_valid_here(self) -> None:
        signed = msgspec.structs.replace(sign(b"x", KEY), signature=KEY.sign(b"x"))

        assert refusal(signed) == Code.ENVELOPE_BAD_SIGNATURE

    @pytest.mark.parametrize("signature", [b"", b"short", bytes(64), bytes(5000)])
    def test_nonsense_signature_is_refused(self, signature: bytes) -> None:
        assert refusal(msgspec.structs.replace(sign(b"x", KEY), signature=signature)) == Code.ENVELOPE_BAD_SIGNATURE

    @pytest.mark.parametrize("raw", [b"", b"short", bytes(33)])
    def test_broken_known_key_refuses_instead_of_failing(self, raw: bytes) -> None:
        signed = sign(b"x", KEY)

        assert refusal(signed, {signed.key_id: raw}) == Code.ENVELOPE_BAD_SIGNATURE


class TestKeyId:
    def test_names_differ_and_are_tokens(self) -> None:
        names = {key_id_of(key.public_key()) for key in (KEY, OTHER)}

        assert len(names) == 2 and all(len(name) == 16 and int(name, 16) >= 0 for name in names)
