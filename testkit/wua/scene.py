"""A scenario on the disk, for a test: what Windows Update offers, and what was asked of it."""

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

SCENARIO = "BOSMAN_WUA_SCENARIO"
"""The variable that names the file."""

SECURITY = ["Aktualizacje zabezpieczeń", "0fa1201d-4330-4fa8-8ae9-b877473b6441"]
CRITICAL = ["Aktualizacje krytyczne", "e6cf1350-c01b-414d-a61f-263d14d133b4"]
UPDATES = ["Aktualizacje", "cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83"]
DEFINITIONS = ["Aktualizacje definicji", "e0789628-ce08-4437-be74-2495b842f43b"]
DRIVERS = ["Sterowniki", "ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0"]
UPGRADES = ["Uaktualnienia", "3689bdc8-b205-4af4-8d4a-a63924c5e9d5"]


def update(name: str, **about: Any) -> dict[str, Any]:
    """An update by a short name; its id follows from the name."""
    values = {"id": update_id(name), "title": f"Aktualizacja zażółć {name}", "categories": [SECURITY]}
    return values | about


def update_id(name: str) -> str:
    """The id of an update by its short name."""
    return str(uuid5(NAMESPACE_URL, name))


class Scene:
    """A scenario in a folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "scenario.json"
        self.environment = {SCENARIO: str(self.path)}

    def play(self, *updates: dict[str, Any], **scenario: Any) -> None:
        """Begin anew with these."""
        self.state_path.unlink(missing_ok=True)
        self.path.write_text(json.dumps({"updates": updates, **scenario}, ensure_ascii=False), encoding="utf-8")

    @property
    def state_path(self) -> Path:
        """Where the stand-in keeps what has become of it."""
        return self.path.with_name(self.path.name + ".state.json")

    def calls(self, verb: str) -> list[list[Any]]:
        """What was asked of Windows Update: the arguments of every call of a verb."""
        state = json.loads(self.state_path.read_text(encoding="utf-8"))
        return [words for name, *words in state["calls"] if name == verb]
