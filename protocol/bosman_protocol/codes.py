"""The one catalogue of machine-readable codes: API problems, task errors, refusals, audit results.

People never see a code: the web app, mails and the CLI translate it. A code
never changes its meaning; new ones are added, old ones stay.
"""

from enum import StrEnum


class Code(StrEnum):
    """What went wrong, `subject.condition`; kept sorted by subject."""

    AGENT_CLOCK_WRONG = "agent.clock_wrong"
    AGENT_DISK_FULL = "agent.disk_full"
    AGENT_INTERRUPTED = "agent.interrupted"
    AGENT_LOST_TASK = "agent.lost_task"
    AGENT_UNSUPPORTED = "agent.unsupported"
    AGENT_INTERNAL = "agent.internal"
    AGENT_RUNTIME_DIED = "agent.runtime_died"
    AGENT_RUNTIME_HUNG = "agent.runtime_hung"
    AGENT_UPDATE_DIRTY = "agent.update_dirty"
    AGENT_UPDATE_NOT_INSTALLED = "agent.update_not_installed"
    AGENT_UPDATE_ROLLED_BACK = "agent.update_rolled_back"

    API_KEY_BUDGET_SPENT = "api_key.budget_spent"
    API_KEY_NOT_ALLOWED = "api_key.not_allowed"
    API_KEY_OTHER_DEVICE = "api_key.other_device"
    API_KEY_SCOPE_TOO_WIDE = "api_key.scope_too_wide"
    API_KEY_UNKNOWN = "api_key.unknown"

    APPS_BLOCKED = "apps.blocked"
    APPS_FAILED = "apps.failed"
    APPS_IN_USE = "apps.in_use"
    APPS_LINES_UNREAD = "apps.lines_unread"
    APPS_NEEDS_PERSON = "apps.needs_person"
    APPS_NOT_AVAILABLE = "apps.not_available"
    APPS_NOT_FOUND = "apps.not_found"
    APPS_PINNED = "apps.pinned"
    APPS_PINS_HIDDEN = "apps.pins_hidden"
    APPS_REINSTALL_NEEDED = "apps.reinstall_needed"
    APPS_RESTART_FIRST = "apps.restart_first"
    APPS_SOURCE_BROKEN = "apps.source_broken"
    APPS_TRY_LATER = "apps.try_later"
    APPS_UNREADABLE = "apps.unreadable"
    APPS_UNRESOLVED_ID = "apps.unresolved_id"
    APPS_USER_NOT_SCANNED = "apps.user_not_scanned"

    APPROVAL_CLOSED = "approval.closed"
    APPROVAL_OWN_REQUEST = "approval.own_request"

    APT_DOWNGRADE_PINNED = "apt.downgrade_pinned"
    APT_FAILED = "apt.failed"
    APT_LINES_UNREAD = "apt.lines_unread"
    APT_LOCKED = "apt.locked"
    APT_NOT_AVAILABLE = "apt.not_available"
    APT_SOURCE_BAD_ENTRY = "apt.source_bad_entry"
    APT_SOURCE_CHANGED = "apt.source_changed"
    APT_SOURCE_DAMAGED = "apt.source_damaged"
    APT_SOURCE_DENIED = "apt.source_denied"
    APT_SOURCE_EXPIRED = "apt.source_expired"
    APT_SOURCE_FAILED = "apt.source_failed"
    APT_SOURCE_NOT_FETCHED = "apt.source_not_fetched"
    APT_SOURCE_NOT_FOUND = "apt.source_not_found"
    APT_SOURCE_NOT_SIGNED = "apt.source_not_signed"
    APT_SOURCE_UNREACHABLE = "apt.source_unreachable"
    APT_SOURCE_UNTRUSTED = "apt.source_untrusted"
    APT_WOULD_REMOVE = "apt.would_remove"

    CERTIFICATE_EXPIRED = "certificate.expired"
    CERTIFICATE_REFUSED = "certificate.refused"
    CERTIFICATE_SUPERSEDED = "certificate.superseded"
    CSR_INVALID = "csr.invalid"
    CSR_OTHER_DEVICE = "csr.other_device"

    CONNECTION_BAD_AUTHORITY = "connection.bad_authority"
    CONNECTION_NAME_UNKNOWN = "connection.name_unknown"
    CONNECTION_PROXY_ANSWER = "connection.proxy_answer"
    CONNECTION_REFUSED = "connection.refused"
    CONNECTION_TIMED_OUT = "connection.timed_out"

    DEVICE_CLONED = "device.cloned"
    DEVICE_NOT_REVOKED = "device.not_revoked"
    DEVICE_QUOTA = "device.quota"
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

    HEALTH_DISK_UNREADABLE = "health.disk_unreadable"
    HEALTH_NO_SENSORS = "health.no_sensors"
    HEALTH_NO_SMARTCTL = "health.no_smartctl"
    HEALTH_NOT_PERMITTED = "health.not_permitted"

    INVITATION_NOT_YOURS = "invitation.not_yours"
    INVITATION_OTHER_PERSON = "invitation.other_person"
    INVITATION_SIGN_IN_FIRST = "invitation.sign_in_first"
    INVITATION_UNKNOWN = "invitation.unknown"

    JOB_BAD_PARAMS = "job.bad_params"
    JOB_CONFIRM_REQUIRED = "job.confirm_required"
    JOB_COUNT_CHANGED = "job.count_changed"
    JOB_EMPTY_TARGET = "job.empty_target"
    JOB_IDEMPOTENCY_MISMATCH = "job.idempotency_mismatch"
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

    PASSWORD_BAD_LINK = "password.bad_link"  # noqa: S105 - a code, no password
    PASSWORD_TOO_COMMON = "password.too_common"  # noqa: S105 - a code, no password
    PASSWORD_TOO_SHORT = "password.too_short"  # noqa: S105 - a code, no password
    PASSWORD_WRONG = "password.wrong"  # noqa: S105 - a code, no password

    PERMISSION_DENIED = "permission.denied"

    RELEASE_BAD_HASH = "release.bad_hash"
    RELEASE_BAD_SIGNATURE = "release.bad_signature"
    RELEASE_MALFORMED = "release.malformed"
    RELEASE_NO_BUILDER = "release.no_builder"
    RELEASE_NOT_FETCHED = "release.not_fetched"
    RELEASE_NOT_NEWER = "release.not_newer"
    RELEASE_OTHER_PLATFORM = "release.other_platform"
    RELEASE_UNKNOWN = "release.unknown"

    REQUEST_BAD_ORIGIN = "request.bad_origin"
    REQUEST_INVALID = "request.invalid"
    REQUEST_QUEUE_FULL = "request.queue_full"
    REQUEST_TOO_LARGE = "request.too_large"
    REQUEST_TOO_SLOW = "request.too_slow"
    RESTART_FAILED = "restart.failed"
    ROUTE_NOT_FOUND = "route.not_found"
    METHOD_NOT_ALLOWED = "method.not_allowed"

    SCRIPT_FAILED = "script.failed"
    SCRIPT_NO_INTERPRETER = "script.no_interpreter"
    SCRIPT_NO_USER = "script.no_user"
    SCRIPT_NOT_STARTED = "script.not_started"

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

    STREAM_LIMIT_REACHED = "stream.limit_reached"

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

    TRUST_OTHER_INSTALLATION = "trust.other_installation"
    TRUST_OUTDATED = "trust.outdated"
    TRUST_ROOT_KNOWN = "trust.root_known"

    UPDATES_ACCESS_DENIED = "updates.access_denied"
    UPDATES_ALONE = "updates.alone"
    UPDATES_BAD_CONFIG = "updates.bad_config"
    UPDATES_BAD_UPDATE = "updates.bad_update"
    UPDATES_CANCELLED = "updates.cancelled"
    UPDATES_CLIENT_BROKEN = "updates.client_broken"
    UPDATES_CLOCK_OR_TLS = "updates.clock_or_tls"
    UPDATES_DAMAGED_STORE = "updates.damaged_store"
    UPDATES_DISABLED = "updates.disabled"
    UPDATES_DOWNLOAD_FAILED = "updates.download_failed"
    UPDATES_EULA = "updates.eula"
    UPDATES_FAILED = "updates.failed"
    UPDATES_HELD = "updates.held"
    UPDATES_IN_PROGRESS = "updates.in_progress"
    UPDATES_INSTALLER_FAILED = "updates.installer_failed"
    UPDATES_NEEDS_INPUT = "updates.needs_input"
    UPDATES_NO_SPACE = "updates.no_space"
    UPDATES_NOT_APPLICABLE = "updates.not_applicable"
    UPDATES_NOT_AVAILABLE = "updates.not_available"
    UPDATES_NOT_CONFIRMED = "updates.not_confirmed"
    UPDATES_NOT_REMOVABLE = "updates.not_removable"
    UPDATES_NONE_SELECTED = "updates.none_selected"
    UPDATES_NOT_OFFERED = "updates.not_offered"
    UPDATES_PARTLY = "updates.partly"
    UPDATES_PREREQUISITE = "updates.prerequisite"
    UPDATES_RESTART_FIRST = "updates.restart_first"
    UPDATES_ROLLED_BACK = "updates.rolled_back"
    UPDATES_SCAN_HUNG = "updates.scan_hung"
    UPDATES_SERVER_REFUSED = "updates.server_refused"
    UPDATES_SERVICE_STOPPED = "updates.service_stopped"
    UPDATES_SUPERSEDED = "updates.superseded"
    UPDATES_TRY_LATER = "updates.try_later"
    UPDATES_UNREACHABLE = "updates.unreachable"
    UPDATES_WSUS_UNREACHABLE = "updates.wsus_unreachable"
    UPLINK_INVALID = "uplink.invalid"
    UPLINK_TOO_MANY_PARTS = "uplink.too_many_parts"
    VERSION_REQUIRED = "version.required"
    VERSION_STALE = "version.stale"
    VIEW_LIMIT_REACHED = "view.limit_reached"
    WINDOW_NAME_TAKEN = "window.name_taken"
