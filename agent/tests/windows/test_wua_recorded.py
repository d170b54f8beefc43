"""Recorded runs of real machines, played again on a Windows in English and in Polish."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.base import UpdateSelection
from bosman_protocol.codes import Code
from testkit.wua.generate import SCENARIOS
from testkit.wua.scene import Scene

assert sys.platform == "win32"

from bosman_agent.platform.windows.wua.provider import WuaUpdates  # noqa: E402 - for Windows only

EVERYDAY = {"security", "critical", "definition", "optional"}


def quiet(*_: Any, **__: Any) -> None:
    return


def recorded_updates(path: Path) -> list[dict[str, Any]]:
    updates: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["updates"]
    return updates


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.json")), ids=lambda path: path.stem)
async def test_outcomes_of_a_recorded_run_are_those_that_windows_gave(path: Path, scene: Scene) -> None:
    updates = recorded_updates(path)
    scene.play(*updates)
    provider = WuaUpdates()

    before = await provider.scan(refresh=True, log=quiet, progress=quiet)
    outcome = await provider.install(UpdateSelection("all"), log=quiet, progress=quiet)

    titles = {update["id"]: update["title"] for update in updates}
    assert {found.name: found.title for found in before.updates} == titles
    assert {found.update_class for found in before.updates} <= EVERYDAY
    results = {update["id"]: update.get("install", {"result_code": 2}) for update in updates}
    assert {made.name: made.outcome for made in outcome.updates} == {
        update_id: "installed" if result["result_code"] == 2 else "failed" for update_id, result in results.items()
    }
    for made in outcome.updates:
        if made.outcome == "failed":
            assert made.error is not None and made.error.code == Code.UPDATES_INSTALLER_FAILED
        else:
            assert made.requires_restart is bool(results[made.name].get("reboot", False))
