"""Two people change the same at once: the second is told so in their language, and loses nothing that they typed."""

import json
import secrets
from typing import Any

import pytest

from testkit.pages import choose, settle
from testkit.stack import Stack

WORDS = {
    "en": {"save": "Save", "told": "Somebody else has changed this", "load": "Load what is there now"},
    "pl": {"save": "Zapisz", "told": "Ktoś inny zmienił to", "load": "Wczytaj obecny stan"},
}


def change_elsewhere(visitor: Any, stack: Stack, path: str, method: str, changes: dict[str, Any]) -> None:
    """What the other one does meanwhile, through the API."""
    request, url = visitor.context.request, f"{stack.url}/api/v1/{path}"
    seen = request.get(url).json()
    body = changes
    if method == "put":
        budgets = [{key: item[key] for key in ("action_class", "per_hour", "on_overflow")} for item in seen["budgets"]]
        body = {"confirm_above": seen["confirm_above"], "budgets": budgets} | changes
    headers = {"content-type": "application/json", "origin": stack.url, "if-match": f'"{seen["version"]}"'}
    answer = getattr(request, method)(url, data=json.dumps(body), headers=headers)
    assert answer.ok, answer.text()


@pytest.mark.parametrize("language", ["en", "pl"])
class TestTwoEditors:
    def test_tenant(self, stack: Stack, scene: dict[str, Any], new_visitor: Any, language: str) -> None:
        visitor, words = new_visitor(language), WORDS[language]
        choose(stack, scene, visitor, language, "light")
        page, path = visitor.page, f"tenants/{scene['tenant']}"
        page.goto(f"{stack.url}/{path}")
        settle(page)
        page.locator("button[aria-label]").filter(has=page.locator("svg.tabler-icon-pencil")).first.click()
        dialog = page.get_by_role("dialog")
        name = dialog.get_by_role("textbox").first
        name.fill(mine := f"Mine {secrets.token_hex(3)}")
        days = 40 + secrets.randbelow(900)
        change_elsewhere(visitor, stack, path, "patch", {"output_retention_days": days})
        dialog.get_by_role("button", name=words["save"]).click()
        dialog.get_by_text(words["told"]).wait_for()
        visitor.shot(f"tenant-two-editors-{language}")
        visitor.assert_accessible()
        assert name.input_value() == mine
        dialog.get_by_role("button", name=words["load"]).click()
        dialog.get_by_role("status").wait_for()
        visitor.shot(f"tenant-two-editors-loaded-{language}")
        assert (name.input_value(), dialog.get_by_role("textbox").nth(1).input_value()) == (mine, str(days))
        dialog.get_by_role("button", name=words["save"]).click()
        dialog.wait_for(state="hidden")
        now = visitor.context.request.get(f"{stack.url}/api/v1/{path}").json()
        assert (now["name"], now["output_retention_days"]) == (mine, days)

    def test_safety(self, stack: Stack, scene: dict[str, Any], new_visitor: Any, language: str) -> None:
        visitor, words = new_visitor(language), WORDS[language]
        choose(stack, scene, visitor, language, "light")
        page = visitor.page
        page.goto(f"{stack.url}/safety?tenant={scene['tenant']}")
        settle(page)
        hour = page.get_by_role("table").get_by_role("textbox").first
        # Another number than there is: else there is nothing to save.
        hour.fill(mine := str(int(hour.input_value()) % 30 + 1))
        above = 20 + secrets.randbelow(100)
        change_elsewhere(visitor, stack, f"tenants/{scene['tenant']}/safety", "put", {"confirm_above": above})
        page.get_by_role("button", name=words["save"]).click()
        page.get_by_text(words["told"]).wait_for()
        visitor.shot(f"safety-two-editors-{language}")
        visitor.assert_accessible()
        page.get_by_role("button", name=words["load"]).click()
        page.get_by_text(words["told"]).wait_for(state="hidden")
        assert hour.input_value() == mine
        page.get_by_role("button", name=words["save"]).click()
        page.wait_for_timeout(800)
        now = visitor.context.request.get(f"{stack.url}/api/v1/tenants/{scene['tenant']}/safety").json()
        assert now["confirm_above"] == above and str(now["budgets"][0]["per_hour"]) == mine
