"""What may run only once holds a lock of its own: two that share one would each keep the other from running."""

import re
from collections import Counter
from pathlib import Path

import bosman_server

_LOCK = re.compile(r"LOCK\s*=\s*(0x[0-9A-Fa-f_]+)")


class TestAdvisoryLocks:
    def test_no_number_is_used_twice(self):
        sources = Path(bosman_server.__file__).parent.rglob("*.py")
        found = Counter(int(number, 16) for source in sources for number in _LOCK.findall(source.read_text("utf-8")))
        assert len(found) >= 5
        assert [number for number, times in found.items() if times > 1] == []
