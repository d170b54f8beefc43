"""E-mails to the owner of an account about what was done in their name: whoever it was not hears of it."""

from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bosman_server.core.audit.service import PLATFORM_TENANT
from bosman_server.core.identity.models import User
from bosman_server.core.notifications import service as mail
from bosman_server.kit.clock import utc_now
from bosman_server.kit.crypto.encryption import EnvelopeCipher

Event = Literal["factor_replaced", "recovery_codes_made", "recovery_code_used", "api_key_created", "codes_guessed"]


async def tell(
    session: AsyncSession, cipher: EnvelopeCipher, user: User, event: Event, source_ip: str | None, name: str = ""
) -> None:
    """Write to the owner, in the transaction of the act. `session` must have the platform in scope."""
    params = {"event": event, "at": utc_now().isoformat(), "source_ip": source_ip or "", "name": name}
    await mail.enqueue(session, cipher, PLATFORM_TENANT, user.email, user.language, "security_notice", params)
