"""The outbox's other end: one worker sends what waits, tries again for a day, and then says that it failed."""

import asyncio
import random

import structlog
from prometheus_client import Counter

from bosman_protocol.codes import Code
from bosman_server.core.notifications.emails import to_email, write_email
from bosman_server.core.notifications.service import encryption_context
from bosman_server.core.notifications.templates import BadMailError, Template, parse_message
from bosman_server.core.notifications.transport import MailFailedError, Transport
from bosman_server.kit.crypto.cipher import DecryptionError
from bosman_server.kit.crypto.encryption import EnvelopeCipher
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import ALL_TENANTS
from bosman_server.kit.db.transaction import Record
from bosman_server.kit.periodic import Periodic
from bosman_server.settings import Settings

log = structlog.get_logger()
MAILS = Counter("bosman_mails_total", "Attempts to send a mail", ["result"])

_BATCH = 8
_RETRY_SECONDS = (60, 300, 900, 3600, 2 * 3600, 6 * 3600, 12 * 3600)
"""Between attempts; after the last one the mail has failed. A day, so that a mail server may be mended."""
_JITTER = 0.2

# Counted and put off before the attempt: a mail that kills its sender is not tried for ever.
_CLAIM = """
UPDATE notifications_mail m
SET attempts = m.attempts + 1,
    next_attempt_at = now() + make_interval(secs => ($1::float8[])[least(m.attempts + 1, cardinality($1))])
FROM (SELECT tenant_id, id FROM notifications_mail WHERE state = 'waiting' AND next_attempt_at <= now()
      ORDER BY next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED) due
WHERE m.tenant_id = due.tenant_id AND m.id = due.id
RETURNING m.tenant_id, m.id, m.to_address, m.language, m.template, m.params_sealed, m.attempts
"""
_SENT = """
UPDATE notifications_mail SET state = 'sent', sent_at = now(), params_sealed = NULL, error_code = NULL
WHERE tenant_id = $1 AND id = $2
"""
_FAILED = """
UPDATE notifications_mail SET state = 'failed', params_sealed = NULL, error_code = $3 WHERE tenant_id = $1 AND id = $2
"""
_PUT_OFF = "UPDATE notifications_mail SET error_code = $3 WHERE tenant_id = $1 AND id = $2"


class MailSender:
    """Runs on the leader only. `database` is the worker's role."""

    def __init__(self, settings: Settings, database: Database, cipher: EnvelopeCipher) -> None:
        self._settings = settings
        self._database = database
        self._cipher = cipher
        self._transport = Transport(settings) if settings.mail_configured else None

    def periodic(self) -> Periodic:
        """As often as the settings say."""
        return Periodic("mail", self._settings.mail_period_seconds, self.run_once)

    async def run_once(self) -> int:
        """Send what is due. Returns how many mails were tried."""
        delays = [seconds * random.uniform(1 - _JITTER, 1 + _JITTER) for seconds in _RETRY_SECONDS]  # noqa: S311 - jitter is no secret
        async with self._database.writing(ALL_TENANTS) as tx:
            rows = await tx.connection.fetch(_CLAIM, delays, _BATCH)
        await asyncio.gather(*(self._try(row) for row in rows))
        return len(rows)

    async def _try(self, row: Record) -> None:
        try:
            await self._send(row)
        except MailFailedError as failure:
            await self._failed(row, failure)
            return
        await self._note(_SENT, row)
        MAILS.labels("sent").inc()
        log.info("mail_sent", mail_id=str(row["id"]), template=row["template"])

    async def _send(self, row: Record) -> None:
        if self._transport is None:
            raise MailFailedError(Code.MAIL_NOT_CONFIGURED, final=True, detail="BOSMAN_SMTP_HOST")
        try:
            plain = await self._cipher.decrypt(row["tenant_id"], row["params_sealed"], encryption_context(row["id"]))
            content = write_email(row["language"], parse_message(Template(row["template"]), plain))
            sender = self._settings.smtp_from or ""
            email = to_email(content, mail_id=row["id"], sender=sender, to=row["to_address"])
        except (DecryptionError, BadMailError, ValueError, KeyError, IndexError) as error:
            raise MailFailedError(Code.MAIL_UNREADABLE, final=True, detail=type(error).__name__) from error
        await self._transport.send(email)

    async def _failed(self, row: Record, failure: MailFailedError) -> None:
        final = failure.final or row["attempts"] > len(_RETRY_SECONDS)
        await self._note(_FAILED if final else _PUT_OFF, row, failure.code.value)
        MAILS.labels("failed" if final else "deferred").inc()
        log.warning(
            "mail_failed" if final else "mail_put_off",
            mail_id=str(row["id"]),
            template=row["template"],
            attempt=row["attempts"],
            code=failure.code.value,
            detail=str(failure),
        )

    async def _note(self, statement: str, row: Record, *more: object) -> None:
        async with self._database.writing(ALL_TENANTS) as tx:
            await tx.connection.execute(statement, row["tenant_id"], row["id"], *more)
