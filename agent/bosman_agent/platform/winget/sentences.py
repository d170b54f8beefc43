"""Sentences that winget prints below and instead of tables, in its eleven languages."""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Literal

from bosman_agent.platform.winget.screen import is_rule, shown_lines

Counted = Literal["available", "explicit", "unknown", "pinned", "blocked"]

_AVAILABLE = (
    "{0} upgrades available.", "{0} Aktualisierungen verfügbar.", "{0} actualizaciones disponibles.",
    "{0} mises à niveau disponibles.", "{0} aggiornamenti disponibili.", "{0} アップグレードを利用できます。",
    "{0} 업그레이드를 사용할 수 있습니다.", "{0} atualizações disponíveis.", "Доступны обновления: {0}.",
    "{0} 升级可用。", "{0} 個升級可供使用。",
)  # fmt: skip
"""AvailableUpgrades of the same resources as `nothing_found.txt`."""
_ORDER: tuple[Counted, ...] = ("explicit", "unknown", "pinned", "blocked")
"""In which order `nothing_found.txt` has the sentences that count, language by language."""
_NUMBER = re.compile(r"\d+")


def counts(lines: Iterable[str]) -> dict[Counted, int]:
    """The numbers that winget gives, by what they count; the largest where one is given several times."""
    found: dict[Counted, int] = {}
    for line in lines:
        kind = _counted().get(_normal(line))
        if kind is not None:
            found[kind] = max(found.get(kind, 0), int(_NUMBER.findall(line)[0][:9]))
    return found


def is_known(line: str) -> bool:
    """Whether a line is one of these sentences."""
    return _normal(line) in _counted() or _normal(line) in _said()


def says_nothing_found(text: str) -> bool:
    """Whether an output without a table says, in a language of winget, that there is nothing to list."""
    lines = shown_lines(text)
    # A rule is that of a table: there was something, whatever is said below it.
    return not any(map(is_rule, lines)) and any(_normal(line) in _said() for line in lines)


def _normal(line: str) -> str:
    return _NUMBER.sub("{0}", " ".join(line.split()))


@cache
def _said() -> frozenset[str]:
    return frozenset(_listed())


@cache
def _counted() -> dict[str, Counted]:
    numbered = [line for line in _listed() if "{0}" in line]
    by_sentence = {line: _ORDER[place % len(_ORDER)] for place, line in enumerate(numbered)}
    available: dict[str, Counted] = dict.fromkeys(_AVAILABLE, "available")
    return available | by_sentence


def _listed() -> list[str]:
    text = resources.files(__package__).joinpath("nothing_found.txt").read_text(encoding="utf-8")
    return [" ".join(line.split()) for line in text.splitlines() if not line.startswith("#")]
