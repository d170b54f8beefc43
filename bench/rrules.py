"""How long hostile recurrence rules take: each must answer or be refused in 50 ms.

.venv/bin/python -m bench.rrules [--runs 3]
"""

import argparse
import statistics
import time
from datetime import date

from bosman_protocol.timing.recurrence import RuleDates
from bosman_protocol.timing.rrule import RuleInvalidError, parse_rule
from testkit.hostile_rules import hostile_rules

LIMIT_SECONDS = 0.05


def measure(text: str) -> float:
    begun = time.perf_counter()
    try:
        found = RuleDates(parse_rule(text), date(1990, 1, 1))
        if not found.is_empty():
            found.last()
            found.between(date(2100, 1, 1).toordinal(), date(2100, 3, 1).toordinal())
    except RuleInvalidError:
        pass
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="the best of so many counts")
    runs = parser.parse_args().runs
    took = {text: min(measure(text) for _ in range(runs)) for text in hostile_rules()}
    worst = sorted(took, key=lambda text: -took[text])
    print(f"{len(took)} hostile rules from 1990, asked for two months of 2100")
    print(f"median {statistics.median(took.values()) * 1000:.2f} ms, worst {took[worst[0]] * 1000:.2f} ms")
    for text in worst[:3]:
        print(f"  {took[text] * 1000:6.2f} ms  {text[:90]}")
    late = [text for text in took if took[text] > LIMIT_SECONDS]
    print(f"over {LIMIT_SECONDS * 1000:.0f} ms: {len(late)}")


if __name__ == "__main__":
    main()
