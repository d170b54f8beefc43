import asyncio
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from bosman_server.kit.crypto import pki
from testkit.patience import patient

DEVICE, TENANT = uuid4(), uuid4()


@pytest.fixture(scope="module")
def ca() -> pki.Authority:
    return pki.create_authority("Bosman test CA")


def _request(key: Any = None, *, common_name: str | None = None, extension: Any = None) -> bytes:
    key = key or ec.generate_private_key(ec.SECP256R1())
    names = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else []
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name(names))
    if extension:
        builder = builder.add_extension(extension, critical=False)
    algorithm = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(Encoding.PEM)


def _sign(ca: pki.Authority, request: bytes | str, **options: Any) -> x509.Certificate:
    return pki.sign_device_request(ca, request, device_id=DEVICE, tenant_id=TENANT, **options)


class TestAuthority:
    def test_pem_round_trip_keeps_key_and_certificate(self, ca: pki.Authority) -> None:
        loaded = pki.load_authority(ca.key_pem, ca.certificate_pem)
        assert loaded.certificate == ca.certificate
        assert loaded.key.private_numbers() == ca.key.private_numbers()

    def test_key_of_another_authority_is_refused(self, ca: pki.Authority) -> None:
        with pytest.raises(pki.InvalidAuthorityError):
            pki.load_authority(pki.create_authority("other").key_pem, ca.certificate_pem)

    def test_leaf_certificate_is_no_authority(self, ca: pki.Authority) -> None:
        issued = pki.issue_service_certificate(ca, "api")
        with pytest.raises(pki.InvalidAuthorityError):
            pki.load_authority(issued.key_pem, issued.certificate_pem)

    def test_garbage_is_refused(self, ca: pki.Authority) -> None:
        with pytest.raises(pki.InvalidAuthorityError):
            pki.load_authority(b"no pem", ca.certificate_pem)


class TestStrictVerification:
    """cryptography's verifier applies the CA/Browser profile, OpenSSL's strict mode is Python 3.13's."""

    def test_server_certificate_verifies_for_its_names_only(self, ca: pki.Authority) -> None:
        issued = pki.issue_server_certificate(ca, ["bosman.example", "192.0.2.7", "::1"])
        leaf = x509.load_pem_x509_certificate(issued.certificate_pem)
        policy = PolicyBuilder().store(Store([ca.certificate]))
        for name in (x509.DNSName("bosman.example"), x509.IPAddress(ip_address("192.0.2.7"))):
            assert policy.build_server_verifier(name).verify(leaf, [])[0] == leaf
        with pytest.raises(x509.verification.VerificationError):
            policy.build_server_verifier(x509.DNSName("other.example")).verify(leaf, [])

    def test_openssl_strict_mode_accepts_every_kind(self, ca: pki.Authority, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_bytes(ca.certificate_pem)
        leaves = {
            "sslserver": pki.issue_server_certificate(ca, ["localhost"]).certificate_pem,
            "sslclient": pki.issue_service_certificate(ca, "api").certificate_pem,
        }
        device = pki.certificate_to_pem(_sign(ca, _request()))
        for purpose, pem in [*leaves.items(), ("sslclient", device)]:
            (tmp_path / "leaf.pem").write_bytes(pem)
            command = ["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile"]
            result = subprocess.run(
                [*command, tmp_path / "ca.pem", tmp_path / "leaf.pem"],
                capture_output=True,
                check=False,
                timeout=patient(),
            )
            assert result.returncode == 0, result.stderr

    def test_device_certificate_does_not_pass_for_a_server(self, ca: pki.Authority) -> None:
        leaf = _sign(ca, _request())
        with pytest.raises(x509.verification.VerificationError):
            PolicyBuilder().store(Store([ca.certificate])).build_server_verifier(x509.DNSName(str(DEVICE))).verify(
                leaf, []
            )

    async def test_python_shakes_hands_in_strict_mode(self, ca: pki.Authority, tmp_path: Path) -> None:
        issued = pki.issue_server_certificate(ca, ["localhost"])
        (tmp_path / "chain.pem").write_bytes(issued.key_pem + issued.certificate_pem)
        server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        server_side.load_cert_chain(tmp_path / "chain.pem")
        client_side = ssl.create_default_context(cadata=ca.certificate_pem.decode())
        client_side.verify_flags |= ssl.VERIFY_X509_STRICT

        async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_side)
        async with server:
            port = server.sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=client_side, server_hostname="localhost"
            )
            assert await reader.read() == b"hello"
            writer.close()
            await writer.wait_closed()


class TestIssueServerCertificate:
    def test_needs_a_name(self, ca: pki.Authority) -> None:
        with pytest.raises(ValueError, match="name"):
            pki.issue_server_certificate(ca, [])

    def test_long_and_international_names_are_kept_as_alternatives(self, ca: pki.Authority) -> None:
        long = ".".join(["a" * 40, "b" * 40, "example"])
        leaf = x509.load_pem_x509_certificate(
            pki.issue_server_certificate(ca, [long, "bücher.example"]).certificate_pem
        )
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert names.get_values_for_type(x509.DNSName) == [long, "xn--bcher-kva.example"]

    def test_key_belongs_to_the_certificate(self, ca: pki.Authority) -> None:
        issued = pki.issue_server_certificate(ca, ["localhost"])
        key = load_pem_private_key(issued.key_pem, None)
        assert key.public_key() == x509.load_pem_x509_certificate(issued.certificate_pem).public_key()


