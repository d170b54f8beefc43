"""What the other tests rely on: the browser enforces the policy, and the visitor hears of every violation."""

from typing import Any

import pytest

from testkit.pages import settle
from testkit.stack import Stack


class TestContentSecurityPolicy:
    @pytest.mark.parametrize(
        ("act", "directive"),
        [
            (
                "document.head.append(Object.assign(document.createElement('style'), {textContent: 'a{}'}))",
                "style-src-elem",
            ),
            ("document.body.setAttribute('style', 'color:red')", "style-src-attr"),
            ("(() => { try { document.body.innerHTML += '<i>x</i>' } catch {} })()", "require-trusted-types-for"),
            (
                "document.body.append(Object.assign(document.createElement('img'), {src: 'https://evil.example.com/x'}))",
                "img-src",
            ),
        ],
    )
    def test_injected_content_does_nothing_and_is_noticed(
        self, stack: Stack, new_visitor: Any, act: str, directive: str
    ) -> None:
        visitor = new_visitor("en")
        visitor.page.goto(f"{stack.url}/sign-in")
        settle(visitor.page)
        assert not visitor.complaints
        visitor.page.evaluate(act)
        visitor.page.wait_for_timeout(300)
        found = [line for line in visitor.complaints if f"content security policy: {directive}" in line]
        assert found, visitor.complaints
        visitor.complaints.clear()
