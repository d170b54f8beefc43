"""Whom this device trusts: changed by a statement of a root that it trusts already, and by nothing else on the bus."""

import contextlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bosman_agent.identity.config import AgentConfig, ConfigBrokenError, NotEnrolledError, save_trust
from bosman_agent.identity.data_dir import DataDir
from bosman_agent.journal.records import JournalFullError
from bosman_protocol.codes import Code
from bosman_protocol.signing import EnvelopeRefusedError, SignedEnvelope
from bosman_protocol.trust import TrustStatement, introduced_statement, next_statement, raw_keys

log = logging.getLogger(__name__)

Refuse = Callable[[Code, str], Awaitable[None]]


class TrustStore:
    """Takes statements, in memory and on the disk."""

    def __init__(
        self,
        data: DataDir,
        *,
        config: Callable[[], AgentConfig],
        replace_config: Callable[[AgentConfig], None],
    ) -> None:
        self._data = data
        self._config = config
        self._replace_config = replace_config
        self.refuse: Refuse = _log_refusal

    @property
    def version(self) -> int:
        """The statement that this device has; 0 = none yet."""
        trust = self._config().trust
        return 0 if trust is None else trust.version

    async def take(
        self, statements: Sequence[SignedEnvelope], introduction: SignedEnvelope | None, now: datetime
    ) -> None:
        """Take the statements that follow what is known; refusals are reported, and nothing after one is looked at."""
        if introduction is not None:
            if self._config().trust is not None:
                # Once a root is known no signing key speaks for another one.
                await self._refuse(Code.TRUST_ROOT_KNOWN, introduction.key_id)
            elif statements:
                await self._meet_root(introduction, statements[0], now)
                statements = statements[1:]
        for signed in statements:
            if not await self._take_one(signed):
                return

    async def _meet_root(self, introduction: SignedEnvelope, signed: SignedEnvelope, now: datetime) -> None:
        config = self._config()
        try:
            statement = introduced_statement(
                introduction, signed, keys=raw_keys(config.signing_keys), device_id=config.device_id, now=now
            )
        except EnvelopeRefusedError as error:
            await self._refuse(error.code, introduction.key_id)
            return
        self._keep(statement)

    async def _take_one(self, signed: SignedEnvelope) -> bool:
        trust = self._config().trust
        if trust is None:
            await self._refuse(Code.ENVELOPE_UNKNOWN_KEY, signed.key_id)
            return False
        try:
            statement = next_statement(
                signed,
                roots=raw_keys(trust.root_keys),
                installation_id=trust.installation_id,
                version=trust.version,
            )
        except EnvelopeRefusedError as error:
            await self._refuse(error.code, signed.key_id)
            return False
        if statement is not None:
            self._keep(statement)
        return True

    async def _refuse(self, code: Code, key_id: str) -> None:
        # What else the answer says, a freeze order above all, must not fail because this cannot be written down.
        with contextlib.suppress(JournalFullError, sqlite3.Error):
            await self.refuse(code, key_id)

    def _keep(self, statement: TrustStatement) -> None:
        """In force at once, even on a disk that is full: a key that was taken away must not live on because of that."""
        log.warning("trust statement", extra={"version": statement.version, "bus_urls": statement.bus_urls})
        self._replace_config(self._config().trusting(statement))
        try:
            save_trust(self._data, statement)
        except (OSError, NotEnrolledError, ConfigBrokenError):
            # The server sends it again after a restart.
            log.exception("trust statement cannot be written down")


async def _log_refusal(code: Code, key_id: str) -> None:
    log.warning("trust statement refused", extra={"code": code, "key_id": key_id})
