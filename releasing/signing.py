"""Signatures: the release key's over manifests, and Authenticode over the Windows installer."""

import os
import shlex
import subprocess
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from bosman_protocol.release import ReleaseManifest, sign_manifest
from releasing.payload import ROOT, BuildError

DEFAULT_KEY = ROOT / ".bosman-release" / "release.key"
SIGN_SECONDS = 300
COMMAND_VARIABLE = "BOSMAN_AUTHENTICODE_COMMAND"
"""A command that signs the file given as its last word in place (an HSM, a cloud service)."""
PKCS12_VARIABLE = "BOSMAN_AUTHENTICODE_PKCS12"
PASSWORD_FILE_VARIABLE = "BOSMAN_AUTHENTICODE_PASSWORD_FILE"  # noqa: S105 - a variable's name
TIMESTAMP_VARIABLE = "BOSMAN_AUTHENTICODE_TIMESTAMP_URL"


def release_key(path: Path) -> Ed25519PrivateKey:
    """The release key in a file (PEM, 0600); made where there is none. Raises BuildError."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        key = Ed25519PrivateKey.generate()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return key
    try:
        loaded = load_pem_private_key(path.read_bytes(), None)
    except ValueError as error:
        raise BuildError(f"{path} holds no private key: {error}") from error
    if not isinstance(loaded, Ed25519PrivateKey):
        raise BuildError(f"{path} holds no Ed25519 key")
    return loaded


def write_manifest(path: Path, manifest: ReleaseManifest, key: Ed25519PrivateKey) -> None:
    """The signed manifest beside its bundle."""
    path.write_bytes(msgspec.json.encode(sign_manifest(manifest, key)))


def authenticode_command() -> list[str] | None:
    """The command that signs Windows programs, by the environment; None where nothing is configured."""
    if command := os.environ.get(COMMAND_VARIABLE):
        return shlex.split(command)
    if os.environ.get(PKCS12_VARIABLE):
        return [str(Path(__file__).parents[1] / "scripts" / "authenticode.sh")]
    return None


def authenticode(program: Path) -> bool:
    """Sign a Windows program in place; False where nothing is configured. Raises BuildError."""
    command = authenticode_command()
    if command is None:
        return False
    done = subprocess.run(  # noqa: S603 - what the builder's own environment names
        [*command, str(program)], capture_output=True, text=True, timeout=SIGN_SECONDS, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"{command[0]}: {(done.stderr or done.stdout).strip()[-2000:]}")
    return True
