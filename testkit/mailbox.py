"""A real mail server for tests: what Bosman sends lands here, and it refuses when it is told to."""

import asyncio
import email
import re
import socket
import ssl
from collections import defaultdict
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword
from aiosmtpd.smtp import Session as SmtpSession

from bosman_server.kit.crypto.pki import create_authority, issue_server_certificate
from testkit.patience import patient

SENDER = "Bosman <bosman@example.com>"
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as it arrived."""

    to: tuple[str, ...]
    message: EmailMessage
    encrypted: bool
    user: str | None

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        return str(self.message["subject"])

    @property
    def text(self) -> str:
        """The plain text part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    @property
    def link(self) -> str:
        """The first address in the plain text."""
        found = _LINK.search(self.text)
        assert found, self.text
        return found.group()

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        assert isinstance(part, EmailMessage)
        return str(part.get_content())


@dataclass
class Mailbox:
    """The mail server; `security` as in BOSMAN_SMTP_SECURITY. With `folder` it has a certificate for TLS."""

    security: str = "none"
    folder: Path | None = None
    user: str | None = None
    password: str | None = None
    mails: list[Received] = field(default_factory=list)
    recipient_answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """What to answer to the next attempts for an address, first one first; then it is taken."""

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def start(self) -> Self:
        """Listen."""
        context = self._context()
        tls: dict[str, Any] = {}
        if self.security == "tls":
            tls["ssl_context"] = context
        elif self.security == "starttls":
            tls |= {"tls_context": context, "require_starttls": True}
        if self.user:
            # aiosmtpd does not see that implicit TLS is TLS: it would offer no sign-in at all.
            tls |= {"authenticator": self._authenticate, "auth_require_tls": False}
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **tls)
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening; `start` listens again on the same port."""
        self._controller.stop()

    def _context(self) -> ssl.SSLContext | None:
        if self.security == "none":
            return None
        assert self.folder is not None
        authority = create_authority("Mail CA")
        issued = issue_server_certificate(authority, ["localhost", "127.0.0.1"])
        for name, data in (
            ("ca.pem", authority.certificate_pem), ("mail.pem", issued.certificate_pem), ("mail.key", issued.key_pem),
        ):  # fmt: skip
            (self.folder / name).write_bytes(data)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "mail.pem", self.folder / "mail.key")
        return context

    @property
    def environment(self) -> dict[str, str]:
        """Settings that point a stack here."""
        found = {
            "BOSMAN_SMTP_HOST": "127.0.0.1",
            "BOSMAN_SMTP_PORT": str(self.port),
            "BOSMAN_SMTP_SECURITY": self.security,
            "BOSMAN_SMTP_FROM": SENDER,
        }
        if self.folder is not None:
            found["BOSMAN_SMTP_CA_FILE"] = str(self.folder / "ca.pem")
        if self.user and self.password:
            found |= {"BOSMAN_SMTP_USER": self.user, "BOSMAN_SMTP_PASSWORD": self.password}
        return found

    def to(self, address: str) -> list[Received]:
        """Mails to an address, oldest first."""
        return [mail for mail in list(self.mails) if address in mail.to]

    async def next_to(self, address: str, *, after: int = 0) -> Received:
        """The mail to an address that follows `after` earlier ones. Raises TimeoutError."""
        async with asyncio.timeout(patient()):
            while len(self.to(address)) <= after:  # noqa: ASYNC110 - the server runs in a thread of its own
                await asyncio.sleep(0.05)
        return self.to(address)[after]

    def _authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        fits = (data.login.decode(), data.password.decode()) == (self.user, self.password)
        return AuthResult(success=fits, auth_data=data.login.decode() if fits else None, handled=fits)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: SmtpSession, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient, or answer what the test said."""
        if self.recipient_answers[address]:
            return self.recipient_answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the mail."""
        message = email.message_from_bytes(envelope.content or b"", policy=default)  # type: ignore[arg-type]  # DATA is bytes without decode_data
        assert isinstance(message, EmailMessage)
        encrypted = session.ssl is not None or self.security == "tls"
        user = session.auth_data if isinstance(session.auth_data, str) else None
        self.mails.append(Received(tuple(envelope.rcpt_tos), message, encrypted, user))
        return "250 Taken"
