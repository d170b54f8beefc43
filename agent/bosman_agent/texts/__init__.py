"""Texts for people at the command line and in the platform's own log, by key, in English and Polish."""

from bosman_agent.platform import system
from bosman_agent.texts.english import EN
from bosman_agent.texts.polish import PL

YES = frozenset({"yes", "tak"})


def language() -> str:
    """`pl` or `en`, as the platform knows its reader."""
    return "pl" if (system.user_language() or "").lower().startswith("pl") else "en"


def text(key: str, **params: object) -> str:
    """The text of a key in the reader's language."""
    catalogue = PL if language() == "pl" else EN
    return catalogue[key].format(**params)


def known(key: str) -> bool:
    """Whether there is a text for a code that came from the server."""
    return key in EN
