"""Versions and platforms of the agent; no cryptography, for the small process that keeps the agent running."""

from typing import Annotated, Literal

from msgspec import Meta

Platform = Literal["windows-amd64", "linux"]
Version = Annotated[str, Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}){1,3}([a-z]{1,4}[0-9]{1,4})?\Z")]


def version_key(version: str) -> tuple[tuple[int, ...], int, str]:
    """Sorts versions as people do: 0.9 < 0.10; a pre-release comes before its release. Raises ValueError."""
    digits = version
    suffix = ""
    for position, char in enumerate(version):
        if not (char.isdigit() or char == "."):
            digits, suffix = version[:position], version[position:]
            break
    numbers = tuple(int(part) for part in digits.split("."))
    while numbers and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers, 0 if suffix else 1, suffix
