from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bosman_protocol.codes import Code
from bosman_protocol.release import ReleaseManifest, read_manifest, sign_manifest
from bosman_protocol.signing import EnvelopeRefusedError, Purpose, public_part, sign, verify
from bosman_protocol.version import version_key

MANIFEST = ReleaseManifest("0.2.0", "windows-amd64", "ab" * 32, 1, datetime(2026, 11, 25, tzinfo=UTC))


class TestReadManifest:
    def test_signed_manifest_is_read(self) -> None:
        key = Ed25519PrivateKey.generate()
        public = public_part(key)

        payload = verify(sign_manifest(MANIFEST, key), {public.key_id: public.public_key}, Purpose.RELEASE)

        assert read_manifest(payload) == MANIFEST

    def test_signature_for_a_task_is_no_signature_for_a_release(self) -> None:
        key = Ed25519PrivateKey.generate()
        public = public_part(key)

        with pytest.raises(EnvelopeRefusedError) as refused:
            verify(sign(msgspec.json.encode(MANIFEST), key), {public.key_id: public.public_key}, Purpose.RELEASE)

        assert refused.value.code is Code.ENVELOPE_BAD_SIGNATURE

    @pytest.mark.parametrize(
        "change",
        [
            {"version": "latest"},
            {"version": "../../evil"},
            {"platform": "dos"},
            {"sha256": "AB" * 32},
            {"size_bytes": 0},
            {"released_at": "2026-11-25T00:00:00"},
        ],
    )
    def test_anything_else_is_malformed(self, change: dict[str, object]) -> None:
        with pytest.raises(EnvelopeRefusedError) as refused:
            read_manifest(msgspec.json.encode(msgspec.to_builtins(MANIFEST) | change))

        assert refused.value.code is Code.RELEASE_MALFORMED


class TestVersionKey:
    def test_versions_sort_as_people_do(self) -> None:
        mixed = ["10.0", "0.10.0", "0.1", "1.0.0", "0.10.0rc1", "0.9.0", "0.10.1"]

        assert sorted(mixed, key=version_key) == ["0.1", "0.9.0", "0.10.0rc1", "0.10.0", "0.10.1", "1.0.0", "10.0"]

    def test_trailing_zeros_mean_nothing(self) -> None:
        assert version_key("1.0") == version_key("1.0.0")
