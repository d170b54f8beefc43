"""Runs in Salt's own environment: `salt_client.py MASTER_CONFIG COUNT` prints milliseconds as a JSON list."""

import json
import sys
import time

import salt.client  # type: ignore[import-not-found]  # lives in the peer's environment only

_WARM_UP = 5
_READY_SECONDS = 120.0
_COMMAND = ("bench", "cmd.run", ["echo hi"])


def main() -> None:
    client = salt.client.LocalClient(c_path=sys.argv[1])
    deadline = time.monotonic() + _READY_SECONDS
    while client.cmd(*_COMMAND, timeout=10) != {"bench": "hi"}:
        if time.monotonic() > deadline:
            sys.exit("the minion does not answer")
        time.sleep(1)
    times = []
    for _ in range(int(sys.argv[2]) + _WARM_UP):
        began = time.perf_counter()
        answer = client.cmd(*_COMMAND, timeout=15)
        if answer == {"bench": "hi"}:
            times.append(1000 * (time.perf_counter() - began))
    print(json.dumps(times[_WARM_UP:]))


if __name__ == "__main__":
    main()
