"""nats-py without what few agents need: it loads aiohttp, eleven megabytes, wherever that is installed."""

import importlib
import sys
from typing import Any

_withheld = "aiohttp" not in sys.modules
if _withheld:
    sys.modules["aiohttp"] = None  # type: ignore[assignment] # what makes an import of it fail, as nats-py expects it may

from nats.aio import transport  # noqa: E402 - only now
from nats.aio.client import Client as NatsClient  # noqa: E402 - only now
from nats.aio.msg import Msg  # noqa: E402 - only now
from nats.errors import Error as NatsError  # noqa: E402 - only now
from nats.protocol import parser  # noqa: E402 - only now

from bosman_protocol.hostile_wire import HostileWire, harden  # noqa: E402 - only now

if _withheld:
    del sys.modules["aiohttp"]

harden(parser)


class Client(HostileWire, NatsClient):
    """nats-py's client, which reads on whatever comes."""


__all__ = ["Client", "Msg", "NatsError", "allow_websockets"]


def allow_websockets() -> None:
    """Load what wss:// needs after all. Raises ImportError."""
    module: Any = transport
    module.aiohttp = importlib.import_module("aiohttp")
