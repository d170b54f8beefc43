"""Two hundred rules that cost much, or are none."""

from itertools import product

HOSTILE = (
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;INTERVAL=1000;BYMONTH=2;BYMONTHDAY=29;COUNT=5000",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=MINUTELY",
    "FREQ=SECONDLY;COUNT=5000",
    "FREQ=YEARLY;INTERVAL=1000",
    "FREQ=YEARLY;BYMONTHDAY=29;BYMONTH=2;COUNT=5000",
    "FREQ=DAILY;COUNT=5000",
    "FREQ=DAILY;UNTIL=99991231",
    "FREQ=DAILY;BYMONTHDAY=" + ",".join(["31"] * 600),
    ";" * 100_000,
    "FREQ=DAILY;" * 10_000,
)
ALL_DAYS = "MO,TU,WE,TH,FR,SA,SU"
EVERY_MONTH_DAY = ",".join(str(day) for day in (*range(1, 32), *range(-31, 0)))
NUMBERED = ",".join(f"{number}{day}" for number in (-53, -5, -1, 1, 5, 53) for day in ALL_DAYS.split(","))
POSITIONS = ",".join(str(place) for place in range(1, 250))


def hostile_rules() -> list[str]:
    """All of them: those by name, and every combination of the costly parts."""
    found = list(HOSTILE)
    for frequency, interval, end in product(
        ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"), (1, 7, 1000), ("COUNT=5000", "UNTIL=21001231", "WKST=SU")
    ):
        begin = f"FREQ={frequency};INTERVAL={interval};{end}"
        found += [
            f"{begin};BYDAY={ALL_DAYS}",
            f"{begin};BYDAY={ALL_DAYS};BYSETPOS=-1",
            f"{begin};BYMONTHDAY={EVERY_MONTH_DAY};BYSETPOS={POSITIONS}",
            f"{begin};BYMONTHDAY=31;BYDAY=MO;BYMONTH=8",
            f"{begin};BYMONTHDAY=30;BYMONTH=2",
            f"{begin};BYDAY={NUMBERED};BYSETPOS=-366,366",
        ]
    return found
