"""Runs in Salt's own environment: `salt_client.py MASTER_CONFIG COUNT` prints milliseconds as a JSON list."""

import json
import sys
import time

import salt.client  # type: ignore[import-not-found]  # lives in the peer's environment only
import salt.exceptions  # type: ignore[import-not-found]  # lives in the peer's environment only

_WARM_UP = 5
_READY_SECONDS = 120.0
_COMMAND = ("bench", "cmd.run", ["echo hi"])


def _connect() -> salt.client.LocalClient:
    """A client that has had an answer; one that was made before the master was ready stays deaf."""
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline:
        try:
            client = salt.client.LocalClient(c_path=sys.argv[1])
            if client.cmd(*_COMMAND, timeout=5) == {"bench": "hi"}:
                return client
        except salt.exceptions.SaltException:
            pass
        time.sleep(1)
    sys.exit("the minion does not answer")


def main() -> None:
    client = _connect()
    times = []
    for _ in range(int(sys.argv[2]) + _WARM_UP):
        began = time.perf_counter()
        answer = client.cmd(*_COMMAND, timeout=15)
        if answer == {"bench": "hi"}:
            times.append(1000 * (time.perf_counter() - began))
    print(json.dumps(times[_WARM_UP:]))


if __name__ == "__main__":
    main()
