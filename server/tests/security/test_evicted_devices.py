"""A device that asks or reports without end is cut, and waits before it comes in again."""

import contextlib

import msgspec
import pytest
from nats.errors import Error as NatsError

from bosman_protocol import subjects
from testkit.device import connect

MANY = 40_000


@pytest.fixture
def entries(worker_database):
    async def read(device_id, action):
        async with worker_database.unscoped() as connection:
            query = "SELECT code, after FROM audit_entry WHERE target_id = $1 AND action = $2 ORDER BY at"
            rows = await connection.fetch(query, device_id, action)
        return [(row["code"], msgspec.json.decode(row["after"] or b"{}")) for row in rows]

    return read


@pytest.mark.parametrize("question", [subjects.lease_request, subjects.renew_request])
async def test_a_flood_of_questions_ends_with_the_connection(acme, globex, new_device, entries, eventually, question):
    honest, evil = await new_device(globex), await new_device(acme)
    with contextlib.suppress(NatsError, TimeoutError, OSError):  # cut in the middle of it
        for number in range(MANY):
            await evil.bus.publish(question(evil.id), b"?", reply=f"_INBOX.{evil.id}.x")
            if number % 1000 == 0:
                await evil.bus.flush(timeout=5)

    async def is_cut():
        return evil.bus.is_closed

    await eventually(is_cut)

    async def is_told():
        return [after for code, after in await entries(evil.id, "device.connect") if code == "device.quota"]

    (after,) = await eventually(is_told)
    assert after == {"dropped": "questions"}

    # It has to wait before it comes in again; others are answered as ever.
    with pytest.raises((NatsError, TimeoutError, OSError)):
        await connect(evil.identity)
    await honest.lease()


async def test_a_flood_of_reports_ends_with_the_connection(acme, globex, new_device, entries, eventually):
    honest, evil = await new_device(globex), await new_device(acme)
    with contextlib.suppress(NatsError, TimeoutError, OSError):  # cut in the middle of it
        for _ in range(60):
            await evil.bus.publish(subjects.uplink(evil.id, "facts"), b"x" * 900_000)
            await evil.bus.flush(timeout=10)

    async def is_cut():
        return evil.bus.is_closed

    await eventually(is_cut)

    async def is_told():
        return [after for code, after in await entries(evil.id, "device.connect") if code == "device.quota"]

    assert await eventually(is_told) == [{"dropped": "reports"}]
    with pytest.raises((NatsError, TimeoutError, OSError)):
        await connect(evil.identity)
    await honest.lease()
