"""What the registry's words about Windows mean."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from bosman_agent.platform.windows.registry_values import number, text
from bosman_protocol.reports import VolumeEncryption
from bosman_protocol.text import clean_text

FIRST_WINDOWS_11 = 22_000
ARCHITECTURES = {"amd64": "x86_64", "x86": "i686", "arm64": "aarch64"}
EncryptionState = Literal["encrypted", "encrypting", "decrypted", "decrypting", "suspended", "unknown"]
JoinState = Literal["workgroup", "domain", "entra", "hybrid"]


def product_name(version: Mapping[str, object]) -> str:
    """The name of this Windows; Windows 11 still calls itself 10 in the registry."""
    name = text(version, "ProductName") or "Windows"
    build = number(version, "CurrentBuild") or 0
    if build >= FIRST_WINDOWS_11 and text(version, "InstallationType") != "Server":
        return name.replace("Windows 10", "Windows 11", 1)
    return name


def build(version: Mapping[str, object]) -> str | None:
    """Build and revision as Windows shows them: `26100.4351`."""
    main, revision = text(version, "CurrentBuild"), number(version, "UBR")
    return main if main is None or revision is None else f"{main}.{revision}"


def display_version(version: Mapping[str, object]) -> str:
    """`24H2`; older ones had a ReleaseId, the oldest neither."""
    return text(version, "DisplayVersion") or text(version, "ReleaseId") or text(version, "CurrentVersion") or ""


def time_zone(windows_name: str | None) -> str | None:
    """The IANA zone of Windows' name; None where Unicode knows none."""
    return None if windows_name is None else _zones().get(windows_name)


@cache
def _zones() -> dict[str, str]:
    lines = resources.files(__package__).joinpath("zones.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {name: zone for name, zone in pairs}  # noqa: C416 - dict() of lists of two is what mypy does not accept


def join_state(*, in_domain: bool | None, in_cloud: bool) -> JoinState | None:
    """How the device is joined; None where Windows did not say."""
    if in_cloud:
        return "hybrid" if in_domain else "entra"
    return None if in_domain is None else "domain" if in_domain else "workgroup"


def volume_encryption(entry: Mapping[str, object]) -> VolumeEncryption | None:
    """One volume from what Win32_EncryptableVolume says (its ConversionStatus and ProtectionStatus)."""
    letter = text(entry, "drive")
    if letter is None:
        return None
    return VolumeEncryption(clean_text(letter, 256), _state(number(entry, "conversion"), number(entry, "protection")))


def _state(conversion: int | None, protection: int | None) -> EncryptionState:
    # 4 and 5 are paused: it is still neither encrypted nor not.
    if conversion in {2, 4}:
        return "encrypting"
    if conversion in {3, 5}:
        return "decrypting"
    if conversion == 0:
        return "decrypted"
    if conversion == 1:
        # Encrypted, but with the key beside it: as good as open until protection is resumed.
        return {0: "suspended", 1: "encrypted"}.get(protection if protection is not None else -1, "unknown")  # type: ignore[return-value] # only words of the type
    return "unknown"
