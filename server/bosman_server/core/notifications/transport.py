"""Handing one mail to the mail server."""

import ssl
from email.message import EmailMessage

import aiosmtplib

from bosman_protocol.codes import Code
from bosman_server.settings import Settings

_SECONDS = 30.0
_PORTS = {"none": 25, "starttls": 587, "tls": 465}


class MailFailedError(Exception):
    """The mail was not taken. `final` = the server will never take it, so trying again is of no use."""

    def __init__(self, code: Code, *, final: bool, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.final = final


class Transport:
    """The mail server of the settings. A connection per mail: there are few, and none hangs on another's."""

    def __init__(self, settings: Settings) -> None:
        assert settings.smtp_host is not None, "BOSMAN_SMTP_HOST"
        self._settings = settings
        self._tls = ssl.create_default_context(cafile=str(settings.smtp_ca_file) if settings.smtp_ca_file else None)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2

    async def send(self, message: EmailMessage) -> None:
        """Deliver to the server within 30 seconds a step. Raises MailFailedError."""
        settings = self._settings
        try:
            await aiosmtplib.send(
                message,
                hostname=settings.smtp_host,
                port=settings.smtp_port or _PORTS[settings.smtp_security],
                username=settings.smtp_user,
                password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
                use_tls=settings.smtp_security == "tls",
                # Never "if it is offered": whoever stands between would simply not offer it.
                start_tls=settings.smtp_security == "starttls",
                tls_context=self._tls,
                local_hostname=settings.public_host,
                timeout=_SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            raise _judged(error) from error


def _judged(error: Exception) -> MailFailedError:
    """Only a final no to this address or this text is final; all else may be mended within a day."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        final = all(one.code >= 500 for one in error.recipients)
        code = Code.MAIL_REFUSED
    elif isinstance(error, aiosmtplib.SMTPDataError):
        final, code = error.code >= 500, Code.MAIL_REFUSED
    elif isinstance(error, aiosmtplib.SMTPAuthenticationError):
        final, code = False, Code.MAIL_SIGN_IN_REFUSED
    elif isinstance(error, aiosmtplib.SMTPResponseException):
        final, code = False, Code.MAIL_REFUSED
    else:
        final, code = False, Code.MAIL_SERVER_UNREACHABLE
    return MailFailedError(code, final=final, detail=_short(error))


def _short(error: Exception) -> str:
    # The answer of a stranger's server: bounded, and without the addresses that aiosmtplib adds.
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return ", ".join(str(one.code) for one in error.recipients)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return str(error.code)
    return type(error).__name__
