"""Many browsers of many tenants: the api listens once for all of them, and not at all when they have left."""

import asyncio
from contextlib import AsyncExitStack, suppress

import httpx
import pytest
from nats.aio.client import Client
from nats.aio.subscription import Subscription

from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from testkit.api_here import api_here
from testkit.patience import patient

TENANTS, BROWSERS = 400, 20
NEW = """
INSERT INTO tenancy_tenant (id, name, created_at)
SELECT t.id, 'Listening ' || t.id, now() FROM unnest($1::uuid[]) AS t (id)
"""


@pytest.fixture
def held(monkeypatch):
    """Subjects that are subscribed to in this process, as often as they are."""
    found: list[str] = []
    subscribe, unsubscribe = Client.subscribe, Subscription.unsubscribe

    async def counted(self, subject, *arguments, **options):
        made = await subscribe(self, subject, *arguments, **options)
        if subject.startswith("live."):
            found.append(subject)
        return made

    async def discounted(self, *arguments):
        if self.subject.startswith("live."):
            found.remove(self.subject)
        await unsubscribe(self, *arguments)

    monkeypatch.setattr(Client, "subscribe", counted)
    monkeypatch.setattr(Subscription, "unsubscribe", discounted)
    return found


@pytest.fixture
async def browsers(stack, people, worker_database):
    """Clients of an api in this process whose people may see all of many tenants."""
    ids = [TenantId(uuid7()) for _ in range(TENANTS)]
    async with worker_database.writing(TenantScope.of(ids)) as tx:
        await tx.connection.execute(NEW, ids)
    async with api_here(stack) as url:
        here = url.removesuffix("/api/v1/")
        yield [await people.client(dict.fromkeys(ids, Role.OWNER), url=here) for _ in range(2)]


@pytest.mark.slow(reason="four hundred tenants")
async def test_one_subscription_for_twenty_browsers_of_four_hundred_tenants(browsers, held, eventually):
    async with AsyncExitStack() as open_ones:
        for number in range(BROWSERS):
            answer = await open_ones.enter_async_context(browsers[number % 2].stream("GET", "events"))
            async with asyncio.timeout(patient()):
                async for line in answer.aiter_lines():
                    if line == "event: ready":
                        break
        assert held == ["live.*.change"]

    async def none():
        return not held

    await eventually(none)


@pytest.mark.slow(reason="four hundred tenants")
async def test_browser_that_leaves_at_once_leaves_nothing(browsers, held, eventually):
    for pause in (0.0, 0.005, 0.01, 0.02, 0.05, 0.1):
        asking = asyncio.create_task(browsers[0].send(browsers[0].build_request("GET", "events"), stream=True))
        await asyncio.sleep(pause)
        asking.cancel()
        with suppress(asyncio.CancelledError, httpx.HTTPError):
            await (await asking).aclose()

    async def none():
        return not held

    await eventually(none)
    async with browsers[0].stream("GET", "events") as answer:
        await anext(answer.aiter_bytes())
        assert held == ["live.*.change"]
