"""Mails: written down with the act that they tell of, sent by a worker."""

from collections.abc import Iterable

from bosman_server.core.notifications.sender import MailSender
from bosman_server.core.specs.slice_spec import Slice, WorkerParts
from bosman_server.kit.periodic import Periodic


def _periodic(parts: WorkerParts) -> Iterable[Periodic]:
    return [MailSender(parts.runtime.settings, parts.runtime.database, parts.runtime.cipher).periodic()]


SLICE = Slice(periodic=_periodic)
