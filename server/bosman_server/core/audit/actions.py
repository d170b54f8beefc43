"""Every action that the trail may name; a test finds those that nobody records. Keep it sorted."""

from typing import Literal, get_args

Action = Literal[
    "access.foreign_origin", "access.refused", "access.unknown_key", "access.unknown_link", "agent.incident",
    "agent.start", "api_key.create", "api_key.revoke", "approval.approve", "approval.reject", "approval.request",
    "approval.withdraw", "audit.export", "certificate.renew", "device.connect", "device.delete", "device.enroll",
    "device.lease", "device.move", "device.report", "device.revoke", "job.create", "member.invite",
    "member.invite_again", "member.invite_revoke", "member.join", "member.remove", "member.sign_in", "member.update",
    "release.add", "release.build", "release.remove", "rollout.halt", "safety.freeze", "safety.unfreeze",
    "safety.update", "session.end", "session.end_all", "session.end_others", "session.recovery_code",
    "session.sign_in", "session.sign_out", "session.step_up", "session.totp", "session.totp_enrolled",
    "setup.complete", "site.create", "site.delete", "site.update", "task.cancel", "task.envelope", "task.finish",
    "task.output", "task.output_download", "task.output_download_raw", "task.progress", "task.sign", "task.start",
    "tenant.create", "tenant.delete", "tenant.update", "token.create", "token.revoke", "user.operator",
    "user.password_change", "user.password_reset", "user.password_reset_request", "user.recovery_codes",
    "user.totp_replace", "user.totp_reset", "user.unlock", "user.update", "window.create", "window.delete",
    "window.override", "window.restore", "window.update",
]  # fmt: skip
"""`subject.act`; people read a sentence for it in their language."""
ACTIONS: tuple[Action, ...] = get_args(Action)


SENTENCE_VALUES = (
    "count", "email", "error_code", "format", "hostname", "kind", "label", "method", "name", "number", "permission",
    "role", "route", "state",
)  # fmt: skip
"""What the sentences about actions are made of; taken from `after`, else from `before`."""
