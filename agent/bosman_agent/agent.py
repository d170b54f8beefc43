"""Puts the agent together, starts it where it left off, and ends it tidily."""

import asyncio
import contextlib
import logging
import signal
import sqlite3
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from bosman_agent import __version__
from bosman_agent.cancellation import cancel_and_wait
from bosman_agent.clock import utc_now
from bosman_agent.enrollment.renewal import Renewal
from bosman_agent.enrollment.trust import TrustStore
from bosman_agent.enrollment.trust_recovery import TrustRecovery
from bosman_agent.identity.config import AgentConfig
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.journal.journal import Journal
from bosman_agent.journal.records import JournalFullError, OutboxMessage
from bosman_agent.outbox.messages import MessageFactory
from bosman_agent.outbox.publisher import OutboxPublisher
from bosman_agent.platform.base import Providers
from bosman_agent.platform.factory import load_providers
from bosman_agent.tasks.execution import Execution, TaskOutcome, finished_message
from bosman_agent.tasks.executors.context import failure
from bosman_agent.tasks.executors.registry import Executors, Installation
from bosman_agent.tasks.freeze import FreezeGate
from bosman_agent.tasks.lease import LeaseClient
from bosman_agent.tasks.scheduler import Scheduler
from bosman_agent.tasks.update_completion import UpdateCompletion
from bosman_agent.telemetry.last_scan import RememberedScans
from bosman_agent.telemetry.periodic_reports import PeriodicReports
from bosman_agent.telemetry.status_file import StatusFile
from bosman_agent.transport.connection_manager import ConnectionManager
from bosman_agent.transport.server_clock import ServerClock
from bosman_agent.watchdog.client import WatchdogClient, previous_end
from bosman_agent.watchdog.home import Home
from bosman_protocol.codes import Code
from bosman_protocol.envelope import TaskEnvelope
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.text import clean_text
from bosman_protocol.uplink import AgentIncident, AgentStarted

log = logging.getLogger(__name__)

FLUSH_SECONDS = 3.0
HOUSEKEEPING_SECONDS = 3600.0
UPDATE_GRACE_SECONDS = 900.0
"""How long other tasks may still finish before the agent gives way to a new version."""


