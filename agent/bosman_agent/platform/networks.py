"""Network interfaces with their addresses, on every platform."""

import socket
from collections.abc import Iterator
from itertools import islice

import psutil

from bosman_protocol.reports import NetworkInterface
from bosman_protocol.text import clean_text

MAX_INTERFACES = 256
MAX_ADDRESSES = 64
LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1"})


def network_interfaces() -> tuple[NetworkInterface, ...]:
    """Every interface but the loopback, whose name differs by platform and language."""
    return tuple(islice(_interfaces(), MAX_INTERFACES))


def _interfaces() -> Iterator[NetworkInterface]:
    for name, addresses in psutil.net_if_addrs().items():
        plain = [
            entry.address.split("%")[0] for entry in addresses if entry.family in {socket.AF_INET, socket.AF_INET6}
        ]
        if name == "lo" or not LOOPBACK_ADDRESSES.isdisjoint(plain):
            continue
        mac = next((entry.address for entry in addresses if entry.family == psutil.AF_LINK), None)
        yield NetworkInterface(
            name=clean_text(name, 256),
            # Windows writes 00-11-22, Linux 00:11:22.
            mac_address=(clean_text(mac, 256).replace("-", ":").lower() or None) if mac else None,
            addresses=tuple(clean_text(address, 256) for address in plain[:MAX_ADDRESSES]),
        )
