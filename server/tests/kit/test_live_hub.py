"""One subscription for all who listen, on a real bus; whoever misses something is told."""

import asyncio
from uuid import uuid4

import pytest

from bosman_server.kit.live import Change, TaskStateChanged, announce, changes, encode, output
from bosman_server.kit.live_hub import LiveHub, MessagesLostError
from testkit.patience import eventually, patient

MINE, THEIRS = uuid4(), uuid4()


@pytest.fixture
def hub(bus):
    return LiveHub(bus)


async def nobody_listens(hub):
    async def is_so():
        return not hub.subjects and not hub._channels

    await eventually(is_so)


class TestListen:
    async def test_everybody_hears_their_own_tenants_through_one_subscription(self, hub, bus):
        async with hub.listen_changes([MINE]) as one, hub.listen_changes([MINE, THEIRS]) as both:
            assert hub.subjects == [changes("*")]
            await announce(bus, Change("site", THEIRS))
            await announce(bus, Change("site", MINE))
            assert await one.take(patient()) == encode(Change("site", MINE))
            assert await both.take(patient()) == encode(Change("site", THEIRS))
            assert await both.take(patient()) == encode(Change("site", MINE))
        await nobody_listens(hub)

    async def test_output_of_a_task_is_heard_by_its_viewers_only(self, hub, bus):
        watched, other = uuid4(), uuid4()
        async with hub.listen(output(MINE, watched), [MINE]) as first, hub.listen(output(MINE, watched), [MINE]) as two:
            assert hub.subjects == [output(MINE, watched)]
            await bus.publish(output(MINE, other), b"other")
            await bus.publish(output(MINE, watched), encode(TaskStateChanged()))
            assert [await listener.take(patient()) for listener in (first, two)] == [encode(TaskStateChanged())] * 2
        await nobody_listens(hub)

    async def test_silence_is_none(self, hub):
        async with hub.listen_changes([MINE]) as listener:
            assert await listener.take(0.01) is None

    async def test_who_is_cancelled_while_coming_or_going_leaves_nothing(self, hub):
        async def stay():
            async with hub.listen_changes([MINE]) as listener:
                await listener.take(patient())

        staying = [asyncio.create_task(stay()) for _ in range(20)]
        for number, task in enumerate(staying):
            for _ in range(number):
                await asyncio.sleep(0)
            task.cancel()
        await asyncio.gather(*staying, return_exceptions=True)
        await nobody_listens(hub)

    async def test_who_comes_while_the_last_one_goes_is_heard(self, hub, bus):
        for _ in range(20):
            async with hub.listen_changes([MINE]):
                pass
            async with hub.listen_changes([MINE]) as listener:
                await announce(bus, Change("site", MINE))
                assert await listener.take(patient()) == encode(Change("site", MINE))
        await nobody_listens(hub)


class TestLost:
    async def test_slow_listener_is_told_once_and_goes_on_and_others_miss_nothing(self, hub, bus):
        async with hub.listen(changes("*"), [MINE], most=10) as slow, hub.listen_changes([MINE]) as quick:
            for number in range(25):
                await bus.publish(changes(MINE), str(number).encode())
            assert [await quick.take(patient()) for _ in range(25)] == [str(number).encode() for number in range(25)]
            with pytest.raises(MessagesLostError):
                await slow.take(patient())
            await bus.publish(changes(MINE), b"later")
            heard = []
            while b"later" not in heard:
                heard.append(await slow.take(patient()))
            assert len(heard) <= 10

    async def test_break_of_the_connection_is_told(self, hub, bus):
        async with hub.listen_changes([MINE]) as listener:
            bus._transport.close()
            with pytest.raises(MessagesLostError):
                await listener.take(patient())
            await bus.publish(changes(MINE), b"after")
            assert await listener.take(patient()) == b"after"
