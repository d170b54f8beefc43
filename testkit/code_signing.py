"""A certificate for signing programs, as an authority would issue it, and what osslsigncode says of a signature."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from releasing.signing import PASSWORD_FILE_VARIABLE, PKCS12_VARIABLE

PASSWORD = "only for tests"
VERIFY_SECONDS = 60


class CodeSigning:
    """An authority of its own in a folder, and the PKCS#12 file of a certificate that it has issued."""

    def __init__(self, folder: Path) -> None:
        self.authority = folder / "authority.pem"
        self.pkcs12 = folder / "signing.p12"
        self.password_file = folder / "password"
        self.password_file.write_text(PASSWORD)
        root_key = rsa.generate_private_key(65537, 2048)
        root_name = _name("Test authority for programs")
        root = _builder(root_name, root_name, root_key.public_key(), is_authority=True)
        root_certificate = root.sign(root_key, hashes.SHA256())
        key = rsa.generate_private_key(65537, 2048)
        leaf = _builder(_name("Bosman tests"), root_name, key.public_key(), is_authority=False)
        leaf = leaf.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        certificate = leaf.sign(root_key, hashes.SHA256())
        self.authority.write_bytes(root_certificate.public_bytes(Encoding.PEM))
        encryption = BestAvailableEncryption(PASSWORD.encode())
        self.pkcs12.write_bytes(
            serialize_key_and_certificates(b"bosman", key, certificate, [root_certificate], encryption)
        )

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make a build sign with it."""
        return {PKCS12_VARIABLE: str(self.pkcs12), PASSWORD_FILE_VARIABLE: str(self.password_file)}

    def verify(self, program: Path) -> tuple[bool, str]:
        """Whether the program carries a whole signature of this authority, and what was said of it."""
        done = subprocess.run(
            ["osslsigncode", "verify", "-CAfile", self.authority, "-in", program],
            capture_output=True, text=True, timeout=VERIFY_SECONDS, check=False, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        return done.returncode == 0, done.stdout + done.stderr


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, *, is_authority: bool
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    return made.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
