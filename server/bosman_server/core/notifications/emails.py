"""A mail's subject, its plain text and its HTML: one list of paragraphs, written twice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from html import escape
from typing import Any
from uuid import UUID

from bosman_server.core.notifications.templates import (
    ApprovalRequested,
    ApprovalsRequested,
    Invitation,
    Message,
    PasswordChanged,
    PasswordReset,
    SecurityNotice,
)
from bosman_server.core.notifications.translations import Catalogue, catalogue

_PAGE = """\
<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{subject}</title></head>
<body style="margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1b1e">
<div style="max-width:560px;margin:0 auto">
{body}
</div></body></html>
"""
_BUTTON = (
    '<p style="margin:24px 0"><a href="{link}" style="background:#1864ab;color:#fff;padding:12px 20px;'
    'border-radius:6px;text-decoration:none;display:inline-block">{label}</a></p>\n'
    '<p style="font-size:13px;color:#495057">{hint}<br><span style="word-break:break-all">{link}</span></p>'
)
_SMALL = '<p style="font-size:13px;color:#495057;border-top:1px solid #dee2e6;padding-top:12px">{text}</p>'


@dataclass(frozen=True, slots=True)
class EmailContent:
    """A mail as a person reads it."""

    language: str
    subject: str
    before: tuple[str, ...]
    """Paragraphs above the link."""
    link: str | None
    link_label: str
    link_hint: str
    after: tuple[str, ...]
    """Paragraphs below it."""
    footer: str

    @property
    def text(self) -> str:
        """For readers without HTML."""
        link = [f"{self.link_label}:\n{self.link}"] if self.link else []
        return "\n\n".join([*self.before, *link, *self.after, f"-- \n{self.footer}"]) + "\n"

    @property
    def html(self) -> str:
        """The same with a button; every value is escaped."""
        parts = [f"<p>{escape(text)}</p>" for text in self.before]
        if self.link:
            parts.append(
                _BUTTON.format(link=escape(self.link), label=escape(self.link_label), hint=escape(self.link_hint))
            )
        parts += [f"<p>{escape(text)}</p>" for text in self.after]
        parts.append(_SMALL.format(text=escape(self.footer)))
        return _PAGE.format(language=self.language, subject=escape(self.subject), body="\n".join(parts))


def write_email(language: str, message: Message) -> EmailContent:
    """Put a message into a language."""
    texts = catalogue(language)
    return _WRITERS[type(message)](texts, message)


def _content(
    texts: Catalogue,
    name: str,
    before: list[str],
    after: list[str],
    *,
    link: str | None = None,
    values: Mapping[str, str] | None = None,
) -> EmailContent:
    return EmailContent(
        language=texts.language,
        subject=texts.text(f"{name}.subject", **(values or {})),
        before=tuple(before),
        link=link,
        link_label=texts.text(f"{name}.button") if link else "",
        link_hint=texts.text("link.hint") if link else "",
        after=tuple(after),
        footer=texts.text("footer"),
    )


def _invitation(texts: Catalogue, message: Invitation) -> EmailContent:
    who = {"inviter": message.inviter, "tenant": message.tenant}
    role = _named(texts, "role", message.role)
    return _content(
        texts,
        "invitation",
        [texts.text("greeting"), texts.text("invitation.body", **who, role=role)],
        [
            texts.text("invitation.valid", until=texts.moment(message.valid_until)),
            texts.text("invitation.unexpected"),
        ],
        link=message.link,
        values=who,
    )


def _password_reset(texts: Catalogue, message: PasswordReset) -> EmailContent:
    return _content(
        texts,
        "password_reset",
        [texts.text("greeting"), texts.text("password_reset.body")],
        [
            texts.plural("password_reset.valid", message.valid_minutes),
            *_origin(texts, message.source_ip),
            texts.text("password_reset.unexpected"),
        ],
        link=message.link,
    )


def _password_changed(texts: Catalogue, message: PasswordChanged) -> EmailContent:
    body = texts.text("password_changed.body", at=texts.moment(message.at))
    after = [*_origin(texts, message.source_ip), texts.text("password_changed.unexpected")]
    return _content(texts, "password_changed", [texts.text("greeting"), body], after)


def _approval_requested(texts: Catalogue, message: ApprovalRequested) -> EmailContent:
    who = {"requester": message.requester, "tenant": message.tenant}
    work = _named(texts, "kind", message.kind)
    return _content(
        texts,
        "approval_requested",
        [
            texts.text("greeting"),
            texts.text("approval_requested.body", **who, work=work),
            texts.plural("approval_requested.devices", message.device_count),
        ],
        [texts.text("approval_requested.advice", requester=message.requester)],
        link=message.link,
        values=who,
    )


def _approvals_requested(texts: Catalogue, message: ApprovalsRequested) -> EmailContent:
    who = {"requester": message.requester, "tenant": message.tenant}
    return _content(
        texts,
        "approvals_requested",
        [
            texts.text("greeting"),
            texts.text("approvals_requested.body", **who),
            texts.plural("approvals_requested.count", message.request_count),
            texts.plural("approvals_requested.devices", message.device_count),
        ],
        [texts.text("approvals_requested.advice", requester=message.requester)],
        link=message.link,
        values=who,
    )


def _security_notice(texts: Catalogue, message: SecurityNotice) -> EmailContent:
    key = f"security_notice.{message.event}"
    values = {"name": message.name} if message.event == "api_key_created" else {}
    body = texts.text(f"{key}.body", at=texts.moment(message.at), **values)
    advice = "security_notice.guessed" if message.event == "codes_guessed" else "security_notice.unexpected"
    origin = [texts.text("security_notice.origin", address=message.source_ip)] if message.source_ip else []
    return _content(texts, key, [texts.text("greeting"), body], [*origin, texts.text(advice)])


def _named(texts: Catalogue, group: str, name: str) -> str:
    key = f"{group}.{name}"
    return texts.text(key) if texts.has(key) else name


def _origin(texts: Catalogue, source_ip: str | None) -> list[str]:
    return [texts.text("origin", address=source_ip)] if source_ip else []


_WRITERS: Mapping[type[Message], Callable[[Catalogue, Any], EmailContent]] = {
    Invitation: _invitation,
    PasswordReset: _password_reset,
    PasswordChanged: _password_changed,
    ApprovalRequested: _approval_requested,
    ApprovalsRequested: _approvals_requested,
    SecurityNotice: _security_notice,
}


def to_email(content: EmailContent, *, mail_id: UUID, sender: str, to: str) -> EmailMessage:
    """The message for the mail server. Raises ValueError where a header would break into two.

    The id stays the same over all attempts: a server that got the mail twice can see it.
    """
    email = EmailMessage(policy=SMTP)
    email["Subject"] = content.subject
    email["From"] = sender
    email["To"] = to
    email["Date"] = formatdate(usegmt=True)
    email["Message-ID"] = f"<{mail_id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    email["Auto-Submitted"] = "auto-generated"
    email["X-Auto-Response-Suppress"] = "All"
    email["Content-Language"] = content.language
    email.set_content(content.text)
    email.add_alternative(content.html, subtype="html")
    return email
