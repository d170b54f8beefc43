"""The streams that keep what devices report until a worker has stored it, and how a worker reads from them.

A stream acknowledges nothing: an acknowledgement would go to whatever reply subject the device names, with the
server's rights. It repeats the headers of what it has stored to the device on whose subject it came instead.
"""

import structlog
from nats.aio.client import Client
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RePublish,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.client import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from bosman_protocol import subjects
from bosman_protocol.limits import MAX_MESSAGE_BYTES

log = structlog.get_logger()

CONSUMER = "ingest"
ACK_WAIT_SECONDS = 10.0
"""What a worker that died had taken and not stored goes to another one after so long."""
MAX_ACK_PENDING = 500_000
"""Far more than any worker takes at once: what is put off for a device over its quota counts too."""
_OUTDATED_CONSUMER = "uplink"
_DAY = 24 * 3600


def _stream(name: str, listened: tuple[str, ...], *, per_device: int, max_bytes: int) -> StreamConfig:
    return StreamConfig(
        name=name,
        subjects=list(listened),
        retention=RetentionPolicy.WORK_QUEUE,
        storage=StorageType.FILE,
        discard=DiscardPolicy.NEW,
        discard_new_per_subject=True,
        max_msgs_per_subject=per_device,
        max_msg_size=MAX_MESSAGE_BYTES + 64 * 1024,
        max_bytes=max_bytes,
        max_age=30 * _DAY,
        no_ack=True,
        republish=RePublish(src=subjects.STORED_FROM, dest=subjects.STORED_TO, headers_only=True),
    )


STREAMS = (
    _stream(subjects.UPLINK_STREAM, subjects.UPLINK_SUBJECTS, per_device=500, max_bytes=6 * 1024**3),
    _stream(subjects.REPORTS_STREAM, subjects.REPORTS_SUBJECTS, per_device=64, max_bytes=3 * 1024**3),
)
"""`per_device`: how many messages of one device and subject may lie there. Beyond it, and when a stream is full,
nothing of that device is taken: agents keep it in their outboxes and send it again."""


async def ensure_streams(bus: Client, ack_wait_seconds: float = ACK_WAIT_SECONDS) -> None:
    """Make streams and consumers, or bring them to what the code says. Raises nats.js.errors.APIError."""
    jetstream = bus.jetstream(timeout=10)
    for config in STREAMS:
        try:
            await jetstream.update_stream(config)
        except NotFoundError:
            await jetstream.add_stream(config)
        except APIError as error:
            # What such an error says of itself names no stream, and its repr not even the reason.
            log.exception("stream_not_updated", stream=config.name, code=error.err_code, reason=error.description)
            raise
        await _ensure_consumer(jetstream, str(config.name), ack_wait_seconds)


async def _ensure_consumer(jetstream: JetStreamContext, stream: str, ack_wait_seconds: float) -> None:
    if stream == subjects.UPLINK_STREAM:
        # Of a work queue only one consumer may read: what an earlier version has made must go.
        try:
            await jetstream.delete_consumer(stream, _OUTDATED_CONSUMER)
            log.info("outdated_consumer_removed", stream=stream)
        except NotFoundError:
            pass
    wanted = ConsumerConfig(
        durable_name=CONSUMER,
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ack_wait_seconds,
        max_ack_pending=MAX_ACK_PENDING,
    )
    await jetstream.add_consumer(stream, wanted)


async def stream_epoch(bus: Client, stream: str) -> int:
    """When the stream was made, in microseconds since 1970: its sequence numbers count from there.

    A stream that had to be made anew begins with 1 again; what it holds is newer all the same. Raises APIError.
    """
    info = await bus.jetstream(timeout=10).stream_info(stream)
    if info.created is None:
        raise APIError(description="the stream has no date")
    return int(info.created.timestamp() * 1_000_000)
