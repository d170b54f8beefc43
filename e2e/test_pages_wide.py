"""Every page at the width of a small laptop, in both languages, light and dark."""

from typing import Any

import pytest

from testkit.pages import choose, look_at_every_page
from testkit.stack import Stack

WIDTH = 1280


@pytest.mark.timeout(240)
class TestEveryPage:
    @pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("en", "dark"), ("pl", "light"), ("pl", "dark")])
    def test_page_is_accessible_and_fits(
        self, stack: Stack, scene: dict[str, Any], new_visitor: Any, language: str, theme: str
    ) -> None:
        visitor = new_visitor(language, width=WIDTH, dark=theme == "dark")
        choose(stack, scene, visitor, language, theme)
        look_at_every_page(stack, scene, visitor, language, f"{theme}-{WIDTH}")
