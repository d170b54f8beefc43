"""Time-based one-time codes (RFC 6238) and recovery codes."""

import hashlib
import io
import secrets
import time

import pyotp
import segno

STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like another


def new_secret() -> str:
    """A base32 seed of 160 bits."""
    return pyotp.random_base32()


def otpauth_uri(secret: str, email: str) -> str:
    """What an authenticator app scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Bosman")


def qr_svg(uri: str) -> str:
    """The URI as a QR code, an SVG text without scripts or outside references."""
    buffer = io.BytesIO()
    segno.make(uri, error="m").save(buffer, kind="svg", scale=4, border=2, xmldecl=False, dark="#000", light="#fff")
    return buffer.getvalue().decode()


def accepted_step(secret: str, code: str, last_step: int | None) -> int | None:
    """The time step that a code belongs to, one step of drift either way; None when wrong or used before."""
    now = int(time.time()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if (last_step is None or step > last_step) and secrets.compare_digest(totp.at(step * STEP_SECONDS), code):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of about 49 bits each, like `k7mqp-x2rwn`."""

    def half() -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(5))

    return [f"{half()}-{half()}" for _ in range(RECOVERY_CODES)]


def hash_recovery_code(code: str) -> bytes:
    """What the database keeps. Guessing is bounded by the rate limit, not by the hash."""
    return hashlib.sha256(code.strip().lower().replace(" ", "").encode()).digest()
