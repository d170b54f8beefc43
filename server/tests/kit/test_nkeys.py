import binascii
import json
from typing import Any

import nkeys as reference
import pytest

from bosman_server.kit.crypto import natsjwt
from bosman_server.kit.crypto.natsjwt import InvalidNatsJwtError, UserPermissions
from bosman_server.kit.crypto.nkeys import InvalidNkeyError, Nkey, NkeyKind, PublicNkey

KINDS = [
    (NkeyKind.USER, reference.PREFIX_BYTE_USER, "U"),
    (NkeyKind.ACCOUNT, reference.PREFIX_BYTE_ACCOUNT, "A"),
    (NkeyKind.SERVER, reference.PREFIX_BYTE_SERVER, "N"),
]


class TestEncoding:
    # The pair of nats-server's documentation for nkey authentication.
    def test_documented_pair_is_reproduced(self) -> None:
        seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"
        key = Nkey.from_seed(seed)
        assert key.public.encode() == "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4"
        assert key.seed == seed

    @pytest.mark.parametrize(("kind", "prefix", "letter"), KINDS)
    def test_agrees_with_the_reference_library(self, kind: NkeyKind, prefix: int, letter: str) -> None:
        key = Nkey.generate(kind)
        theirs = reference.from_seed(bytearray(key.seed.encode()))
        assert theirs.public_key.decode() == key.public.encode()
        assert key.public.encode()[0] == letter and len(key.public.encode()) == 56
        assert reference.encode_seed(key._raw, prefix).decode() == key.seed

    @pytest.mark.parametrize("kind", list(NkeyKind))
    def test_seed_and_public_text_round_trip(self, kind: NkeyKind) -> None:
        key = Nkey.generate(kind)
        assert Nkey.from_seed(key.seed).public == key.public
        assert PublicNkey.decode(key.public.encode()) == key.public

    @pytest.mark.parametrize(
        "change", [lambda s: s[:-1], lambda s: s + "A", str.lower, lambda _: "", lambda s: "Ł" * len(s)]
    )
    def test_damaged_text_is_refused(self, change: Any) -> None:
        key = Nkey.generate(NkeyKind.USER)
        with pytest.raises(InvalidNkeyError):
            PublicNkey.decode(change(key.public.encode()))
        with pytest.raises(InvalidNkeyError):
            Nkey.from_seed(change(key.seed))

    @pytest.mark.parametrize("position", range(0, 56, 5))
    def test_one_changed_letter_is_refused(self, position: int) -> None:
        text = Nkey.generate(NkeyKind.USER).public.encode()
        other = "B" if text[position] != "B" else "C"
        with pytest.raises(InvalidNkeyError):
            PublicNkey.decode(text[:position] + other + text[position + 1 :])

    def test_seed_is_not_taken_for_a_public_key_nor_the_other_way_round(self) -> None:
        key = Nkey.generate(NkeyKind.USER)
        with pytest.raises(InvalidNkeyError):
            PublicNkey.decode(key.seed)
        with pytest.raises(InvalidNkeyError):
            Nkey.from_seed(key.public.encode())

    def test_secret_does_not_show_in_repr(self) -> None:
        key = Nkey.generate(NkeyKind.USER)
        assert key.seed not in repr(key) and key.public.encode() in repr(key)


class TestSigning:
    def test_signature_is_the_reference_librarys(self) -> None:
        key = Nkey.generate(NkeyKind.USER)
        theirs = reference.from_seed(bytearray(key.seed.encode()))
        assert key.sign(b"nonce") == theirs.sign(b"nonce")
        assert theirs.verify(b"nonce", key.sign(b"nonce"))

    def test_signature_over_other_bytes_or_by_another_key_does_not_verify(self) -> None:
        key, other = Nkey.generate(NkeyKind.USER), Nkey.generate(NkeyKind.USER)
        assert key.public.verify(key.sign(b"a"), b"a")
        assert not key.public.verify(key.sign(b"a"), b"b")
        assert not key.public.verify(other.sign(b"a"), b"a")
        assert not key.public.verify(b"short", b"a")


def _request(server: Nkey, **changes: Any) -> dict[str, Any]:
    return {
        "aud": "nats-authorization-request",
        "nats": {
            "type": "authorization_request",
            "version": 2,
            "server_id": {"id": server.public.encode(), "name": "n"},
            "user_nkey": Nkey.generate(NkeyKind.USER).public.encode(),
            "client_info": {"id": 7, "host": "192.0.2.1"},
            "connect_opts": {"name": "agent"},
            "client_tls": {"verified_chains": [["leaf", "root"]]},
            **changes,
        },
    }


