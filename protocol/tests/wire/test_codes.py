import re

from bosman_protocol.codes import Code


class TestCodes:
    def test_values_are_tokens_and_follow_their_names(self) -> None:
        for code in Code:
            assert re.fullmatch(r"[a-z_]+\.[a-z_]+", code.value)
            assert code.value.replace(".", "_").upper() == code.name
