"""What agents say of their tasks becomes rows; a task that is not the sender's is refused and audited."""

from uuid import UUID

import msgspec
import structlog

from bosman_protocol.codes import Code
from bosman_protocol.failures import ErrorDetail
from bosman_protocol.limits import MAX_OUTPUT_BYTES
from bosman_protocol.progress import parse_note
from bosman_protocol.text import clean_text
from bosman_protocol.uplink import OutputChunk, TaskFinished, TaskProgress, TaskStarted, TaskUnknown
from bosman_protocol.work import TaskKind, parse_result
from bosman_server.core.audit.actions import Action
from bosman_server.core.audit.service import Actor, record
from bosman_server.core.specs.kind_spec import spec_of
from bosman_server.fleet.devices.directory import KnownDevice
from bosman_server.fleet.ingest.batch import Handlers, IngestBatch, Received, clean_params, device_time
from bosman_server.kit import live
from bosman_server.kit.metrics import UPLINK_REFUSED
from bosman_server.work.tasks import sql

log = structlog.get_logger()

_STATE_EVENT = live.encode(live.TaskStateChanged())
_TAIL_CHARACTERS = 300
_MOST_ERROR_PARAMS = 50
_MAX_STORED_BYTES = 2 * MAX_OUTPUT_BYTES
_MAX_CHUNKS = 400_000
"""Of one task: rows cost more than the few letters that may be in them."""


def _actor(device: KnownDevice) -> Actor:
    return Actor("device", device.id, device.hostname)


async def _not_changed(ingest: IngestBatch, device: KnownDevice, task_id: object, action: Action) -> None:
    """Nothing matched: a repetition (fine), somebody else's task, or output after the end (refused)."""
    found = await ingest.tx.connection.fetchval(sql.OWNED, device.tenant_id, task_id, device.id)
    if found is None:
        code = Code.TASK_NOT_YOURS
    elif found == "finished" and action == "task.output":
        code = Code.TASK_ALREADY_FINISHED
    else:
        return
    UPLINK_REFUSED.labels(code.value).inc()
    await ingest.trail.record(device, action, after={"task_id": task_id}, refused=code.value, tx=ingest.tx)


def _tell(
    ingest: IngestBatch, device: KnownDevice, message: TaskStarted | TaskProgress | TaskFinished, state: str
) -> None:
    percent = message.percent if isinstance(message, TaskProgress) else None
    ingest.tx.publish(live.output(device.tenant_id, message.task_id), _STATE_EVENT)
    ingest.tx.announce(
        live.Change("task", device.tenant_id, message.task_id, device.id, state=state, progress_percent=percent)
    )


async def on_output(ingest: IngestBatch, received: list[Received]) -> None:
    """Store chunks and show them at once."""
    by_task: dict[tuple[KnownDevice, object], list[OutputChunk]] = {}
    for device, chunk, _ in received:
        by_task.setdefault((device, chunk.task_id), []).append(chunk)
    for (device, task_id), chunks in by_task.items():
        added = await ingest.tx.connection.fetchrow(
            sql.ADD_CHUNKS, device.tenant_id, task_id, device.id, _MAX_STORED_BYTES, _MAX_CHUNKS,
            [chunk.seq for chunk in chunks], [chunk.stream for chunk in chunks],
            [device_time(chunk.at) for chunk in chunks], [chunk.text.replace("\x00", "") for chunk in chunks],
        )  # fmt: skip
        if added is None:
            await _not_changed(ingest, device, task_id, "task.output")
            continue
        if added["ended"]:
            await _complete(ingest, device, task_id, chunks, added["chunk_count"] or 0)
        for chunk in chunks:
            added_now = live.TaskOutputAdded(chunk.seq, chunk.stream, chunk.at, chunk.text)
            ingest.tx.publish(live.output(device.tenant_id, chunk.task_id), live.encode(added_now))


async def _complete(
    ingest: IngestBatch, device: KnownDevice, task_id: object, chunks: list[OutputChunk], chunk_count: int
) -> None:
    """Output overtook its own end on the way; what lies beyond the end that was told is none, and leaves `chunks`."""
    within = [chunk for chunk in chunks if chunk.seq < chunk_count]
    if len(within) < len(chunks):
        await _not_changed(ingest, device, task_id, "task.output")
    chunks[:] = within
    await ingest.tx.connection.execute(sql.SET_TAILS, device.tenant_id, task_id, *await _tails(ingest, device, task_id))


async def on_started(ingest: IngestBatch, received: list[Received]) -> None:
    """The effect begins; one whose end is stored with it is over already, and its end tells both."""
    over = {(device.id, end.task_id) for device, end, _ in ingest.batch if isinstance(end, TaskFinished)}
    for device, message, _ in received:
        if (device.id, message.task_id) in over:
            continue
        at = device_time(message.at)
        if await ingest.tx.connection.fetchval(sql.STARTED, device.tenant_id, message.task_id, device.id, at):
            _tell(ingest, device, message, "running")
        else:
            await _not_changed(ingest, device, message.task_id, "task.start")


def _note(device: KnownDevice, message: TaskProgress) -> object:
    """The note as a column holds it. One that this server does not know is counted: a newer agent may say it."""
    if message.note_code is None:
        return None
    try:
        note = parse_note(message.note_code, clean_params(message.note_params))
    except msgspec.ValidationError as error:
        UPLINK_REFUSED.labels(Code.UPLINK_INVALID.value).inc()
        log.info("note is not known", device_id=str(device.id), note=message.note_code, error=str(error))
        return None
    return msgspec.to_builtins(note)


