"""How many clicks daily jobs take, from the page that one sees after signing in."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from testkit.pages import choose, in_thread, signed_in
from testkit.patience import eventually, patient
from testkit.stack import Stack

SCRIPT = {"kind": "script.run", "params": {"shell": "sh", "source": "echo no room left\nexit 3"}}


class Clicks:
    """Counts what a hand does."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def __call__(self, target: Locator) -> None:
        target.click()
        self.count += 1


@pytest.fixture
def failed(stack: Stack, scene: dict[str, Any]) -> str:
    """The id of a task that has just failed on this machine."""

    async def make() -> str:
        async with signed_in(stack, scene) as client:
            task = (await client.post(f"devices/{scene['device']}/tasks", json=SCRIPT)).json()

            async def ended() -> bool:
                return bool((await client.get(f"tasks/{task['id']}")).json()["state"] == "failed")

            await eventually(ended, poll_seconds=0.3)
            return str(task["id"])

    return in_thread(make)


@pytest.mark.timeout(240)
class TestDailyJobs:
    def test_why_a_task_failed_and_trying_it_again(
        self, stack: Stack, scene: dict[str, Any], failed: str, new_visitor: Any
    ) -> None:
        visitor = new_visitor("pl")
        choose(stack, scene, visitor, "pl", "light")
        page: Page = visitor.page
        page.goto(stack.url)
        click = Clicks(page)
        click(page.get_by_role("link", name="Skrypt", exact=False).first)
        page.wait_for_url(f"**/tasks/{failed}**")
        expect(page.get_by_role("heading", level=1)).to_have_text("Skrypt: echo no room left")
        expect(page.get_by_role("log").first).to_contain_text("no room left", timeout=patient(30) * 1000)
        click(page.get_by_role("button", name="Ponów", exact=True))
        page.wait_for_url(lambda url: "/tasks/" in url and failed not in url)
        expect(page.get_by_text("Próby (2)")).to_be_visible()
        assert click.count <= 4 + 1

    def test_who_did_what_yesterday(self, stack: Stack, scene: dict[str, Any], new_visitor: Any) -> None:
        visitor = new_visitor("pl")
        choose(stack, scene, visitor, "pl", "light")
        page: Page = visitor.page
        page.goto(stack.url)
        click = Clicks(page)
        click(page.get_by_role("navigation").first.get_by_role("link", name="Dziennik audytu"))
        click(page.get_by_role("button", name="Ludzie", exact=True))
        with page.expect_response(lambda answer: "actor_kind=user" in answer.url and "from=" in answer.url) as asked:
            click(page.get_by_role("button", name="Wczoraj", exact=True))
        assert {entry["actor_kind"] for entry in asked.value.json()["items"]} <= {"user", "api_key"}
        assert click.count <= 2 + 1
