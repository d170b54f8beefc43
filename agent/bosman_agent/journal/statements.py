"""The journal's statements; each runs inside a transaction of the owner thread."""

import time
from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from bosman_agent.journal.held import HeldTasks
from bosman_agent.journal.records import OutboxMessage, OutboxRow, Receipt, TaskEntry
from bosman_agent.journal.writer import Session
from bosman_protocol.envelope import TaskEnvelope

KEEP_FINISHED_SECONDS = 30 * 86_400


def add_messages(session: Session, messages: list[OutboxMessage]) -> None:
    """Put messages into the outbox, in order."""
    now = time.time()
    for message in messages:
        cursor = session.db.execute(
            "INSERT INTO outbox (subject, msg_id, payload, task_id, created_at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (msg_id) DO NOTHING RETURNING id",
            (message.subject, message.msg_id, message.payload, message.task_id.bytes if message.task_id else None, now),
        )
        row = cursor.fetchone()
        if row is not None:
            session.changes.added.append(
                OutboxRow(row[0], message.subject, message.msg_id, message.payload, message.task_id, message.may_wait)
            )


def add_chunks(session: Session, task_id: UUID, messages: list[OutboxMessage], chunk_count: int) -> None:
    """Put output into the outbox and remember how many chunks the task has by now."""
    add_messages(session, messages)
    session.db.execute("UPDATE task SET chunk_count = ? WHERE task_id = ?", (chunk_count, task_id.bytes))


def receive(session: Session, envelope: TaskEnvelope, payload: bytes) -> Receipt:
    """Take a task in, unless its nonce or the task itself has been seen."""
    seen = session.db.execute("SELECT 1 FROM nonce WHERE nonce = ?", (envelope.nonce,)).fetchone()
    if seen:
        return Receipt.REPLAYED
    session.db.execute(
        "INSERT INTO nonce (nonce, expires_at) VALUES (?, ?)", (envelope.nonce, envelope.expires_at.timestamp())
    )
    added = session.db.execute(
        "INSERT INTO task (task_id, payload, state, received_at) VALUES (?, ?, 'received', ?)"
        " ON CONFLICT (task_id) DO NOTHING",
        (envelope.task_id.bytes, payload, time.time()),
    ).rowcount
    if not added:
        return Receipt.KNOWN
    session.changes.received.append(envelope.task_id)
    return Receipt.NEW


def begin(session: Session, task_id: UUID, started: OutboxMessage) -> bool:
    """Mark a received task as running; False when it is not waiting to run any more."""
    changed = session.db.execute(
        "UPDATE task SET state = 'running', started_at = ? WHERE task_id = ? AND state = 'received'",
        (time.time(), task_id.bytes),
    ).rowcount
    if changed:
        add_messages(session, [started])
    return bool(changed)


def finish(
    session: Session, task_id: UUID, chunks: list[OutboxMessage], finished: OutboxMessage, chunk_count: int
) -> bool:
    """Close a task with the last of its output; False when it is closed already."""
    changed = session.db.execute(
        "UPDATE task SET state = 'finished', finished_at = ?, chunk_count = ?, outcome = ?"
        " WHERE task_id = ? AND state <> 'finished'",
        (time.time(), chunk_count, msgspec.json.encode(finished), task_id.bytes),
    ).rowcount
    if changed:
        session.changes.finished.append(task_id)
        add_messages(session, [*chunks, finished])
    return bool(changed)


def unfinished(session: Session) -> list[TaskEntry]:
    """Tasks that wait or run, oldest first."""
    rows = session.db.execute(
        "SELECT task_id, state, payload, chunk_count, started_at FROM task"
        " WHERE state <> 'finished' ORDER BY received_at, task_id"
    )
    return [
        TaskEntry(UUID(bytes=row[0]), row[1], row[2], row[3], datetime.fromtimestamp(row[4], UTC) if row[4] else None)
        for row in rows
    ]


def held(session: Session) -> HeldTasks:
    """Tasks that are unfinished, or whose messages the stream has not acknowledged."""
    unfinished_rows = session.db.execute("SELECT task_id FROM task WHERE state <> 'finished' ORDER BY received_at")
    waiting_rows = session.db.execute("SELECT task_id, COUNT(*) FROM outbox WHERE task_id IS NOT NULL GROUP BY task_id")
    return HeldTasks(
        dict.fromkeys(UUID(bytes=row[0]) for row in unfinished_rows),
        Counter({UUID(bytes=row[0]): row[1] for row in waiting_rows}),
    )


def account_for(session: Session, task_ids: tuple[UUID, ...]) -> list[UUID]:
    """The tasks that the journal has never seen; results of finished ones enter the outbox again.

    The server asks because it misses something. A result keeps its message id,
    so the stream drops it if it is on its way already.
    """
    missing = []
    for task_id in task_ids:
        row = session.db.execute("SELECT state, outcome FROM task WHERE task_id = ?", (task_id.bytes,)).fetchone()
        if row is None:
            missing.append(task_id)
        elif row[0] == "finished":
            add_messages(session, [msgspec.json.decode(row[1], type=OutboxMessage)])
    return missing


def outbox_after(session: Session, row_id: int, limit: int) -> list[OutboxRow]:
    """Waiting messages in order."""
    rows = session.db.execute(
        "SELECT id, subject, msg_id, payload, task_id FROM outbox WHERE id > ? ORDER BY id LIMIT ?", (row_id, limit)
    )
    return [
        OutboxRow(number, subject, msg_id, payload, UUID(bytes=task_id) if task_id else None)
        for number, subject, msg_id, payload, task_id in rows
    ]


def remove_rows(session: Session, rows: list[OutboxRow]) -> None:
    """Forget messages that the stream has acknowledged."""
    for row in rows:
        if session.db.execute("DELETE FROM outbox WHERE id = ?", (row.row_id,)).rowcount:
            session.changes.removed.append(row)


def outbox_state(session: Session) -> tuple[int, int]:
    """Bytes that wait in the outbox and its highest row id."""
    row = session.db.execute("SELECT COALESCE(SUM(LENGTH(payload)), 0), COALESCE(MAX(id), 0) FROM outbox").fetchone()
    return int(row[0]), int(row[1])


def get_meta(session: Session, key: str) -> str | None:
    """A remembered value."""
    row = session.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def set_meta(session: Session, key: str, value: str) -> None:
    """Remember a value."""
    session.db.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def prune(session: Session, now: float) -> None:
    """Forget nonces of expired envelopes and tasks that ended a month ago."""
    session.db.execute("DELETE FROM nonce WHERE expires_at < ?", (now,))
    session.db.execute(
        "DELETE FROM task WHERE state = 'finished' AND finished_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.task_id = task.task_id)",
        (now - KEEP_FINISHED_SECONDS,),
    )
