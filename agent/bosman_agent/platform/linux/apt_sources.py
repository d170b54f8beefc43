"""Which sources failed in `apt-get update`, and why.

`W:` and `E:` begin a line in every language, and addresses are not translated: a line with an address is about a
source, whatever its words. Why it failed is read from the words of the C locale, in which the agent runs apt, and from
what is no language (numbers of HTTP, words of GnuPG).
"""

import re
from collections.abc import Iterable

import msgspec

from bosman_protocol.codes import Code
from bosman_protocol.text import clean_text

_ITEM = re.compile(r"(?P<word>\S[^:]{0,30}?)\s?:(?P<number>\d{1,9}) (?P<place>\S+:\S.*)")
_FAILED_WORDS = frozenset({"Err", "Erro", "Fehl", "Błąd", "Chyba", "Hiba", "Fel", "Hata", "Fout", "Feil", "Ошб"})
_IGNORED_WORDS = frozenset({"Ign", "Ign.", "Игн", "Zignorowano"})
"""What stands before an item that could not be had, in apt's languages; every other word is good news."""
_DISC = r"cdrom:/{0,2}(?:\[[^\]\n]*\]|[^\s\[][^'\"\[\n]*?(?=/ | \S+ (?:In)?Release(?:'|$)))"
"""A disc's label has blanks, mostly within brackets: `cdrom://[Debian GNU/Linux 12.1.0 _Bookworm_ …]/ bookworm`."""
_URI = re.compile(rf"\b(?:{_DISC}|(?:(?:file|copy|cdrom):|[a-z][a-z0-9+.-]*:/)[^\s'\"])[^\s'\"]*")
_STORED = re.compile(r"\b[a-z0-9]+:/\S*/partial/(?P<file>\S+)")
"""A list that came and could not be unpacked: apt names its file here, in which the address is written with `_`."""
_MESSAGE = re.compile(r"(?:[WE]|Warning|Error): ?")
"""`apt-get` has the letters, and the words where it is told to print as `apt` 3 does."""
_LIST_FILE = re.compile(r"(?P<path>/\S+\.(?:list|sources)\b)")
_INDEX_FILE = re.compile(r"/(?:\./)?(?:InRelease|Release(?:\.gpg)?|Packages(?:\.\w+)?|Sources(?:\.\w+)?)$")
_SUITE = re.compile(r" (?P<suite>[A-Za-z0-9][\w.+~:/-]*) ")
_COMPONENT = re.compile(r"(?P<suite>.+)/(?:main|contrib|non-free(?:-firmware)?|restricted|universe|multiverse)")

_REASONS: tuple[tuple[re.Pattern[str], Code], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), code)
    for pattern, code in (
        # What signatures say comes first: a source that answers and is not trusted is the gravest.
        ((r"EXPKEYSIG|KEYEXPIRED|REVKEYSIG|BADSIG|NO_PUBKEY|ERRSIG|signatures? (?:were|was) invalid|"
         r"signatures? couldn't be verified|GPG error|OpenPGP signature|sqv|public key is not available|"
         r"Key is stored in legacy.*and cannot|Signed-By .* conflict|Conflicting values set for option Signed-By"),
         Code.APT_SOURCE_UNTRUSTED),
        (r"is expired \(invalid since|is not valid yet|Valid-Until|is no longer valid", Code.APT_SOURCE_EXPIRED),
        (r"is not signed|isn't signed|no longer signed|is unsigned|Clearsigned file isn't valid",
         Code.APT_SOURCE_NOT_SIGNED),
        (r"changed its '\w+' value|must be accepted explicitly|requires .* confirmation", Code.APT_SOURCE_CHANGED),
        ((r"Hash Sum mismatch|unexpected size|Mirror sync in progress|Hashes of|weak security information|"
         r"Unable to parse package file|Unable to find hash sum|Read error|Corrupted|decompress|Invalid archive|"
         r"Splitting up .* failed|Unable to find expected entry"),
         Code.APT_SOURCE_DAMAGED),
        (r"\b40[13]\b|\b407\b|Unauthorized|Forbidden|Authentication required|Permission denied",
         Code.APT_SOURCE_DENIED),
        ((r"does not have a Release file|no longer has a Release file|\b404\b|\b410\b|File not found|"
         r"No such file or directory|Not Found"), Code.APT_SOURCE_NOT_FOUND),
        ((r"Malformed|Unable to parse|Invalid record|method driver .* could not be found|Is the package .* installed|"
         r"not understood|Type '.*' is not known|unknown option"), Code.APT_SOURCE_BAD_ENTRY),
        ((r"Could not connect|Connection (?:refused|failed|timed out|reset)|timed out|Timeout|"
         r"Could not (?:resolve|handshake|open)|Temporary failure|Unable to connect|Cannot initiate the connection|"
         r"No route to host|Network is unreachable|Certificate verification failed|SSL|TLS|"
         r"Undetermined Error|server response line|closed (?:the )?connection|"
         r"\b5\d\d  |Something wicked|Bad (?:header|response)|Proxy|Redirection"), Code.APT_SOURCE_UNREACHABLE),
    )
)  # fmt: skip
_HARMLESS = re.compile(
    r"is configured multiple times|doesn't support architecture|doesn't have the component|"
    r"Key is stored in legacy trusted\.gpg|Download is performed unsandboxed|uses weak (?:digest )?algorithm|"
    r"will be deprecated|Policy will reject signature within|Usage of apt_auth|some index files failed|"
    r"Some index files failed|modernize-sources|must have correct permissions|"
    r"Missing Signed-By in the sources\.list|deprecated|Problem unlinking|Conflicting distribution|"
    r"is a duplicate|changed its '(?:Version|Suite|Codename)' value|trusted=yes|authentication is disabled",
    re.IGNORECASE,
)
"""What apt warns of although the lists came."""


