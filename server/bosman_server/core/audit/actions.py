"""Every action that the trail may name; a test finds those that are recorded and missing here. Keep it sorted."""

from enum import StrEnum


class Action(StrEnum):
    """`subject.act`; people read a sentence for it in their language."""

    ACCESS_FOREIGN_ORIGIN = "access.foreign_origin"
    ACCESS_REFUSED = "access.refused"
    ACCESS_UNKNOWN_KEY = "access.unknown_key"
    ACCESS_UNKNOWN_LINK = "access.unknown_link"
    AGENT_INCIDENT = "agent.incident"
    AGENT_START = "agent.start"
    API_KEY_CREATE = "api_key.create"
    API_KEY_REVOKE = "api_key.revoke"
    APPROVAL_APPROVE = "approval.approve"
    APPROVAL_REJECT = "approval.reject"
    APPROVAL_REQUEST = "approval.request"
    AUDIT_EXPORT = "audit.export"
    CERTIFICATE_RENEW = "certificate.renew"
    DEVICE_CONNECT = "device.connect"
    DEVICE_DELETE = "device.delete"
    DEVICE_ENROLL = "device.enroll"
    DEVICE_LEASE = "device.lease"
    DEVICE_MOVE = "device.move"
    DEVICE_REPORT = "device.report"
    DEVICE_REVOKE = "device.revoke"
    JOB_CREATE = "job.create"
    MEMBER_INVITE = "member.invite"
    MEMBER_INVITE_AGAIN = "member.invite_again"
    MEMBER_INVITE_REVOKE = "member.invite_revoke"
    MEMBER_JOIN = "member.join"
    MEMBER_REMOVE = "member.remove"
    MEMBER_SIGN_IN = "member.sign_in"
    MEMBER_UPDATE = "member.update"
    RELEASE_ADD = "release.add"
    RELEASE_REMOVE = "release.remove"
    ROLLOUT_HALT = "rollout.halt"
    SAFETY_FREEZE = "safety.freeze"
    SAFETY_UNFREEZE = "safety.unfreeze"
    SAFETY_UPDATE = "safety.update"
    SESSION_END = "session.end"
    SESSION_END_ALL = "session.end_all"
    SESSION_END_OTHERS = "session.end_others"
    SESSION_RECOVERY_CODE = "session.recovery_code"
    SESSION_SIGN_IN = "session.sign_in"
    SESSION_SIGN_OUT = "session.sign_out"
    SESSION_STEP_UP = "session.step_up"
    SESSION_TOTP = "session.totp"
    SESSION_TOTP_ENROLLED = "session.totp_enrolled"
    SETUP_COMPLETE = "setup.complete"
    SITE_CREATE = "site.create"
    SITE_DELETE = "site.delete"
    SITE_UPDATE = "site.update"
    TASK_CANCEL = "task.cancel"
    TASK_ENVELOPE = "task.envelope"
    TASK_FINISH = "task.finish"
    TASK_OUTPUT = "task.output"
    TASK_OUTPUT_DOWNLOAD = "task.output_download"
    TASK_OUTPUT_DOWNLOAD_RAW = "task.output_download_raw"
    TASK_PROGRESS = "task.progress"
    TASK_SIGN = "task.sign"
    TASK_START = "task.start"
    TENANT_CREATE = "tenant.create"
    TENANT_DELETE = "tenant.delete"
    TENANT_UPDATE = "tenant.update"
    TOKEN_CREATE = "token.create"  # noqa: S105 - an action, no password
    TOKEN_REVOKE = "token.revoke"  # noqa: S105 - an action, no password
    USER_OPERATOR = "user.operator"
    USER_PASSWORD_CHANGE = "user.password_change"  # noqa: S105 - an action, no password
    USER_PASSWORD_RESET = "user.password_reset"  # noqa: S105 - an action, no password
    USER_PASSWORD_RESET_REQUEST = "user.password_reset_request"  # noqa: S105 - an action, no password
    USER_RECOVERY_CODES = "user.recovery_codes"
    USER_TOTP_REPLACE = "user.totp_replace"
    USER_TOTP_RESET = "user.totp_reset"
    USER_UNLOCK = "user.unlock"
    USER_UPDATE = "user.update"


SENTENCE_VALUES = (
    "count", "email", "error_code", "format", "hostname", "kind", "label", "method", "name", "number", "permission",
    "role", "route", "state",
)  # fmt: skip
"""What the sentences about actions are made of; taken from `after`, else from `before`."""
