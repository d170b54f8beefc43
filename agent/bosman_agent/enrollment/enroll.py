"""Enrolment: pin the authority, hand in a one-time token and a CSR, keep what comes back."""

import hashlib
import hmac
import http.client
import ipaddress
import random
import re
import socket
import ssl
import time
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from bosman_agent import __version__
from bosman_agent.clock import utc_now
from bosman_agent.identity.config import AgentConfig, TrustAnchor, save_config
from bosman_agent.identity.data_dir import DataDir, write_private
from bosman_agent.identity.keys import IdentityBrokenError, create_key, store_identity
from bosman_agent.transport.connection_errors import CLOCK_VERDICTS, classify, looks_like_html
from bosman_protocol.codes import Code
from bosman_protocol.enrollment import AUTHORITY_PATH, ENROLL_PATH, EnrollReply, EnrollRequest
from bosman_protocol.signing import EnvelopeRefusedError
from bosman_protocol.text import clean_text
from bosman_protocol.trust import TrustStatement, first_statement

TIMEOUT_SECONDS = 20.0
ATTEMPTS = 3
MAX_REPLY_BYTES = 256 * 1024
_TITLE = re.compile(r"<title[^>]*>([^<]{1,300})", re.IGNORECASE)


class EnrollmentError(Exception):
    """Enrolment failed; `code` picks the text, `params` fill it."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class _Problem(msgspec.Struct):
    code: str = ""
    title: str = ""


class _Response(msgspec.Struct):
    status: int
    body: bytes


def enroll(
    data: DataDir,
    *,
    server_url: str,
    token: str,
    authority_sha256: str,
    os_family: Literal["linux", "windows"],
) -> AgentConfig:
    """Give this device an identity and store it.

    Nothing is stored until everything has been received and checked. Raises
    EnrollmentError; OSError when the data folder cannot be written.
    """
    url = _checked_url(server_url)
    authority_pem = _pinned_authority(url, authority_sha256)
    key = create_key()
    request = EnrollRequest(
        token=token,
        csr_pem=key.csr_pem,
        hostname=clean_text(socket.gethostname(), 256),
        os_family=os_family,
        agent_version=__version__,
    )
    reply = _post_request(url, authority_pem, request)
    statement = _statement(reply)
    config = AgentConfig(
        device_id=reply.device_id,
        tenant_id=reply.tenant_id,
        server_url=server_url,
        bus_urls=statement.bus_urls,
        signing_keys=statement.signing_keys,
        enrolled_at=utc_now(),
        trust=TrustAnchor(statement.installation_id, statement.version, statement.root_keys),
    )
    data.create()
    try:
        store_identity(data.identity, key, reply.certificate_pem)
    except IdentityBrokenError as error:
        raise EnrollmentError("enroll.bad_reply", detail=str(error)) from error
    data.next_identity.unlink(missing_ok=True)
    write_private(data.authority, authority_pem.encode("ascii"))
    save_config(data, config)
    return config


def _checked_url(server_url: str) -> SplitResult:
    url = urlsplit(server_url)
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise EnrollmentError("enroll.bad_url", url=server_url)
    if url.scheme == "http" and not _is_loopback(url.hostname):
        raise EnrollmentError("enroll.plain_http", url=server_url)
    return url


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _pinned_authority(url: SplitResult, pin: str) -> str:
    """The authority's certificate (PEM), fetched untrusted and compared with the pin of the install line."""
    untrusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    untrusted.check_hostname = False
    untrusted.verify_mode = ssl.CERT_NONE
    response = _send(url, untrusted, "GET", AUTHORITY_PATH)
    _refuse_page(url, response)
    if response.status != http.client.OK:
        raise EnrollmentError("enroll.bad_reply", detail=f"HTTP {response.status}")
    try:
        pem = response.body.decode("ascii").strip() + "\n"
        der = ssl.PEM_cert_to_DER_cert(pem)
    except ValueError as error:
        raise EnrollmentError("enroll.bad_reply", detail="no certificate") from error
    wanted = pin.replace(":", "").strip().lower()
    if not hmac.compare_digest(hashlib.sha256(der).hexdigest(), wanted):
        raise EnrollmentError("enroll.pin_mismatch")
    return ssl.DER_cert_to_PEM_cert(der)


