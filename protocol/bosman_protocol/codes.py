"""The one catalogue of machine-readable codes: API problems, task errors, refusals, audit results.

People never see a code: the web app, mails and the CLI translate it. A code
never changes its meaning; new ones are added, old ones stay.
"""

from enum import StrEnum


class Code(StrEnum):
    """What went wrong, `subject.condition`; kept sorted by subject."""

    AGENT_DISK_FULL = "agent.disk_full"
    AGENT_INTERRUPTED = "agent.interrupted"
    AGENT_LOST_TASK = "agent.lost_task"
    AGENT_UNSUPPORTED = "agent.unsupported"
    AGENT_INTERNAL = "agent.internal"

    API_KEY_NOT_ALLOWED = "api_key.not_allowed"
    API_KEY_SCOPE_TOO_WIDE = "api_key.scope_too_wide"
    API_KEY_UNKNOWN = "api_key.unknown"

    APPROVAL_CLOSED = "approval.closed"
    APPROVAL_OWN_REQUEST = "approval.own_request"

    APT_FAILED = "apt.failed"
    APT_LOCKED = "apt.locked"
    APT_NOT_AVAILABLE = "apt.not_available"

    CERTIFICATE_EXPIRED = "certificate.expired"
    CERTIFICATE_REFUSED = "certificate.refused"
    CSR_INVALID = "csr.invalid"
    CSR_OTHER_DEVICE = "csr.other_device"

    DEVICE_NOT_REVOKED = "device.not_revoked"
    DEVICE_REVOKED = "device.revoked"
    DEVICE_UNKNOWN = "device.unknown"

    ENVELOPE_BAD_SIGNATURE = "envelope.bad_signature"
    ENVELOPE_EXPIRED = "envelope.expired"
    ENVELOPE_MALFORMED = "envelope.malformed"
    ENVELOPE_NOT_YET_VALID = "envelope.not_yet_valid"
    ENVELOPE_REPLAYED = "envelope.replayed"
    ENVELOPE_UNKNOWN_KEY = "envelope.unknown_key"
    ENVELOPE_WRONG_DEVICE = "envelope.wrong_device"

    FREEZE_OTHER_TENANT = "freeze.other_tenant"
    FREEZE_OUTDATED = "freeze.outdated"

    INVITATION_OTHER_PERSON = "invitation.other_person"
    INVITATION_SIGN_IN_FIRST = "invitation.sign_in_first"
    INVITATION_UNKNOWN = "invitation.unknown"

    JOB_BAD_PARAMS = "job.bad_params"
    JOB_CONFIRM_REQUIRED = "job.confirm_required"
    JOB_COUNT_CHANGED = "job.count_changed"
    JOB_EMPTY_TARGET = "job.empty_target"
    JOB_NOTHING_TO_RETRY = "job.nothing_to_retry"
    JOB_TOO_LARGE = "job.too_large"
    JOB_UNKNOWN_KIND = "job.unknown_kind"

    MAIL_NOT_CONFIGURED = "mail.not_configured"
    MAIL_REFUSED = "mail.refused"
    MAIL_SERVER_UNREACHABLE = "mail.server_unreachable"
    MAIL_SIGN_IN_REFUSED = "mail.sign_in_refused"
    MAIL_UNREADABLE = "mail.unreadable"

    MEMBER_ABOVE_YOU = "member.above_you"
    MEMBER_EXISTS = "member.exists"
    MEMBER_LAST_OWNER = "member.last_owner"
    MEMBER_OWNER_EVERYWHERE = "member.owner_everywhere"

    OBJECT_NOT_FOUND = "object.not_found"
    OUTPUT_TRUNCATED = "output.truncated"
    PAGE_BAD_CURSOR = "page.bad_cursor"
    PAGE_BAD_SORT = "page.bad_sort"

    PASSWORD_BAD_LINK = "password.bad_link"  # noqa: S105 - a code, no password
    PASSWORD_TOO_COMMON = "password.too_common"  # noqa: S105 - a code, no password
    PASSWORD_TOO_SHORT = "password.too_short"  # noqa: S105 - a code, no password
    PASSWORD_WRONG = "password.wrong"  # noqa: S105 - a code, no password

    PERMISSION_DENIED = "permission.denied"

    REQUEST_BAD_ORIGIN = "request.bad_origin"
    REQUEST_INVALID = "request.invalid"
    REQUEST_TOO_LARGE = "request.too_large"
    REQUEST_TOO_SLOW = "request.too_slow"
    RESTART_FAILED = "restart.failed"
    ROUTE_NOT_FOUND = "route.not_found"
    METHOD_NOT_ALLOWED = "method.not_allowed"

    SERVER_ERROR = "server.error"
    SERVER_TOO_SLOW = "server.too_slow"
    SERVER_UNAVAILABLE = "server.unavailable"

    SESSION_ACCOUNT_LIMITED = "session.account_limited"
    SESSION_BAD_CODE = "session.bad_code"
    SESSION_BAD_CREDENTIALS = "session.bad_credentials"
    SESSION_RATE_LIMITED = "session.rate_limited"
    SESSION_REQUIRED = "session.required"
    SESSION_STEP_UP_REQUIRED = "session.step_up_required"
    SESSION_TOTP_REQUIRED = "session.totp_required"

    SETUP_BAD_CODE = "setup.bad_code"
    SETUP_CLOSED = "setup.closed"

    SITE_BAD_TIME_ZONE = "site.bad_time_zone"
    SITE_NAME_TAKEN = "site.name_taken"
    SITE_NOT_EMPTY = "site.not_empty"
    SITE_OTHER_TENANT = "site.other_tenant"

    TASK_ALREADY_FINISHED = "task.already_finished"
    TASK_CANCELLED = "task.cancelled"
    TASK_EXPIRED = "task.expired"
    TASK_NOT_YOURS = "task.not_yours"
    TASK_REJECTED = "task.rejected"
    TASK_TIMED_OUT = "task.timed_out"

    TENANT_NAME_TAKEN = "tenant.name_taken"
    TENANT_NOT_EMPTY = "tenant.not_empty"

    TOKEN_EXPIRED = "token.expired"  # noqa: S105 - a code, no password
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - a code, no password
    TOKEN_UNKNOWN = "token.unknown"  # noqa: S105 - a code, no password
    TOKEN_USED_UP = "token.used_up"  # noqa: S105 - a code, no password

    UPDATES_NONE_SELECTED = "updates.none_selected"
    UPDATES_NOT_OFFERED = "updates.not_offered"
    UPLINK_INVALID = "uplink.invalid"
