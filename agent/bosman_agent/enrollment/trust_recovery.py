"""A way back when the bus has moved: the trust statement from the gateway, while no known address answers.

Nothing is believed because of where it came from: a statement counts only as it would over the bus.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from bosman_agent import __version__
from bosman_agent.backoff import spread
from bosman_agent.enrollment.trust import TrustStore
from bosman_agent.identity.config import AgentConfig
from bosman_agent.identity.data_dir import DataDir
from bosman_protocol.signing import SignedEnvelope
from bosman_protocol.trust import MAX_CHAIN, TRUST_PATH

log = logging.getLogger(__name__)

LOOK_SECONDS = 300.0
TIMEOUT_SECONDS = 20.0
MAX_ANSWER_BYTES = 256 * 1024


class TrustRecovery:
    """Asks the gateway every few minutes, as long as there is no connection."""

    def __init__(
        self, data: DataDir, trust: TrustStore, *, config: Callable[[], AgentConfig], now: Callable[[], datetime]
    ) -> None:
        self._data = data
        self._trust = trust
        self._config = config
        self._now = now

    async def run(self, connected: asyncio.Event) -> None:
        """Look until cancelled. A gateway that does not answer is asked again."""
        while True:
            await asyncio.sleep(spread(LOOK_SECONDS))
            if connected.is_set() or not self._trust.version:
                continue
            url = self._config().server_url
            try:
                statements = await asyncio.to_thread(_fetch, url, self._data.authority, self._trust.version)
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                log.info("no trust statement from the gateway", extra={"error": f"{type(error).__name__}: {error}"})
                continue
            await self._trust.take(statements[:MAX_CHAIN], None, self._now())


def _fetch(server_url: str, authority: Path, version: int) -> tuple[SignedEnvelope, ...]:
    """The statements after a version. Raises OSError, ValueError, msgspec.MsgspecError."""
    import http.client  # noqa: PLC0415 - heavy, and hardly ever needed
    import ssl  # noqa: PLC0415 - as above
    from urllib.parse import urlsplit  # noqa: PLC0415 - as above

    url = urlsplit(server_url)
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    trusted.load_verify_locations(cafile=str(authority))
    connection = http.client.HTTPSConnection(url.hostname or "", url.port, timeout=TIMEOUT_SECONDS, context=trusted)
    try:
        headers = {"User-Agent": f"bosman-agent/{__version__}"}
        connection.request("GET", f"{url.path.rstrip('/')}{TRUST_PATH}?after={version}", headers=headers)
        response = connection.getresponse()
        body = response.read(MAX_ANSWER_BYTES)
        if response.status != http.client.OK:
            raise ValueError(f"HTTP {response.status}")
        return msgspec.json.decode(body, type=tuple[SignedEnvelope, ...])
    except http.client.HTTPException as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    finally:
        connection.close()
