"""What keeps a connection from coming about, by name.

Pure: errors in, codes of the catalogue out; used for the connection, at enrolment and by `doctor`.
"""

import errno
import re
import socket
import ssl
from collections.abc import Iterable, Iterator

from bosman_protocol.codes import Code

CLOCK_VERDICTS = frozenset({9, 10})
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED (openssl x509_vfy.h)."""
_NO_TLS = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST", "RECORD_LAYER_FAILURE")
"""OpenSSL's reasons for an answer that is not TLS; which of them depends on its version and on the first bytes."""
_NOBODY_THERE = frozenset({errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.ENETUNREACH, 10060, 10065, 10051})
"""Numbers above 10000 are Winsock's."""
_PREFERRED = (
    Code.AGENT_CLOCK_WRONG,
    Code.CONNECTION_BAD_AUTHORITY,
    Code.CONNECTION_PROXY_ANSWER,
    Code.CONNECTION_NAME_UNKNOWN,
    Code.CONNECTION_REFUSED,
    Code.CONNECTION_TIMED_OUT,
)
"""Most telling first: of several addresses, the one that got furthest says most."""


def classify(errors: Iterable[BaseException]) -> Code:
    """The code for what an attempt has met, its errors in the order in which they came. Never raises."""
    met = {code for error in errors for cause in _causes(error) if (code := _code(cause)) is not None}
    return most_telling(met)


def most_telling(codes: Iterable[Code]) -> Code:
    """The code that helps a person most; `connection.refused` where there is none."""
    found = set(codes)
    return next((code for code in _PREFERRED if code in found), Code.CONNECTION_REFUSED)


def looks_like_html(body: bytes) -> bool:
    """Whether an answer is a page for people: what proxies and captive portals send in a server's place."""
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _code(error: BaseException) -> Code | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Code.AGENT_CLOCK_WRONG if error.verify_code in CLOCK_VERDICTS else Code.CONNECTION_BAD_AUTHORITY
    if isinstance(error, ssl.SSLError):
        return Code.CONNECTION_PROXY_ANSWER if (error.reason or "").upper() in _NO_TLS else None
    if isinstance(error, socket.gaierror):
        return Code.CONNECTION_NAME_UNKNOWN
    if isinstance(error, ConnectionRefusedError):
        return Code.CONNECTION_REFUSED
    if isinstance(error, TimeoutError):
        return Code.CONNECTION_TIMED_OUT
    return _by_number(error) if isinstance(error, OSError) else None


def _by_number(error: OSError) -> Code | None:
    # Where a name has several addresses, asyncio puts what it met at each into one text.
    numbers = {int(number) for number in re.findall(r"\[(?:Errno|WinError) (\d{1,5})\]", str(error))}
    numbers |= {error.errno or 0, getattr(error, "winerror", None) or 0}
    return Code.CONNECTION_TIMED_OUT if numbers & _NOBODY_THERE else None
