"""The process that talks to Windows Update: `python -m bosman_agent.platform.windows.wua.child FILE`.

FILE holds a `Request`. Searches take minutes, hang for hours on some machines, and cannot be cancelled: a process can.
It says one event a line on standard output and exits with 0, also when the act failed: the events say so.
"""

import sys
import traceback
from pathlib import Path

import msgspec

assert sys.platform == "win32"

import ctypes

from bosman_agent.platform.windows.wua import actions
from bosman_agent.platform.windows.wua.com import ComError
from bosman_agent.platform.windows.wua.wire import Failed, Finished, Request, encode

ES_CONTINUOUS, ES_SYSTEM_REQUIRED = 0x80000000, 0x00000001


def say(event: msgspec.Struct) -> None:
    """One event, out at once."""
    sys.stdout.write(encode(event))
    sys.stdout.flush()


def act(request: Request) -> None:
    """Do what is asked. Raises ComError."""
    if request.act == "state":
        actions.say_state(say)
        return
    session = actions.Session(say)
    if request.act == "search":
        session.search("first")
    elif request.act == "history":
        session.history(request.limit)
    else:
        # A laptop that falls asleep in the middle of an installation would be worse than a warm one.
        ctypes.windll.kernel32.SetThreadExecutionState(ES_CONTINUOUS | ES_SYSTEM_REQUIRED)
        if request.act == "install":
            session.install(request)
        else:
            session.uninstall(request.kb)


def main(path: str) -> int:
    """Do what the file asks for; every failure is an event."""
    try:
        act(msgspec.json.decode(Path(path).read_bytes(), type=Request))
    except ComError as error:
        say(actions.failed(error))
    except Exception:  # noqa: BLE001 - the parent is told whatever it was
        say(Failed(0, traceback.format_exc()[-2000:]))
    say(Finished())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