class Agent:
    """One running agent."""

    def __init__(
        self,
        data: DataDir,
        config: AgentConfig,
        *,
        has_watchdog: bool = False,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._data = data
        self._config = config
        self._watchdog = WatchdogClient(active=has_watchdog)
        self._update_wanted = asyncio.Event()
        self._executors = Executors(Installation(data, config.server_url, Home.locate(), has_watchdog))
        settings = config.settings
        self._journal = Journal(data.journal, outbox_limit_bytes=settings.outbox_limit_bytes)
        self._new_message = MessageFactory(config.device_id)
        providers = load_providers(settings.restart_command)
        remembered = RememberedScans(providers.updates, data)
        self._providers: Providers = msgspec.structs.replace(providers, updates=remembered)
        self._gate = self._freeze_gate()
        self._gate.on_change = self._freeze_changed
        self._status = StatusFile(data)
        self._clock = ServerClock(clock)
        self._clock.on_wrong = self._report_trouble
        self._clock.on_offset = self._status.clock_off
        self._scheduler = Scheduler(
            journal=self._journal,
            new_message=self._new_message,
            execution=self._execution,
            gate=self._gate,
            clock=self._clock.now,
        )
        self._outbox = OutboxPublisher(self._journal)
        self._update_completion = UpdateCompletion(data, journal=self._journal, new_message=self._new_message)
        self._trust = TrustStore(data, config=lambda: self._config, replace_config=self._replace_config)
        self._recovery = TrustRecovery(data, self._trust, config=lambda: self._config, now=self._clock.now)
        self._lease = self._lease_client()
        self._lease.on_answer = self._watchdog.healthy
        self._renewal = Renewal(data)
        self._connection_manager = self._connections()
        self._periodic_reports = PeriodicReports(
            journal=self._journal,
            new_message=self._new_message,
            providers=self._providers,
            exclusive_lock=self._scheduler.exclusive_lock,
            connected=self._connection_manager.connected,
        )

    def _freeze_gate(self) -> FreezeGate:
        return FreezeGate(
            device_id=self._config.device_id,
            tenant_id=self._config.tenant_id,
            signing_keys=self._signing_keys,
            journal=self._journal,
            new_message=self._new_message,
        )

    def _lease_client(self) -> LeaseClient:
        return LeaseClient(
            device_id=self._config.device_id,
            signing_keys=self._signing_keys,
            journal=self._journal,
            scheduler=self._scheduler,
            gate=self._gate,
            trust=self._trust,
            new_message=self._new_message,
            poll_seconds=self._config.settings.poll_seconds,
            reconnect_jitter_seconds=self._config.settings.lease_jitter_seconds,
            clock=self._clock,
        )

    def _connections(self) -> ConnectionManager:
        return ConnectionManager(
            self._data,
            config=lambda: self._config,
            # The gate listens before work is asked for: no order falls between the answer and what is pushed.
            services=[self._gate.serve, self._outbox.serve, self._lease.serve, self._renewal.serve],
            on_change=self._status.update,
            on_outage=self._report_trouble,
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
            envelope,
            started_at,
            journal=self._journal,
            new_message=self._new_message,
            providers=self._providers,
            executors=self._executors,
            on_deferred=self._update_wanted.set,
        )

    async def run(self, stop: asyncio.Event) -> bool:
        """Live until `stop` is set, or until a new version is to be started: then the answer is True.

        Raises JournalBusyError when another agent uses the folder,
        JournalBrokenError when nothing can be written any more: a restart mends that, where it must with a new journal.
        """
        reset = await self._journal.open()
        try:
            await self._gate.load()
            self._status.freeze(self._gate.orders)
            await self._take_up_work(reset=reset)
            self._watchdog.watch_for_end(asyncio.get_running_loop(), stop.set)
            await self._live(stop)
            return self._update_wanted.is_set() and not stop.is_set()
        finally:
            await self._outbox.close()
            await self._journal.close()
            self._status.update(None, None, stopped=True)

    async def _live(self, stop: asyncio.Event) -> None:
        settings = self._config.settings
        work = [
            self._connection_manager.run(),
            self._prune_regularly(),
            self._scheduler.expire_frozen(),
            self._watchdog.beat(),
        ]
        work += [self._recovery.run(self._connection_manager.connected), self._journal.wait_broken()]
        if settings.automatic_reports:
            work.append(self._periodic_reports.run())
        tasks = [asyncio.ensure_future(item) for item in work]
        # It ends by itself: alone it ends nothing.
        completion = asyncio.create_task(self._update_completion.run())
        stopped = asyncio.create_task(stop.wait())
        update_wanted = asyncio.create_task(self._update_wanted.wait())
        try:
            await asyncio.wait([stopped, update_wanted, *tasks], return_when=asyncio.FIRST_COMPLETED)
            if stopped.done() or update_wanted.done():
                log.info("stopping", extra={"update": update_wanted.done()})
                if not stopped.done():
                    await self._scheduler.drain(UPDATE_GRACE_SECONDS, stopped)
                await self._scheduler.stop(settings.shutdown_grace_seconds if stopped.done() else 0)
                if self._connection_manager.connected.is_set():
                    await self._outbox.flush(FLUSH_SECONDS)
            else:
                await self._scheduler.stop(0)
        finally:
            await cancel_and_wait([stopped, update_wanted, completion, *tasks])
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
            if self._update_completion.keep_open(entry):
                continue
            outcome = TaskOutcome("failed", failure(Code.AGENT_INTERRUPTED))
            message = finished_message(
                entry.task_id, outcome, started_at=entry.started_at, chunk_count=entry.chunk_count
            )
            await self._journal.finish(entry.task_id, [], self._new_message(message), entry.chunk_count)
            interrupted.append(entry.task_id)
        hello = AgentStarted(
            at=utc_now(),
            agent_version=__version__,
            boot_id=self._providers.facts.boot_id(),
            interrupted_tasks=tuple(interrupted[:1000]),
            journal_reset=reset,
        )
        try:
            await self._journal.add([self._new_message(hello), *self._trouble()])
        except JournalFullError:
            log.exception("disk is full")
        self._scheduler.resume(waiting)

    async def _report_trouble(self, error: ErrorDetail) -> None:
        """Tell the server of something that the agent has lived with."""
        self._status.trouble(error.code)
        log.warning("trouble", extra={"code": error.code, **error.params})
        try:
            await self._journal.add([self._new_message(AgentIncident(utc_now(), error))])
        except (JournalFullError, sqlite3.Error):
            log.exception("trouble cannot be written down")

    def _trouble(self) -> list[OutboxMessage]:
        """What the watchdog had to do about the last run."""
        end = clean_text(previous_end(), 200)
        if not end or self._update_completion.update is not None:
            return []
        code = Code.AGENT_RUNTIME_HUNG if end == "hung" else Code.AGENT_RUNTIME_DIED
        return [self._new_message(AgentIncident(utc_now(), failure(code, reason=end)))]

    async def _prune_regularly(self) -> None:
        while True:
            with contextlib.suppress(JournalFullError):
                await self._journal.prune()
            await asyncio.sleep(HOUSEKEEPING_SECONDS)


async def run_agent(data: DataDir, config: AgentConfig, *, has_watchdog: bool = False) -> bool:
    """Run until SIGTERM or SIGINT, or until the watchdog asks for the end; True when it shall start a new version.

    Raises what `Agent.run` raises.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:
            # Windows' event loops know no signals (asyncio's documentation of add_signal_handler).
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return await Agent(data, config, has_watchdog=has_watchdog).run(stop)
