"""docs/security.md names a test for every defence: the names are those of tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROWS = [
    line.split("|")[1:-1]
    for line in (ROOT / "docs" / "security.md").read_text("utf-8").split("## Defences and their tests")[1].splitlines()
    if line.startswith("|") and not line.startswith(("| Defence", "|--"))
]


class TestDefences:
    def test_there_are_some(self):
        assert len(ROWS) > 25

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip()[:50])
    def test_each_names_tests_that_exist(self, row):
        names = re.findall(r"`([\w/]+(?:\.py)?)(?:::([\w:]+))?", row[-1])
        assert names, row
        for path, parts in names:
            here = ROOT / path if path.startswith(("agent/", "e2e/")) else ROOT / "server" / "tests" / path
            if path == "fresh":
                continue
            assert here.exists(), path
            if parts:
                assert defined(here, parts.split("::")), f"{path}::{parts}"


def defined(file, names):
    """Whether the file has this class, and in it this test; the end of a name may be left out, as an ellipsis says."""
    level = [ast.parse(file.read_text("utf-8"))]
    for name in names:
        found = [node for outer in level for node in outer.body if isinstance(node, _NAMED)]
        level = [node for node in found if node.name == name or (name.endswith("_") and node.name.startswith(name))]
    return bool(level)


_NAMED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
