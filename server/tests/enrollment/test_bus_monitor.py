"""Who is connected, asked page by page: a part of the answer is not taken for all of it."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from bosman_server.fleet.devices import bus_monitor
from bosman_server.fleet.devices.bus_monitor import BusMonitor

START = "2026-01-01T00:00:00Z"


class Server:
    """A server of the bus that has one connection to tell of in each page, and falls silent after some pages."""

    def __init__(self, pages):
        self.pages = pages

    def new_inbox(self):
        return "inbox"

    async def publish(self, _subject, _payload, *, reply):
        assert reply == "inbox"

    async def subscribe(self, _inbox):
        return self

    async def unsubscribe(self):
        self.pages = self.pages[1:]

    async def next_msg(self, timeout):
        assert timeout > 0
        if not self.pages or self.pages[0] is None:
            raise TimeoutError
        page, self.pages = self.pages[0], [None, *self.pages[1:]]
        common = {"start": START, "last_activity": START, "authorized_user": str(uuid4())}
        data = {"connections": [{"cid": number, **common} for number in range(page)]}
        return SimpleNamespace(data=msgspec.json.encode({"server": {"id": "one"}, "data": data}))


def server(pages) -> Any:
    return Server(pages)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(bus_monitor, "_PAGE", 2)


async def test_all_pages_are_one_answer():
    assert len(await BusMonitor(server([2, 2, 1])).connections() or ()) == 5


async def test_last_page_may_be_empty():
    assert len(await BusMonitor(server([2, 0])).connections() or ()) == 2


@pytest.mark.parametrize("pages", [[], [2], [2, 2]])
async def test_silence_in_the_middle_is_no_answer(pages):
    assert await BusMonitor(server(pages)).connections() is None
