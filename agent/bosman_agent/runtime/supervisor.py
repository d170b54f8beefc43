"""Puts the agent together, starts it where it left off, and ends it tidily."""

import asyncio
import contextlib
import logging
import signal
import sqlite3
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from bosman_agent import __version__
from bosman_agent.clock import utc_now
from bosman_agent.config import AgentConfig
from bosman_agent.executors.context import failure
from bosman_agent.folder import DataDir
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import Draft, JournalFullError
from bosman_agent.providers import load_providers
from bosman_agent.providers.base import Providers
from bosman_agent.releases.home import Home
from bosman_agent.renewal import Renewal
from bosman_agent.runtime.automatic import AutomaticReports
from bosman_agent.runtime.ending import end_tasks
from bosman_agent.runtime.execution import Ending, Execution, House, finished_message
from bosman_agent.runtime.freeze import FreezeGate
from bosman_agent.runtime.lease import LeaseClient
from bosman_agent.runtime.link import Link
from bosman_agent.runtime.outbox import OutboxPublisher
from bosman_agent.runtime.recovery import TrustRecovery
from bosman_agent.runtime.scheduler import Scheduler
from bosman_agent.runtime.server_clock import ServerClock
from bosman_agent.runtime.status import StatusFile
from bosman_agent.runtime.supervised import Supervision, previous_end
from bosman_agent.runtime.swapping import SwapWatch
from bosman_agent.runtime.trust import TrustKeeper
from bosman_agent.runtime.uplink import DraftMaker
from bosman_protocol.codes import Code
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text
from bosman_protocol.uplink import AgentIncident, AgentStarted

log = logging.getLogger(__name__)

FLUSH_SECONDS = 3.0
HOUSEKEEPING_SECONDS = 3600.0
SWAP_GRACE_SECONDS = 900.0
"""How long other tasks may still finish before the agent gives way to a new version."""


