"""Renews the device's certificate long before it ends, with a new key each time."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

import msgspec

from bosman_agent.backoff import spread
from bosman_agent.clock import utc_now
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.identity.keys import IdentityBrokenError, create_key, read_validity, store_identity
from bosman_agent.transport.connection import BusUnreachableError, Connection
from bosman_protocol import subjects
from bosman_protocol.lease import RenewReply, RenewRequest

log = logging.getLogger(__name__)

CHECK_SECONDS = 6 * 3600.0
ANSWER_SECONDS = 15.0


class RenewalRefusedError(Exception):
    """The server gives no new certificate; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Renewal:
    """Watches the certificate. A new identity lies beside the old one until it has connected once."""

    def __init__(
        self,
        data: DataDir,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._data = data
        self._clock = clock

    async def serve(self, connection: Connection) -> None:
        """Renew when it is time, and then give the connection up so that the next one uses the new identity."""
        while True:
            try:
                if self._due() and not self._data.next_identity.exists():
                    await self._renew(connection)
                    log.info("certificate renewed, reconnecting")
                    connection.give_up()
                    return
            except (BusUnreachableError, RenewalRefusedError, IdentityBrokenError, OSError) as error:
                log.warning("certificate cannot be renewed now", extra={"error": error})
            await asyncio.sleep(spread(CHECK_SECONDS))

    def _due(self) -> bool:
        return read_validity(self._data.identity).due_for_renewal(self._clock())

    async def _renew(self, connection: Connection) -> None:
        key = await asyncio.to_thread(create_key)
        answer = await connection.request(
            subjects.renew_request(connection.device_id),
            msgspec.json.encode(RenewRequest(key.csr_pem)),
            ANSWER_SECONDS,
        )
        try:
            reply = msgspec.json.decode(answer, type=RenewReply)
        except msgspec.MsgspecError as error:
            raise BusUnreachableError(f"unreadable answer: {error}") from error
        if reply.certificate_pem is None:
            raise RenewalRefusedError(reply.error_code or "server.error")
        store_identity(self._data.next_identity, key, reply.certificate_pem)