class FailedSource(msgspec.Struct, frozen=True):
    """A source that could not be had, or not be believed."""

    name: str
    """Address and suite, as apt names them; the file of sources.list for an entry that apt cannot read."""
    reason: Code
    detail: str


class Refresh(msgspec.Struct, frozen=True):
    """What `apt-get update` achieved."""

    fetched: int
    failed: tuple[FailedSource, ...]
    asked: int
    """How many different places were asked; index files of one source count once."""


def read_refresh(text: str) -> Refresh:
    """What became of every source. apt announces `Get` before it knows how it ends: the last word counts."""
    words: dict[str, str] = {}
    places: dict[str, str] = {}
    details: dict[str, str] = {}
    messages: list[str] = []
    number = ""
    for line in text.splitlines():
        item = _ITEM.match(line)
        if item is not None:
            number = item["number"]
            words[number] = item["word"]
            places.setdefault(number, item["place"])
        elif _MESSAGE.match(line) is not None:
            number = ""
            messages.append(line.strip())
        elif line.startswith(" ") and messages and not number:
            messages[-1] += " " + line.strip()
        elif line.startswith("  ") and number and words[number] in _FAILED_WORDS:
            details[number] = line.strip()
    # One form of a list after the other is tried: what went wrong before counts no more once one came.
    lost = [number for number, word in words.items() if word in _FAILED_WORDS]
    messages += [f"{places[number]}: {details[number]}" for number in lost if number in details]
    known = {source_name(place): None for place in places.values()}
    messages = [_with_address(message, known) for message in messages]
    failed = _failed(messages, [places[number] for number in lost])
    asked = {source_name(place) for place in places.values()} | set(failed)
    fetched = sum(word not in _FAILED_WORDS | _IGNORED_WORDS for word in words.values())
    return Refresh(fetched, tuple(failed.values()), len(asked))


def source_name(place: str) -> str:
    """Address and suite of what apt writes of a source or of one of its files."""
    match = _URI.search(place)
    if match is None:
        return clean_text(place, 256)
    uri = _without_password(match[0].rstrip("/.,:"))
    # An index file is fetched from below `dists/SUITE` (or from the address itself where the archive is flat).
    base, found, below = uri.partition("/dists/")
    if found:
        return clean_text(f"{base.rstrip('/')} {below.partition('/')[0]}", 256)
    file = _INDEX_FILE.search(uri)
    base = (uri[: file.start()] if file is not None else uri).rstrip("/.")
    # Behind the name of a file come words; behind an address, the suite.
    suite = _SUITE.match(place[match.end() :]) if file is None else None
    return clean_text(f"{base} {_without_component(suite['suite'])}" if suite is not None else base, 256)


def _with_address(message: str, known: Iterable[str]) -> str:
    """A message with the source in the place of the file that its list has on the disk."""
    stored = _STORED.search(message)
    for name in known if stored is not None else ():
        assert stored is not None
        address = name.partition("://")[2].replace("_", "%5f").replace(" ", "_dists_").replace("/", "_")
        if address and stored["file"].startswith(f"{address}_"):
            return f"{message[: stored.start()]}{name} {message[stored.end() :]}"
    return message


def _without_component(suite: str) -> str:
    """`bookworm-security/main` and `buster/updates/main`: the component is not part of the source."""
    component = _COMPONENT.fullmatch(suite)
    return component["suite"] if component is not None else suite.rstrip("/")


def _without_password(uri: str) -> str:
    return re.sub(r"(?<=://)[^/@\s]*@", "", uri)


def _failed(messages: Iterable[str], unnamed: Iterable[str]) -> dict[str, FailedSource]:
    found: dict[str, FailedSource] = {}
    for message in messages:
        if _HARMLESS.search(message) is not None and not _is_rejection(message):
            continue
        name = _name_in(message)
        if name is None:
            continue
        reason = reason_of(message)
        known = found.get(name)
        if known is None or _rank(reason) < _rank(known.reason):
            words = _MESSAGE.sub("", message, count=1)
            found[name] = FailedSource(name, reason, clean_text(_without_password(words), 256))
    for place in unnamed:
        name = source_name(place)
        if not any(_same(name, other) for other in found):
            found[name] = FailedSource(name, Code.APT_SOURCE_FAILED, "")
    return _merged(found)


def reason_of(message: str) -> Code:
    """Why a source failed, from apt's words on it."""
    return next((code for pattern, code in _REASONS if pattern.search(message)), Code.APT_SOURCE_FAILED)


def _is_rejection(message: str) -> bool:
    """What apt calls an error is none that it lives with."""
    return message.startswith("E") or "previous index files will be used" in message or "Failed to fetch" in message


def _name_in(message: str) -> str | None:
    if _URI.search(message) is not None:
        return source_name(message)
    path = _LIST_FILE.search(message)
    return clean_text(path["path"], 256) if path is not None else None


def _rank(reason: Code) -> int:
    order = [code for _, code in _REASONS]
    return order.index(reason) if reason in order else len(order)


def _same(one: str, other: str) -> bool:
    return one == other or one.startswith(other + " ") or other.startswith(one + " ")


def _merged(found: dict[str, FailedSource]) -> dict[str, FailedSource]:
    """One entry per source: apt names the same one with its suite, and without where it speaks of a file."""
    kept: dict[str, FailedSource] = {}
    for name in sorted(found, key=len, reverse=True):
        twin = next((other for other in kept if other.startswith(name + " ")), None)
        if twin is None:
            kept[name] = found[name]
        elif _rank(found[name].reason) < _rank(kept[twin].reason):
            kept[twin] = msgspec.structs.replace(found[name], name=twin)
    return kept
