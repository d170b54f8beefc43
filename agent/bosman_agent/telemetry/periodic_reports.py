"""Facts, software and pending updates once a day without being asked, first right after enrolment."""

import asyncio
import logging
import sqlite3
from datetime import datetime, timedelta

from bosman_agent.backoff import spread
from bosman_agent.clock import utc_now
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import JournalFullError
from bosman_agent.outbox.messages import MessageFactory
from bosman_agent.platform.base import ProviderError, Providers
from bosman_agent.telemetry.inventory import send_inventory
from bosman_agent.telemetry.pending_updates import send_pending_updates
from bosman_protocol.failures import ParamValue
from bosman_protocol.progress import NoteCode
from bosman_protocol.uplink import UplinkMessage

log = logging.getLogger(__name__)

LAST_RUN = "automatic_reports_at"
PERIOD = timedelta(days=1)
SETTLE_SECONDS = 0.5


class PeriodicReports:
    """Sends the daily reports while there is a connection to send them over."""

    def __init__(
        self,
        *,
        journal: Journal,
        new_message: MessageFactory,
        providers: Providers,
        exclusive_lock: asyncio.Lock,
        connected: asyncio.Event,
    ) -> None:
        self._journal = journal
        self._new_message = new_message
        self._providers = providers
        self._exclusive_lock = exclusive_lock
        self._connected = connected

    async def run(self) -> None:
        """Report now if it never happened, then every day; cancelled from outside."""
        while True:
            await asyncio.sleep(await self._seconds_until_due())
            await self._connected.wait()
            # Work that waits on the server goes first.
            await asyncio.sleep(SETTLE_SECONDS)
            try:
                await self.report_once()
                await self._journal.set_meta(LAST_RUN, utc_now().isoformat())
            except (JournalFullError, sqlite3.Error) as error:
                log.warning("reports cannot be stored", extra={"error": error})
                await asyncio.sleep(spread(600.0))

    async def _seconds_until_due(self) -> float:
        last = await self._journal.get_meta(LAST_RUN)
        if last is None:
            return 0.0
        due = datetime.fromisoformat(last) + PERIOD
        left = (due - utc_now()).total_seconds()
        # A clock that was set back must not silence the device for years.
        return spread(min(max(left, 60.0), PERIOD.total_seconds()), 0.1)

    async def report_once(self) -> None:
        """Send everything once; a provider that fails is logged and does not stop the others."""
        try:
            await send_inventory(self._providers, self._send)
        except ProviderError as error:
            log.warning("inventory failed", extra={"code": error.error.code, "detail": error.error.detail})
        async with self._exclusive_lock:
            try:
                await send_pending_updates(
                    self._providers, self._send, refresh=True, log=_ignore_log, progress=_ignore_progress
                )
            except ProviderError as error:
                log.warning("scan failed", extra={"code": error.error.code, "detail": error.error.detail})

    async def _send(self, message: UplinkMessage) -> None:
        await self._journal.add([self._new_message(message)])


def _ignore_log(_stream: str, _text: str) -> None:
    return


def _ignore_progress(percent: int | None, code: NoteCode | None = None, **params: ParamValue) -> None:  # noqa: ARG001 - the protocol names them
    return