async def on_progress(ingest: IngestBatch, received: list[Received]) -> None:
    """How far a task is; of several reports on one task only the last matters."""
    latest = {(device, message.task_id): message for device, message, _ in received}
    for (device, task_id), message in latest.items():
        note = _note(device, message)
        if await ingest.tx.connection.fetchval(
            sql.PROGRESS, device.tenant_id, task_id, device.id, message.percent, note
        ):
            _tell(ingest, device, message, "running")
        else:
            await _not_changed(ingest, device, task_id, "task.progress")


async def _tails(ingest: IngestBatch, device: KnownDevice, task_id: object) -> tuple[str | None, str | None]:
    """The last words on stdout and stderr, fit for a list [R25]."""
    rows = await ingest.tx.connection.fetch(sql.TAILS, device.tenant_id, task_id)
    found = {row["stream"]: _tail(row["text"]) for row in rows}
    return found.get("stdout"), found.get("stderr")


def _tail(text: str) -> str | None:
    end = text[-4 * _TAIL_CHARACTERS :]
    return clean_text(end, len(end), multiline=True)[-_TAIL_CHARACTERS:].strip() or None


def _result(device: KnownDevice, message: TaskFinished, kind: str | None) -> object:
    """The result as a column holds it; what is not what its kind brings is kept out, and counted."""
    raw = bytes(message.result)
    if kind is None or raw == b"null":
        return None
    try:
        return msgspec.to_builtins(parse_result(TaskKind(kind), raw))
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        UPLINK_REFUSED.labels(Code.UPLINK_INVALID.value).inc()
        log.warning("result is none of its kind", device_id=str(device.id), kind=kind, error=str(error)[:500])
        return None


async def _kinds(ingest: IngestBatch, received: list[Received]) -> dict[UUID, str]:
    tenant_ids = list({device.tenant_id for device, _, _ in received})
    task_ids = [message.task_id for _, message, _ in received]
    rows = await ingest.tx.connection.fetch(sql.KINDS_OF, tenant_ids, task_ids)
    return {row["id"]: row["kind"] for row in rows}


def _error(error: ErrorDetail | None) -> tuple[str | None, object, str | None]:
    if error is None:
        return None, None, None
    detail = clean_text(error.detail, 4000, multiline=True) if error.detail else None
    return error.code, clean_params(error.params, _MOST_ERROR_PARAMS), detail


async def _keep(ingest: IngestBatch, device: KnownDevice, message: TaskFinished, kind: str, result: object) -> None:
    """Some kinds bring what is to be known of the device for longer than of the task."""
    keep = spec_of(TaskKind(kind)).keep
    if keep is None or message.state != "succeeded" or not isinstance(result, dict):
        return
    finished_at = device_time(message.finished_at)
    await keep(ingest.tx.connection, device.tenant_id, device.id, message.task_id, finished_at, result)
    ingest.tx.announce(live.Change("device", device.tenant_id, device.id, device.id))


async def on_finished(ingest: IngestBatch, received: list[Received]) -> None:
    """The end of a task, audited in the same transaction."""
    kinds = await _kinds(ingest, received)
    for device, message, _ in received:
        result = _result(device, message, kinds.get(message.task_id))
        code, params, detail = _error(message.error)
        tails = await _tails(ingest, device, message.task_id) if message.chunk_count else (None, None)
        row = await ingest.tx.connection.fetchrow(
            sql.FINISHED, device.tenant_id, message.task_id, device.id, message.state,
            device_time(message.started_at) if message.started_at else None,
            device_time(message.finished_at), message.exit_code, code, params, detail, result,
            message.chunk_count, *tails,
        )  # fmt: skip
        if row is None:
            await _not_changed(ingest, device, message.task_id, "task.finish")
            continue
        await _keep(ingest, device, message, row["kind"], result)
        after = {"kind": row["kind"], "state": message.state, "exit_code": message.exit_code, "error_code": code}
        if result is None and bytes(message.result) != b"null":
            after["result"] = "refused"
        target = ("task", message.task_id)
        record(
            ingest.tx, device.tenant_id, _actor(device), "task.finish",
            target=target, after=after, device_id=device.id,
        )  # fmt: skip
        _tell(ingest, device, message, message.state)
        ingest.tx.announce(live.Change("job", device.tenant_id, row["job_id"]))


async def on_unknown(ingest: IngestBatch, received: list[Received]) -> None:
    """The agent has lost a task: said aloud, never silently repeated."""
    for device, message, _ in received:
        row = await ingest.tx.connection.fetchrow(sql.LOST, device.tenant_id, message.task_id, device.id)
        if row is None:
            continue
        after = {"kind": row["kind"], "state": "failed", "error_code": Code.AGENT_LOST_TASK.value}
        target = ("task", message.task_id)
        record(
            ingest.tx, device.tenant_id, _actor(device), "task.finish",
            target=target, after=after, device_id=device.id,
        )  # fmt: skip
        change = live.Change("task", device.tenant_id, message.task_id, device.id, state="failed")
        ingest.tx.publish(live.output(device.tenant_id, message.task_id), _STATE_EVENT)
        ingest.tx.announce(change)


HANDLERS: Handlers = {
    OutputChunk: on_output,
    TaskStarted: on_started,
    TaskProgress: on_progress,
    TaskFinished: on_finished,
    TaskUnknown: on_unknown,
}
