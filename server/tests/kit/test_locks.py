"""Advisory locks are numbers: two roles with the same one, and the second never runs."""

import re
from collections import Counter
from pathlib import Path

import bosman_server

NUMBER = re.compile(r"=\s*(0x626F736D_[0-9A-Fa-f]{4})\b")


class TestNumbers:
    def test_every_lock_has_its_own(self):
        files = Path(bosman_server.__file__).parent.rglob("*.py")
        found = Counter(number for path in files for number in NUMBER.findall(path.read_text("utf-8")))
        assert len(found) >= 7
        assert [number for number, count in found.items() if count > 1] == []