def _post_request(url: SplitResult, authority_pem: str, request: EnrollRequest) -> EnrollReply:
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusted.minimum_version = ssl.TLSVersion.TLSv1_2
    trusted.load_verify_locations(cadata=authority_pem)
    response = _send(url, trusted, "POST", ENROLL_PATH, msgspec.json.encode(request))
    _refuse_page(url, response)
    if response.status not in {http.client.OK, http.client.CREATED}:
        raise _problem(response)
    try:
        return msgspec.json.decode(response.body, type=EnrollReply)
    except msgspec.MsgspecError as error:
        raise EnrollmentError("enroll.bad_reply", detail=str(error)) from error


def _statement(reply: EnrollReply) -> TrustStatement:
    """The first statement; the authority whose certificate was pinned vouches for it."""
    try:
        return first_statement(reply.trust)
    except EnvelopeRefusedError as error:
        raise EnrollmentError("enroll.bad_reply", detail=f"trust statement: {error.code}") from error


def _refuse_page(url: SplitResult, response: _Response) -> None:
    """Bosman never answers these routes with a page; what stands between does."""
    if looks_like_html(response.body):
        title = _TITLE.search(response.body.decode("utf-8", "replace"))
        said = clean_text(title[1], 200) if title else ""
        raise EnrollmentError("enroll.proxy_answer", url=url.geturl(), detail=said or f"HTTP {response.status}, HTML")


def _problem(response: _Response) -> EnrollmentError:
    try:
        problem = msgspec.json.decode(response.body, type=_Problem)
    except msgspec.MsgspecError:
        problem = _Problem()
    # The server is not trusted with this terminal: no control characters.
    code = clean_text(problem.code, 64) or "server.error"
    return EnrollmentError(code, status=str(response.status), detail=clean_text(problem.title, 200))


def _send(url: SplitResult, context: ssl.SSLContext, method: str, path: str, body: bytes | None = None) -> _Response:
    """One exchange, tried again while the server cannot be reached at all."""
    last: Exception
    for attempt in range(ATTEMPTS):
        try:
            return _send_once(url, context, method, path, body)
        except ssl.SSLCertVerificationError as error:
            key = "enroll.clock_wrong" if error.verify_code in CLOCK_VERDICTS else "enroll.untrusted"
            raise EnrollmentError(key, detail=error.verify_message) from error
        except ConnectionRefusedError as error:
            last = error
        except (OSError, http.client.HTTPException) as error:
            if classify([error]) is Code.CONNECTION_PROXY_ANSWER:
                raise EnrollmentError("enroll.proxy_answer", url=url.geturl(), detail=str(error)) from error
            # A POST may have been carried out although its answer was lost: the token is spent, do not repeat.
            if method != "GET":
                raise EnrollmentError("enroll.unreachable", url=url.geturl(), detail=str(error)) from error
            last = error
        if attempt + 1 < ATTEMPTS:
            time.sleep(random.uniform(0.1, 1.0) * 2**attempt)  # noqa: S311 - jitter, no secret
    raise EnrollmentError("enroll.unreachable", url=url.geturl(), detail=str(last)) from last


def _send_once(url: SplitResult, context: ssl.SSLContext, method: str, path: str, body: bytes | None) -> _Response:
    host = url.hostname or ""
    connection: http.client.HTTPConnection
    if url.scheme == "https":
        connection = http.client.HTTPSConnection(host, url.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = http.client.HTTPConnection(host, url.port, timeout=TIMEOUT_SECONDS)
    try:
        headers = {"Accept": "application/json", "User-Agent": f"bosman-agent/{__version__}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection.request(method, url.path.rstrip("/") + path, body=body, headers=headers)
        response = connection.getresponse()
        content = response.read(MAX_REPLY_BYTES + 1)
        if len(content) > MAX_REPLY_BYTES:
            raise EnrollmentError("enroll.bad_reply", detail="too long")
        return _Response(response.status, content)
    finally:
        connection.close()
