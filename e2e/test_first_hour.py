"""From a new customer to the line that installs an agent, on a server that has no installer yet."""

import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from testkit.pages import choose, settle
from testkit.stack import Stack

BUILD_SECONDS = 900
"""A build takes a minute of a quiet core; others may want it, too."""


@pytest.mark.timeout(BUILD_SECONDS + 120)
class TestFirstHour:
    def test_installer_is_built_when_somebody_needs_it(
        self, stack: Stack, scene: dict[str, Any], new_visitor: Any
    ) -> None:
        visitor = new_visitor("en")
        choose(stack, scene, visitor, "en", "light")
        page = visitor.page
        page.goto(f"{stack.url}/enrollment?new=true")
        settle(page)
        window = page.get_by_role("dialog", name="New installation token")
        # The only site there is is chosen already.
        window.get_by_text("Linux", exact=True).click()
        visitor.shot("first-hour-where")
        window.get_by_role("button", name="Next").click()
        expect(window.get_by_text("builds one now")).to_be_visible()
        visitor.shot("first-hour-building")
        line = window.get_by_text(re.compile(r"apt-get install"))
        expect(line).to_be_visible(timeout=BUILD_SECONDS * 1000)
        expect(window.get_by_text("Waiting for the device")).to_be_visible()
        visitor.shot("first-hour-line")
        visitor.assert_accessible()
        # The token shows only once: Esc must not throw it away.
        page.keyboard.press("Escape")
        expect(line).to_be_visible()
        address = re.search(r"https?://\S+/downloads/\S+\.deb", line.inner_text())
        assert address is not None
        answer = httpx.get(address[0].replace("localhost", "127.0.0.1"))
        assert answer.status_code == 200 and answer.content.startswith(b"!<arch>")
