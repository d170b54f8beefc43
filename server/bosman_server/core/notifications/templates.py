"""What each mail needs to know. Values are cleaned here: names come from people, and some of them are hostile."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from bosman_protocol.text import clean_text

_NAME_CHARACTERS = 120
_LINK_CHARACTERS = 2000


class Template(StrEnum):
    """Every mail that Bosman writes."""

    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a template, no password
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a template, no password
    APPROVAL_REQUESTED = "approval_requested"
    APPROVALS_REQUESTED = "approvals_requested"
    SECURITY_NOTICE = "security_notice"


class Invitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody is asked to join a tenant."""

    inviter: str
    tenant: str
    role: str
    link: str
    valid_until: datetime


class PasswordReset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody said that they forgot their password."""

    link: str
    valid_minutes: int
    source_ip: str | None = None


class PasswordChanged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A password was changed: if it was not its owner, they hear of it."""

    at: datetime
    source_ip: str | None = None


class ApprovalRequested(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Work waits for a second person."""

    requester: str
    kind: str
    """The kind of task, as on the wire."""
    device_count: int
    tenant: str
    link: str


class ApprovalsRequested(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several requests of one person wait for a second one."""

    requester: str
    request_count: int
    device_count: int
    tenant: str
    link: str


class SecurityNotice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something was done with an account that its owner must hear of."""

    event: Literal["factor_replaced", "recovery_codes_made", "recovery_code_used", "api_key_created", "codes_guessed"]
    at: datetime
    source_ip: str | None = None
    name: str = ""
    """Of what was made."""


Message = Invitation | PasswordReset | PasswordChanged | ApprovalRequested | ApprovalsRequested | SecurityNotice
_TYPES: Mapping[Template, type[Message]] = {
    Template.INVITATION: Invitation,
    Template.PASSWORD_RESET: PasswordReset,
    Template.PASSWORD_CHANGED: PasswordChanged,
    Template.APPROVAL_REQUESTED: ApprovalRequested,
    Template.APPROVALS_REQUESTED: ApprovalsRequested,
    Template.SECURITY_NOTICE: SecurityNotice,
}


class BadMailError(ValueError):
    """An address, a template or values that no mail can be made of: a mistake of the caller."""


def read_message(template: Template, params: Mapping[str, object]) -> Message:
    """The values of a mail, checked and cleaned. Raises BadMailError."""
    try:
        message = msgspec.convert(dict(params), _TYPES[template])
    except msgspec.ValidationError as error:
        raise BadMailError(str(error)) from None
    cleaned = {
        # Joined by single spaces: headers break at more characters than the control ones.
        name: clean_text(" ".join(value.split()), _LINK_CHARACTERS if name == "link" else _NAME_CHARACTERS)
        for name, value in msgspec.structs.asdict(message).items()
        if isinstance(value, str)
    }
    link = cleaned.get("link")
    if link is not None and urlsplit(link).scheme not in {"http", "https"}:
        raise BadMailError("link")
    return msgspec.structs.replace(message, **cleaned)


def parse_message(template: Template, data: bytes) -> Message:
    """The same from JSON. Raises BadMailError."""
    try:
        return msgspec.json.decode(data, type=_TYPES[template])
    except msgspec.MsgspecError as error:
        raise BadMailError(str(error)) from None


def check_address(address: str) -> str:
    """A single bare address. Raises BadMailError: line breaks or a second address would be somebody's trick."""
    local, at, domain = address.rpartition("@")
    plain = all(char.isprintable() and not char.isspace() and char not in '<>,;:"()[]\\' for char in address)
    if not (at and local and domain) or "@" in local or not plain or len(address) > 254:
        raise BadMailError("address")
    return address
