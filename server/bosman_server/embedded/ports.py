"""Ports that are chosen once and kept, so that agents find the server again after a restart."""

import json
import random
import socket
from collections.abc import Mapping
from pathlib import Path

from bosman_server.embedded.process import EmbeddedServerError, write_atomically

_CANDIDATES = range(20_000, 32_000)


def remembered_ports(file: Path, wanted: Mapping[str, tuple[str, int]]) -> dict[str, int]:
    """Return a port for each listener, given as `name: (host, port)`.

    A port other than 0 is taken as it is; 0 means the one that the file remembers, or else a free one,
    which it remembers from then on.
    """
    known = _load(file)
    with_fixed = {name: port for name, (_, port) in wanted.items() if port}
    missing = {name: host for name, (host, port) in wanted.items() if not port and name not in known}
    if missing:
        known |= _free_ports(missing)
        write_atomically(file, json.dumps(known), 0o600)
    return {name: with_fixed.get(name) or known[name] for name in wanted}


def _free_ports(hosts: Mapping[str, str]) -> dict[str, int]:
    """Pick all at once while each stays bound, so that no two are the same.

    The system's own choice (port 0) would come from the range of outgoing connections, one of which
    may sit on it at the next start.
    """
    bound: list[socket.socket] = []
    try:
        chosen = {}
        for name, host in hosts.items():
            listener = _bind_free(host)
            bound.append(listener)
            chosen[name] = int(listener.getsockname()[1])
        return chosen
    finally:
        for listener in bound:
            listener.close()


def _bind_free(host: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in random.sample(_CANDIDATES, k=200):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.bind((host, port))
        except OSError:
            listener.close()
        else:
            return listener
    msg = f"no free port on {host}"
    raise EmbeddedServerError(msg)


def _load(file: Path) -> dict[str, int]:
    try:
        known = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    if not isinstance(known, dict):
        return {}
    return {name: port for name, port in known.items() if isinstance(port, int) and 0 < port < 65536}