class Supervisor:
    """One running agent."""

    def __init__(
        self,
        data: DataDir,
        config: AgentConfig,
        *,
        supervised: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._data = data
        self._config = config
        self._supervision = Supervision(active=supervised)
        self._swap_wanted = asyncio.Event()
        self._house = House(data, config.server_url, Home.locate(), supervised, self._swap_wanted.set)
        settings = config.settings
        self._journal = Journal(data.journal, outbox_limit_bytes=settings.outbox_limit_bytes)
        self._draft = DraftMaker(config.device_id)
        self._providers: Providers = load_providers(settings.restart_command)
        self._gate = FreezeGate(
            device_id=config.device_id,
            tenant_id=config.tenant_id,
            signing_keys=self._signing_keys,
            journal=self._journal,
            draft=self._draft,
        )
        self._gate.on_change = self._freeze_changed
        self._status = StatusFile(data)
        self._clock = ServerClock(clock)
        self._clock.on_wrong = self._report_trouble
        self._clock.on_offset = self._status.clock_off
        self._scheduler = Scheduler(
            journal=self._journal,
            draft=self._draft,
            execution=self._execution,
            gate=self._gate,
            clock=self._clock.now,
        )
        self._outbox = OutboxPublisher(self._journal)
        self._swap = SwapWatch(data, journal=self._journal, draft=self._draft)
        self._trust = TrustKeeper(data, config=lambda: self._config, replace_config=self._replace_config)
        self._recovery = TrustRecovery(data, self._trust, config=lambda: self._config, now=self._clock.now)
        self._lease = LeaseClient(
            device_id=config.device_id,
            signing_keys=self._signing_keys,
            journal=self._journal,
            scheduler=self._scheduler,
            gate=self._gate,
            trust=self._trust,
            draft=self._draft,
            poll_seconds=settings.poll_seconds,
            reconnect_jitter_seconds=settings.lease_jitter_seconds,
            clock=self._clock,
        )
        self._lease.on_answer = self._supervision.healthy
        self._renewal = Renewal(data)
        self._link = Link(
            data,
            config=lambda: self._config,
            # The gate listens before work is asked for: no order falls between the answer and what is pushed.
            services=[self._gate.serve, self._outbox.serve, self._lease.serve, self._renewal.serve],
            on_change=self._status.update,
            on_outage=self._report_trouble,
        )
        self._automatic = AutomaticReports(
            journal=self._journal,
            draft=self._draft,
            providers=self._providers,
            exclusive_lock=self._scheduler.exclusive_lock,
            connected=self._link.connected,
        )

    def _signing_keys(self) -> dict[str, bytes]:
        return {key.key_id: key.public_key for key in self._config.signing_keys}

    def _freeze_changed(self) -> None:
        self._status.freeze(self._gate.orders)
        self._scheduler.freeze_changed()

    def _replace_config(self, config: AgentConfig) -> None:
        self._config = config

    def _execution(self, envelope: TaskEnvelope, started_at: datetime) -> Execution:
        return Execution(
            envelope, started_at, journal=self._journal, draft=self._draft, providers=self._providers, house=self._house
        )

    async def run(self, stop: asyncio.Event) -> bool:
        """Live until `stop` is set, or until a new version is to be started: then the answer is True.

        Raises JournalBusyError when another agent uses the folder,
        JournalBrokenError when the disk turned bad (a restart begins a new journal).
        """
        reset = await self._journal.open()
        try:
            await self._gate.load()
            self._status.freeze(self._gate.orders)
            await self._take_up_work(reset=reset)
            self._supervision.watch_for_end(asyncio.get_running_loop(), stop.set)
            await self._live(stop)
            return self._swap_wanted.is_set() and not stop.is_set()
        finally:
            await self._outbox.close()
            await self._journal.close()
            self._status.update(None, None, stopped=True)

    async def _live(self, stop: asyncio.Event) -> None:
        settings = self._config.settings
        work = [self._link.run(), self._keep_house(), self._scheduler.expire_frozen(), self._supervision.beat()]
        work.append(self._recovery.run(self._link.connected))
        if settings.automatic_reports:
            work.append(self._automatic.run())
        tasks = [asyncio.ensure_future(item) for item in work]
        # It ends by itself: alone it ends nothing.
        swap = asyncio.create_task(self._swap.run())
        stopped = asyncio.create_task(stop.wait())
        swapping = asyncio.create_task(self._swap_wanted.wait())
        try:
            await asyncio.wait([stopped, swapping, *tasks], return_when=asyncio.FIRST_COMPLETED)
            if stopped.done() or swapping.done():
                log.info("stopping", extra={"swap": swapping.done()})
                if not stopped.done():
                    await self._scheduler.run_dry(SWAP_GRACE_SECONDS, stopped)
                await self._scheduler.stop(settings.shutdown_grace_seconds if stopped.done() else 0)
                if self._link.connected.is_set():
                    await self._outbox.flush(FLUSH_SECONDS)
            else:
                await self._scheduler.stop(0)
        finally:
            await end_tasks([stopped, swapping, swap, *tasks])
        for task in tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    async def _take_up_work(self, *, reset: bool) -> None:
        """Close what was running when the last process died, queue what had not begun, and say hello."""
        interrupted: list[UUID] = []
        waiting: list[TaskEnvelope] = []
        for entry in await self._journal.unfinished():
            if entry.state == "received":
                waiting.append(entry.envelope())
                continue
            if self._swap.keep_open(entry):
                continue
            ending = Ending("failed", failure(Code.AGENT_INTERRUPTED))
            message = finished_message(
                entry.task_id, ending, started_at=entry.started_at, chunk_count=entry.chunk_count
            )
            await self._journal.finish(entry.task_id, [], self._draft(message), entry.chunk_count)
            interrupted.append(entry.task_id)
        hello = AgentStarted(
            at=utc_now(),
            agent_version=__version__,
            boot_id=self._providers.facts.boot_id(),
            interrupted_tasks=tuple(interrupted[:1000]),
            journal_reset=reset,
        )
        try:
            await self._journal.add([self._draft(hello), *self._trouble()])
        except JournalFullError:
            log.exception("disk is full")
        self._scheduler.resume(waiting)

    async def _report_trouble(self, error: ErrorDetail) -> None:
        """Tell the server of something that the agent has lived with."""
        self._status.trouble(error.code)
        log.warning("trouble", extra={"code": error.code, **error.params})
        try:
            await self._journal.add([self._draft(AgentIncident(utc_now(), error))])
        except (JournalFullError, sqlite3.Error):
            log.exception("trouble cannot be written down")

    def _trouble(self) -> list[Draft]:
        """What the keeper had to do about the last run."""
        end = clean_text(previous_end(), 200)
        if not end or self._swap.swap is not None:
            return []
        code = Code.AGENT_RUNTIME_HUNG if end == "hung" else Code.AGENT_RUNTIME_DIED
        return [self._draft(AgentIncident(utc_now(), failure(code, reason=end)))]

    async def _keep_house(self) -> None:
        while True:
            with contextlib.suppress(JournalFullError):
                await self._journal.prune()
            await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def run_agent(data: DataDir, config: AgentConfig, *, supervised: bool = False) -> bool:
    """Run until SIGTERM or SIGINT, or until the keeper asks for the end; True when it shall start a new version.

    Raises what `Supervisor.run` raises.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            # Windows' event loops know no signals (asyncio's documentation of add_signal_handler).
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return await Supervisor(data, config, supervised=supervised).run(stop)
