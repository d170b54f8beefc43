"""Texts of mails by key, from gettext catalogues that lie beside this file [R19]."""

import gettext
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("en", "pl")


class Catalogue:
    """The texts of one language. Values go in by `%(name)s`, which reaches no attributes."""

    def __init__(self, language: str) -> None:
        self.language = language
        path = files("bosman_server.core.notifications") / "locale" / language / "LC_MESSAGES" / "mail.po"
        compiled = BytesIO()
        with path.open("rb") as source:
            # Compiled as it is read: what is packed is what was reviewed, and nothing can be forgotten.
            write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
        compiled.seek(0)
        self._translations = gettext.GNUTranslations(compiled)

    def has(self, key: str) -> bool:
        """Whether there is a text for it."""
        return self._translations.gettext(key) != key

    def text(self, key: str, **values: object) -> str:
        """The text of a key. Raises KeyError."""
        if not self.has(key):
            raise KeyError(key)
        return self._translations.gettext(key) % values

    def plural(self, key: str, number: int) -> str:
        """The text of a key for a number, in the form that the language has for it."""
        return self._translations.ngettext(key, key, number) % {"number": number}

    def moment(self, at: datetime) -> str:
        """A time for people, with the zone it is told in."""
        written = format_datetime(at, "d MMMM y, HH:mm", tzinfo=at.tzinfo, locale=self.language)
        return f"{written} ({at.tzname() or 'UTC'})"


@lru_cache
def catalogue(language: str) -> Catalogue:
    """The texts of a language; English for one that we do not have."""
    return Catalogue(language if language in LANGUAGES else "en")
