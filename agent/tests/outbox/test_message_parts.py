from hypothesis import given
from hypothesis import strategies as st

from bosman_agent.outbox.messages import parts
from bosman_protocol.limits import MAX_LIST_ITEMS, MAX_MESSAGE_BYTES
from bosman_protocol.reports import SoftwareItem
from bosman_protocol.uplink import encoder


def items(count: int, length: int = 5) -> list[SoftwareItem]:
    return [SoftwareItem(f"{number}-" + "ż" * length, "1") for number in range(count)]


class TestParts:
    @given(st.integers(0, 3 * MAX_LIST_ITEMS))
    def test_every_item_appears_once_and_only_the_last_part_is_last(self, count: int) -> None:
        made = list(parts(items(count)))

        assert [item for part, _ in made for item in part] == items(count)
        assert [last for _, last in made] == [False] * (len(made) - 1) + [True]
        assert all(len(part) <= MAX_LIST_ITEMS for part, _ in made)

    def test_parts_of_long_items_fit_into_a_message(self) -> None:
        made = list(parts(items(4000, 250)))

        assert all(len(encoder.encode(part)) < MAX_MESSAGE_BYTES for part, _ in made)
        assert sum(len(part) for part, _ in made) == 4000
