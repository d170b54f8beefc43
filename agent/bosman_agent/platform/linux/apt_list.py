"""Reads `apt list --upgradable`, which apt itself calls unstable: good for people who have nothing else at hand.

apt speaks some forty languages here, so that words decide nothing: rows are known by their form.
"""

import re

from bosman_agent.platform.linux.apt_parse import (
    LINE_CHARS,
    Simulation,
    Upgrade,
    read_simulation,
    valid_name,
    valid_version,
)
from bosman_protocol.text import clean_text

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
# A vendor may call its suite "Ubuntu 16.04".
_ROW = re.compile(r"(?P<name>[^\s/]+)/(?P<suites>\S.*) (?P<new>\S+) (?P<arch>[a-z0-9-]+) \[(?P<state>[^\[\]]+)\]\s*")
_ROW_LIKE = re.compile(r"[^\s/]+/\S+ .*\[[^\[\]]*\]\s*$")
"""A name, a suite and brackets: what is no row in detail is none that may be passed over."""
_WORDS = re.compile(r"[\s：]+")
_LIST_ALONE = re.compile(r"\s*(?P<word>[^.…\n]+)(?:\.\.\.|…)(?: \S+)?\s*")
_LISTING = frozenset(
    {
        "Listing", "Auflistung", "Bezig met oplijsten", "Elencazione", "En train de lister", "Felsorolás", "Listando",
        "Listar", "Listeleme", "Lister opp", "S'està llistant", "Vypisuje se", "Wypisywanie", "Δημιουργία λίστας",
        "Вывод списка", "Đang liệt kê", "กำลังแสดงรายชื่อ", "一覧表示", "正在列表",
    }
)  # fmt: skip
"""What stands above an `apt list`; where it stands alone, the list is empty. Of apt's translations, "Listing"."""
_NUMBER = re.compile(r"(?<![A-Za-z0-9.+:-])\d+(?![A-Za-z0-9.+-])")
_SUMMARY_NUMBERS = 4
"""Upgraded, newly installed, removed, not upgraded: apt's last line in every language."""


class NotFromAptError(Exception):
    """The text is nothing that apt prints."""


def parse_upgrades(text: str) -> list[Upgrade]:
    """Upgrades from `apt-get -s dist-upgrade` or `apt list --upgradable`. Raises NotFromAptError."""
    return list(read_upgrades(text).upgrades)


def read_upgrades(text: str) -> Simulation:
    """The same with what was not understood. Raises NotFromAptError."""
    text = _COLOUR.sub("", text)
    simulated = read_simulation(text)
    read = simulated if simulated.upgrades or simulated.downgrades or simulated.unread else read_list(text)
    if not (read.upgrades or read.downgrades or read.unread):
        _expect_nothing(text)
    return read


def parse_list(text: str) -> list[Upgrade]:
    """The rows of `apt list --upgradable`; the words in the brackets may be of any language."""
    return list(read_list(text).upgrades)


def read_list(text: str) -> Simulation:
    """The rows, and those that were not understood."""
    upgrades: dict[str, Upgrade] = {}
    unread: list[str] = []
    for line in text.splitlines():
        match = _ROW.fullmatch(line)
        if match is None or not valid_name(match["name"]) or not valid_version(match["new"]):
            if _ROW_LIKE.match(line) is not None:
                unread.append(clean_text(line, LINE_CHARS))
            continue
        # With --all-versions the installed version has a row too, which names the new one in its brackets.
        if "now" in match["suites"].split(","):
            continue
        old = _version_in(match["state"])
        if old is None:
            unread.append(clean_text(line, LINE_CHARS))
            continue
        suites = clean_text(match["suites"], 256)
        key = f"{match['name']}:{match['arch']}"
        upgrades[key] = Upgrade(match["name"], clean_text(old, 256), match["new"], suites, match["arch"])
    found = upgrades.values()
    return Simulation(
        tuple(upgrade for upgrade in found if not upgrade.is_downgrade),
        tuple(upgrade for upgrade in found if upgrade.is_downgrade),
        unread=tuple(unread),
    )


def _version_in(state: str) -> str | None:
    """The version in brackets: last in most languages, first in Japanese; one that begins with a digit, if any does."""
    words = [word for word in reversed(_WORDS.split(state)) if valid_version(word)]
    by_rule = next((word for word in words if word[0].isdigit()), None)
    return by_rule or next((word for word in words if any(map(str.isdigit, word))), None)


def _expect_nothing(text: str) -> None:
    """Returns where apt says that there is nothing to upgrade; whatever else was said is no such answer."""
    lines = [line for line in text.splitlines() if line.strip()]
    failed = next((line for line in lines if line.startswith("E:")), None)
    if failed is not None:
        raise NotFromAptError(clean_text(failed, 1000))
    for line in lines:
        # The digits in names of packages are none.
        numbers = _NUMBER.findall(line)
        if len(numbers) == _SUMMARY_NUMBERS or re.match(r"\d+ upgraded, ", line):
            if int(numbers[0]) == 0:
                return
            raise NotFromAptError("upgrades are counted, but not named")
    said = [line for line in lines if not line.startswith(("WARNING:", "N:", "W:"))]
    alone = _LIST_ALONE.fullmatch(said[0]) if len(said) == 1 else None
    if alone is None or alone["word"].strip() not in _LISTING:
        raise NotFromAptError("no line that apt prints")
