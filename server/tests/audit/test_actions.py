"""No action is recorded that the registry, and with it the page's catalogue, does not know."""

import ast
from pathlib import Path

import bosman_server
from bosman_server.audit.actions import Action

FOLDER = Path(bosman_server.__file__).parent
WRITERS = {"record", "_not_changed"}


def recorded():
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITERS:
                position = 3
                action = node.args[position] if len(node.args) > position else None
                if isinstance(action, ast.Constant):
                    yield action.value, path.name


class TestRegistry:
    def test_every_recorded_action_is_known(self):
        found = set(recorded())
        assert len(found) > 25
        assert {(action, file) for action, file in found if action not in set(Action)} == set()

    def test_it_is_sorted(self):
        assert list(Action) == sorted(Action)
