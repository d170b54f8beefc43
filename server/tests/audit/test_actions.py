"""No action is recorded that the registry, and with it the page's catalogue, does not know."""

import ast
from pathlib import Path

import bosman_server
from bosman_server.core.audit.actions import ACTIONS

FOLDER = Path(bosman_server.__file__).parent
PLACE = {"record": 3, "_not_changed": 3, "_prove": 3}
"""Where each writer has its action; `trail.record(device, action, …)` has it second."""
PASSED_ON = {
    ("attempts.py", "seen.kind"): {"access.foreign_origin", "access.unknown_key", "access.unknown_link"},
    # What `trail.record` was given, which is looked at where it is called.
    ("device_trail.py", "action"): {"device.report"},
    ("consumers.py", "action"): set(),
}
"""What no constant says: the values that come there, or none where the callers are looked at instead."""


def calls():
    """Every call that writes an entry: file, its tree, the argument that names the action."""
    for path in FOLDER.rglob("*.py"):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if isinstance(node.func, ast.Attribute) and name == "record":
                yield path.name, tree, node.args[1]
            elif name in PLACE:
                yield path.name, tree, node.args[PLACE[name]]


def values(file, tree, node):
    """Everything that an expression may be; an expression that nobody can read here is itself the answer."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return values(file, tree, node.body) | values(file, tree, node.orelse)
    if (file, ast.unparse(node)) in PASSED_ON:
        return PASSED_ON[file, ast.unparse(node)]
    assigned = [
        item.value
        for item in ast.walk(tree)
        if isinstance(item, ast.AnnAssign) and item.value is not None and ast.unparse(item.target) == ast.unparse(node)
    ]
    found = set().union(*(values(file, tree, value) for value in assigned))
    return found or {f"unreadable: {ast.unparse(node)}"}


class TestRegistry:
    def test_every_recorded_action_is_known(self):
        found = {(action, file) for file, tree, node in calls() for action in values(file, tree, node)}
        assert {(action, file) for action, file in found if action not in set(ACTIONS)} == set()
        assert len({action for action, _ in found}) > 50

    def test_every_known_action_is_recorded_somewhere(self):
        found = {action for file, tree, node in calls() for action in values(file, tree, node)}
        assert set(ACTIONS) - found == set()

    def test_it_is_sorted(self):
        assert list(ACTIONS) == sorted(ACTIONS)
