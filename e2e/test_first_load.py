"""What the first page costs on the wire, and what a tab does when its server is updated, hangs or goes."""

import re
from typing import Any

from playwright.sync_api import expect

from testkit.pages import choose, settle
from testkit.stack import Stack

MOST_BYTES = 350_000
MOST_REQUESTS = 25


class TestFirstLoad:
    def test_devices_page_is_useful_within_its_budget(
        self, stack: Stack, scene: dict[str, Any], new_visitor: Any
    ) -> None:
        visitor = new_visitor("pl")
        choose(stack, scene, visitor, "pl", "light")
        wire = visitor.context.new_cdp_session(visitor.page)
        wire.send("Network.enable")
        sizes: dict[str, float] = {}
        names: dict[str, str] = {}
        wire.on("Network.responseReceived", lambda said: names.update({said["requestId"]: said["response"]["url"]}))
        wire.on("Network.loadingFinished", lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]}))
        visitor.page.goto(f"{stack.url}/devices")
        expect(visitor.page.get_by_role("row").nth(1)).to_be_visible()
        settle(visitor.page)
        listed = sorted((size, names.get(request, "?")) for request, size in sizes.items())
        assert sum(sizes.values()) <= MOST_BYTES, listed
        assert len(sizes) <= MOST_REQUESTS, listed

    def test_polish_letters_come_with_the_page(self, stack: Stack, new_visitor: Any) -> None:
        visitor = new_visitor("pl")
        visitor.page.goto(f"{stack.url}/sign-in")
        settle(visitor.page)
        fonts = visitor.page.evaluate(
            "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.endsWith('woff2'))"
        )
        assert sorted(re.sub(r".*/(inter-[a-z]+)-.*", r"\1", name) for name in fonts) == ["inter-latin", "inter-polish"]


class TestOldTab:
    def test_tab_whose_part_is_gone_reloads_itself_once(
        self, stack: Stack, scene: dict[str, Any], new_visitor: Any
    ) -> None:
        visitor = new_visitor("en")
        choose(stack, scene, visitor, "en", "light")
        visitor.page.goto(f"{stack.url}/devices")
        settle(visitor.page)
        loads: list[str] = []
        visitor.page.on(
            "request", lambda request: loads.append(request.url) if request.is_navigation_request() else None
        )
        # The server of a newer version has other names for the parts of the app.
        visitor.page.route(
            re.compile(r"/assets/audit-.*\.js"),
            lambda route: route.continue_() if loads else route.fulfill(status=404),
        )
        visitor.page.evaluate("history.pushState({}, '', '/audit'); dispatchEvent(new PopStateEvent('popstate'))")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text(re.compile("Audit"))
        assert len(loads) == 1
        visitor.complaints.clear()

    def test_network_that_goes_is_said_at_once(self, stack: Stack, scene: dict[str, Any], new_visitor: Any) -> None:
        visitor = new_visitor("en")
        choose(stack, scene, visitor, "en", "light")
        visitor.page.goto(f"{stack.url}/devices")
        settle(visitor.page)
        visitor.context.set_offline(True)
        expect(visitor.page.get_by_text("The live connection is lost")).to_be_visible(timeout=3000)
        visitor.context.set_offline(False)
        expect(visitor.page.get_by_text("The live connection is lost")).to_be_hidden()
        visitor.complaints.clear()