class TestSignDeviceRequest:
    def test_certificate_names_device_and_tenant_whatever_was_asked(self, ca: pki.Authority) -> None:
        hostile = x509.SubjectAlternativeName([x509.DNSName("bosman.example")])
        leaf = _sign(ca, _request(extension=hostile))
        assert pki.device_identity(leaf) == (DEVICE, TENANT)
        with pytest.raises(x509.ExtensionNotFound):
            leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca

    def test_asking_to_be_an_authority_is_not_granted(self, ca: pki.Authority) -> None:
        leaf = _sign(ca, _request(extension=x509.BasicConstraints(ca=True, path_length=None)))
        assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca

    def test_key_is_that_of_the_request(self, ca: pki.Authority) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        assert _sign(ca, _request(key, common_name=str(DEVICE))).public_key() == key.public_key()

    def test_text_is_taken_like_bytes(self, ca: pki.Authority) -> None:
        assert pki.device_identity(_sign(ca, _request().decode())) == (DEVICE, TENANT)

    def test_another_devices_name_is_refused(self, ca: pki.Authority) -> None:
        with pytest.raises(pki.RequestForAnotherDevice):
            _sign(ca, _request(common_name=str(uuid4())))

    @pytest.mark.parametrize(
        "key",
        [
            pytest.param(lambda: rsa.generate_private_key(65537, 2048), id="rsa"),
            pytest.param(lambda: ec.generate_private_key(ec.SECP384R1()), id="p384"),
            pytest.param(lambda: ec.generate_private_key(ec.SECP192R1()), id="p192"),
            pytest.param(ed25519.Ed25519PrivateKey.generate, id="ed25519"),
        ],
    )
    def test_other_kinds_of_key_are_refused(self, ca: pki.Authority, key: Any) -> None:
        with pytest.raises(pki.UnsupportedRequestKeyError):
            _sign(ca, _request(key()))

    def test_request_with_a_wrong_signature_is_refused(self, ca: pki.Authority) -> None:
        request = bytearray(x509.load_pem_x509_csr(_request()).public_bytes(Encoding.DER))
        request[-1] ^= 0x01  # the signature comes last
        forged = ssl.DER_cert_to_PEM_cert(bytes(request)).replace("CERTIFICATE", "CERTIFICATE REQUEST")
        with pytest.raises(pki.RequestSignatureInvalidError):
            _sign(ca, forged)

    @pytest.mark.parametrize(
        "request_pem",
        [b"", b"garbage", "żółć", b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"],
    )
    def test_garbage_is_refused(self, ca: pki.Authority, request_pem: Any) -> None:
        with pytest.raises(pki.UnreadableRequestError):
            _sign(ca, request_pem)

    def test_certificate_in_place_of_a_request_is_refused(self, ca: pki.Authority) -> None:
        with pytest.raises(pki.UnreadableRequestError):
            _sign(ca, ca.certificate_pem)

    def test_request_over_the_limit_is_refused_unread(self, ca: pki.Authority) -> None:
        with pytest.raises(pki.RequestTooLargeError):
            _sign(ca, _request() + b"\n" * pki.MAX_REQUEST_BYTES)

    def test_validity_is_ninety_days_unless_told_otherwise(self, ca: pki.Authority) -> None:
        leaf = _sign(ca, _request())
        left = leaf.not_valid_after_utc - datetime.now(UTC)
        assert timedelta(days=89, hours=23) < left <= timedelta(days=90)
        assert pki.expires_soon(leaf, 91 * 86_400) and not pki.expires_soon(leaf, 89 * 86_400)
        assert pki.expires_soon(_sign(ca, _request(), valid_seconds=60), 61)

    def test_fingerprint_is_that_of_openssl(self, ca: pki.Authority, tmp_path: Path) -> None:
        leaf = _sign(ca, _request())
        (tmp_path / "leaf.pem").write_bytes(pki.certificate_to_pem(leaf))
        command = ["openssl", "x509", "-in", str(tmp_path / "leaf.pem"), "-noout", "-fingerprint", "-sha256"]
        output = subprocess.run(command, capture_output=True, check=True, timeout=patient(), text=True).stdout
        assert output.strip().split("=")[1].replace(":", "").lower() == pki.fingerprint_sha256(leaf)


class TestDeviceIdentity:
    def test_service_certificate_is_no_device(self, ca: pki.Authority) -> None:
        issued = pki.issue_service_certificate(ca, str(DEVICE))
        with pytest.raises(pki.NotADeviceCertificateError):
            pki.device_identity(x509.load_pem_x509_certificate(issued.certificate_pem))

    @pytest.mark.parametrize(
        "names",
        [
            [],
            [(NameOID.COMMON_NAME, str(DEVICE))],
            [(NameOID.COMMON_NAME, str(DEVICE)), (NameOID.ORGANIZATION_NAME, "tenant")],
            [(NameOID.COMMON_NAME, str(DEVICE).upper()), (NameOID.ORGANIZATION_NAME, str(TENANT))],
            [(NameOID.COMMON_NAME, DEVICE.hex), (NameOID.ORGANIZATION_NAME, str(TENANT))],
            [
                (NameOID.COMMON_NAME, str(DEVICE)),
                (NameOID.COMMON_NAME, str(uuid4())),
                (NameOID.ORGANIZATION_NAME, str(TENANT)),
            ],
        ],
    )
    def test_other_forms_of_name_are_refused(self, ca: pki.Authority, names: Any) -> None:
        subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names])
        builder = pki._leaf(ca, ca.key.public_key(), subject, x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH, 60)
        with pytest.raises(pki.NotADeviceCertificateError):
            pki.device_identity(builder.sign(ca.key, hashes.SHA256()))

    def test_ids_come_back_as_uuids(self, ca: pki.Authority) -> None:
        device, tenant = pki.device_identity(_sign(ca, _request()))
        assert isinstance(device, UUID) and isinstance(tenant, UUID)
