"""Putting a mail into the outbox: in the transaction of what it tells of."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from bosman_server.core.notifications.models import Mail
from bosman_server.core.notifications.templates import Template, check_address, read_message
from bosman_server.kit.crypto.encryption import EnvelopeCipher
from bosman_server.kit.ids import uuid7


def encryption_context(mail_id: UUID) -> str:
    """Where the encrypted values belong."""
    return f"notifications_mail.params_sealed:{mail_id}"


async def enqueue(
    session: AsyncSession,
    cipher: EnvelopeCipher,
    tenant_id: UUID,
    to: str,
    language: str,
    template: Template | str,
    params: Mapping[str, object],
) -> UUID:
    """Write a mail that leaves once the session's transaction has committed. Returns its id.

    `params` are the fields of the template's struct in templates.py. A mail that concerns no tenant goes
    under the nil tenant. Raises BadMailError (a ValueError) for an address or values of another shape.
    Where no mail server is set (`Settings.mail_configured`), it ends as `failed`, `mail.not_configured`.
    """
    kind = Template(template)
    message = read_message(kind, params)
    mail_id = uuid7()
    sealed = await cipher.encrypt(tenant_id, msgspec.json.encode(message), encryption_context(mail_id))
    session.add(
        Mail(
            tenant_id=tenant_id,
            id=mail_id,
            to_address=check_address(to),
            language=language,
            template=kind.value,
            params_sealed=sealed,
        )
    )
    return mail_id
