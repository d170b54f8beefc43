"""Lists that real Windows machines were offered."""

import os
import re
from pathlib import Path
from typing import Any

import pytest

from bosman_agent.platform.windows.wua.mapping import pending
from bosman_agent.platform.windows.wua.selection import select_updates
from bosman_agent.platform.windows.wua.wire import Offered, Request
from testkit.wua.generate import SCENARIOS, as_update, offered, write_all

EXPECTED = {
    "Security Updates": "security",
    "Definition Updates": "definition",
    "Update Rollups": "optional",
    "Updates": "optional",
}


@pytest.fixture
def recordings() -> Path:
    default = Path(__file__).parents[4] / "shared" / "data"
    folder = Path(os.environ.get("BOSMAN_SAMPLES", default)) / "wua"
    if not folder.is_dir():
        pytest.skip("no samples: set BOSMAN_SAMPLES to the folder that holds wua/")
    return folder


def heard(update: dict[str, Any]) -> Offered:
    made = as_update(update)
    return Offered(
        made["id"], made["revision"], made["title"], kbs=tuple(made["kbs"]),
        categories=tuple(key for _, key in made["categories"]), update_type=made["type"],
        browse_only=made["browse_only"], hidden=made["hidden"], impact=made["impact"],
        restart_behavior=made["restart_behavior"],
    )  # fmt: skip


class TestRecordedLists:
    def test_every_update_has_its_class_its_number_and_its_restart_behaviour(self, recordings: Path) -> None:
        updates = [update for path in sorted(recordings.glob("ansible_*.txt")) for update in offered(path)]
        wrong = []
        for update in updates:
            made = pending(heard(update))
            kind = next(EXPECTED[name] for name in update["categories"] if name in EXPECTED)
            in_title = re.search(r"KB\d+", update["title"])
            if made.update_class != kind or not in_title or made.kb != in_title[0] or made.restart_behavior is None:
                wrong.append((update["title"], made))

        assert (len(updates), wrong) == (50, [])

    def test_selection_of_security_takes_the_security_updates_of_a_real_list(self, recordings: Path) -> None:
        updates = offered(recordings / "ansible_failed_install.txt")

        chosen = select_updates([heard(update) for update in updates], Request("install", "security")).chosen

        assert [update.title for update in chosen] == [
            update["title"] for update in updates if "Security Updates" in update["categories"]
        ]
        assert chosen

    def test_kept_scenarios_are_what_the_recordings_give(self, recordings: Path, tmp_path: Path) -> None:
        made = write_all(recordings, tmp_path)

        assert {path.name: path.read_text(encoding="utf-8") for path in made} == {
            path.name: path.read_text(encoding="utf-8") for path in SCENARIOS.glob("*.json")
        }

    def test_kept_scenarios_hold_no_words_of_the_recordings(self, recordings: Path) -> None:
        titles = {update["title"] for path in recordings.glob("ansible_*.txt") for update in offered(path)}
        kept = "".join(path.read_text(encoding="utf-8") for path in SCENARIOS.glob("*.json"))

        assert titles and not [title for title in titles if title in kept]
