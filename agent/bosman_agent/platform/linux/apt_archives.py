"""What is a security archive: by what an archive calls itself, never by a word that its name merely contains."""

import re

import msgspec

_SECURITY_LABELS = frozenset({"debian-security", "devuan-security"})
"""Of releases whose suite says nothing of it (Debian up to 10: label "Debian-Security", suite "oldstable")."""
_SUITE = re.compile(r"[a-z0-9.+~]+(?:-[a-z0-9.+~]+)*-security")
"""`bookworm-security`, `oldstable-security`, `xenial-infra-security` (Ubuntu's ESM)."""
_OLD_CODENAME = "/updates"
_RELEASE_FIELD = re.compile(r"(?:^|,)([a-z])=")


class Archive(msgspec.Struct, frozen=True):
    """One archive as its Release file, or at least the line in sources.list, describes it."""

    uri: str = ""
    suite: str = ""
    """`a=`: what apt calls the archive."""
    codename: str = ""
    label: str = ""
    priority: int | None = None

    @property
    def is_security(self) -> bool:
        """Whether what it offers are security updates."""
        if is_security_suite(self.suite) or is_security_suite(self.codename):
            return True
        if self.label:
            return self.label.lower() in _SECURITY_LABELS
        # Nothing but the address is known: Debian up to 10 called its suite "buster/updates".
        return self.suite.endswith(_OLD_CODENAME) and "security" in self.uri


def is_security_suite(suite: str) -> bool:
    """Whether a suite is by its name one of security updates."""
    return _SUITE.fullmatch(suite.lower()) is not None


def is_security_origin(origin: str) -> bool:
    """The same of one origin in the words of `apt-get -s` (`Label:Version/Suite`, several parted by commas)."""
    label, _, place = origin.strip().rpartition(":")
    return label.lower() in _SECURITY_LABELS or is_security_suite(place.rpartition("/")[2])


def read_release(text: str) -> dict[str, str]:
    """The fields of a line `release v=12,o=Debian,a=oldstable,l=Debian`; values may have commas of their own."""
    found = list(_RELEASE_FIELD.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {match[1]: text[match.end() : end].strip() for match, end in zip(found, ends, strict=True)}
