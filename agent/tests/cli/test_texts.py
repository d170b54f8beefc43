import re
import string
import sys
from pathlib import Path

import pytest

import bosman_agent
from bosman_agent.texts import text
from bosman_agent.texts.english import EN
from bosman_agent.texts.polish import PL
from bosman_protocol.codes import Code
from testkit.effects import POLISH


class TestCatalogues:
    def test_both_languages_have_the_same_keys(self) -> None:
        assert set(EN) == set(PL)

    @pytest.mark.parametrize("key", sorted(EN))
    def test_both_languages_take_the_same_values(self, key: str) -> None:
        def names(template: str) -> set[str]:
            return {name for _, name, _, _ in string.Formatter().parse(template) if name}

        assert names(EN[key]) == names(PL[key])

    def test_every_text_is_used_and_every_used_text_exists(self) -> None:
        package = Path(bosman_agent.__file__).parent
        code = "".join(path.read_text() for path in package.rglob("*.py") if path.parent.name != "texts")
        used = set(
            re.findall(
                r'"((?:agent|connection|doctor|enroll|event|folder|run|server|service|session|setup|status|token|uninstall)\.[a-z_]+)"',
                code,
            )
        )
        from_server = {key for key in EN if key.startswith(("token.", "session."))}

        files = {"agent.json", "agent.log", "server.error", "status.json"}
        codes = {key for key in EN if key in set(Code)}
        assert used - files <= set(EN)
        assert set(EN) - from_server - codes <= used

    def test_everything_that_keeps_the_agent_from_its_server_has_a_text(self) -> None:
        assert {code for code in Code if code.startswith("connection.")} | {Code.AGENT_CLOCK_WRONG} <= set(EN)

    @pytest.mark.parametrize(("value", "wanted"), [(POLISH[1], "Niezarejestrowany."), ("de_DE", "Not enrolled.")])
    def test_language_follows_the_environment(self, monkeypatch: pytest.MonkeyPatch, value: str, wanted: str) -> None:
        monkeypatch.delenv("LC_ALL", raising=False)
        monkeypatch.delenv("LC_MESSAGES", raising=False)
        monkeypatch.setenv("LANG" if sys.platform != "win32" else POLISH[0], value)

        assert text("status.not_enrolled") == wanted
