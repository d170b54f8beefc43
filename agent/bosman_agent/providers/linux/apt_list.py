"""Reads `apt list --upgradable`, which apt itself calls unstable: good for people who have nothing else at hand."""

import re

from bosman_agent.providers.linux.apt_parse import Upgrade, parse_simulation, valid_name, valid_version
from bosman_protocol.text import clean_text

_ROW = re.compile(r"^(?P<name>[^\s/]+)/(?P<suites>\S+) (?P<new>\S+) (?P<arch>\S+) \[[^\[\]:]+: ?(?P<old>[^\]\s]+)\]$")
_APT_SAID = re.compile(r"^(?:Reading package lists|Listing|\d+ upgraded, |Calculating upgrade)", re.MULTILINE)


class NotFromAptError(Exception):
    """The text is nothing that apt prints."""


def parse_upgrades(text: str) -> list[Upgrade]:
    """Upgrades from `apt-get -s dist-upgrade` or `apt list --upgradable`. Raises NotFromAptError."""
    upgrades = parse_simulation(text) or parse_list(text)
    if not upgrades and _APT_SAID.search(text) is None:
        raise NotFromAptError("no line that apt prints")
    return upgrades


def parse_list(text: str) -> list[Upgrade]:
    """The rows of `apt list --upgradable`; the words in the brackets may be of any language."""
    upgrades: dict[str, Upgrade] = {}
    for line in text.splitlines():
        match = _ROW.match(line.rstrip())
        if match is not None and valid_name(match["name"]) and valid_version(match["new"]):
            suites = clean_text(match["suites"], 256)
            key = f"{match['name']}:{match['arch']}"
            upgrades[key] = Upgrade(match["name"], clean_text(match["old"], 256), match["new"], suites)
    return list(upgrades.values())
