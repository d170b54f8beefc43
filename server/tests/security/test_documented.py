"""docs/security.md names a test for every defence: the names are those of tests that exist."""

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
            for part in filter(None, parts.split("::")):
                assert part in here.read_text("utf-8"), f"{path}::{part}"