class TestAuthorizationRequest:
    def test_fields_are_read(self) -> None:
        server = Nkey.generate(NkeyKind.SERVER)
        request = natsjwt.decode_authorization_request(natsjwt.encode(server, _request(server)).encode())
        assert (request.server_id, request.client_id, request.client_host, request.client_name) == (
            server.public.encode(),
            7,
            "192.0.2.1",
            "agent",
        )
        assert request.leaf_pem == "leaf" and request.verified_chains == (("leaf", "root"),)

    def test_client_without_a_certificate_has_no_leaf(self) -> None:
        server = Nkey.generate(NkeyKind.SERVER)
        token = natsjwt.encode(server, _request(server, client_tls=None))
        assert natsjwt.decode_authorization_request(token.encode()).leaf_pem is None

    def test_unverified_certificates_are_not_looked_at(self) -> None:
        server = Nkey.generate(NkeyKind.SERVER)
        token = natsjwt.encode(server, _request(server, client_tls={"certs": ["leaf"]}))
        assert natsjwt.decode_authorization_request(token.encode()).leaf_pem is None

    def test_request_signed_by_another_server_is_refused(self) -> None:
        server, other = Nkey.generate(NkeyKind.SERVER), Nkey.generate(NkeyKind.SERVER)
        with pytest.raises(InvalidNatsJwtError):
            natsjwt.decode_authorization_request(natsjwt.encode(other, _request(server)).encode())

    @pytest.mark.parametrize(
        "changes",
        [
            {"type": "user"},
            {"user_nkey": "UABC"},
            {"user_nkey": Nkey.generate(NkeyKind.ACCOUNT).public.encode()},
            {"client_info": {"id": "7"}},
            {"client_info": []},
            {"connect_opts": {"name": 1}},
            {"client_tls": {"verified_chains": "leaf"}},
            {"client_tls": {"verified_chains": [[1]]}},
            {"server_id": None},
        ],
    )
    def test_malformed_request_is_refused(self, changes: Any) -> None:
        server = Nkey.generate(NkeyKind.SERVER)
        with pytest.raises(InvalidNatsJwtError):
            natsjwt.decode_authorization_request(natsjwt.encode(server, _request(server, **changes)).encode())

    def test_changed_payload_or_algorithm_is_refused(self) -> None:
        server = Nkey.generate(NkeyKind.SERVER)
        header, _, signature = natsjwt.encode(server, _request(server)).split(".")
        payload = natsjwt.encode(server, _request(server)).split(".")[1]
        with pytest.raises(InvalidNatsJwtError):
            natsjwt.decode(f"{header}.{payload}.{signature}")
        unsigned = binascii.b2a_base64(b'{"alg":"none"}', newline=False).decode().rstrip("=")
        signed = f"{unsigned}.{payload}"
        resigned = natsjwt._base64url(server.sign(signed.encode())).decode()
        with pytest.raises(InvalidNatsJwtError):
            natsjwt.decode(f"{signed}.{resigned}")

    @pytest.mark.parametrize(
        "token", ["", "a.b", "a.b.c", "....", "\x00.\x00.\x00", "A" * 200_000, "[" * 60_000 + ".a.b"]
    )
    def test_garbage_is_refused(self, token: str) -> None:
        with pytest.raises(InvalidNatsJwtError):
            natsjwt.decode(token)


class TestResponse:
    def test_answer_is_addressed_to_the_server_about_the_user(self) -> None:
        server, issuer = Nkey.generate(NkeyKind.SERVER), Nkey.generate(NkeyKind.ACCOUNT)
        request = natsjwt.decode_authorization_request(natsjwt.encode(server, _request(server)).encode())
        claims = natsjwt.decode(natsjwt.authorization_response(issuer, request, error="revoked"))
        assert claims["aud"] == request.server_id and claims["sub"] == request.user_nkey
        assert claims["iss"] == issuer.public.encode()
        assert claims["nats"] == {"type": "authorization_response", "version": 2, "error": "revoked"}

    @pytest.mark.parametrize("verdict", [{}, {"user_jwt": "x", "error": "y"}])
    def test_verdict_must_be_one_of_two(self, verdict: Any) -> None:
        server, issuer = Nkey.generate(NkeyKind.SERVER), Nkey.generate(NkeyKind.ACCOUNT)
        request = natsjwt.decode_authorization_request(natsjwt.encode(server, _request(server)).encode())
        with pytest.raises(ValueError, match="either"):
            natsjwt.authorization_response(issuer, request, **verdict)

    def test_user_jwt_grants_the_listed_subjects_and_expires(self) -> None:
        issuer, user = Nkey.generate(NkeyKind.ACCOUNT), Nkey.generate(NkeyKind.USER)
        permissions = UserPermissions(("up.1.*",), ("dn.1.>",))
        token = natsjwt.user_jwt(issuer, user.public.encode(), "1", permissions, "DEVICES", valid_seconds=600)
        claims = natsjwt.decode(token)
        assert claims["exp"] - claims["iat"] == 600 and claims["aud"] == "DEVICES" and claims["name"] == "1"
        assert claims["nats"]["pub"] == {"allow": ["up.1.*"]} and claims["nats"]["sub"] == {"allow": ["dn.1.>"]}
        assert "resp" not in claims["nats"] and claims["nats"]["subs"] == 16
        assert json.dumps(claims)
