"""Every permission and the one table that says which role has it [R2, R4]. Keep the list sorted."""

from enum import StrEnum


class Permission(StrEnum):
    """`resource:action`."""

    AGENT_DOWNGRADE = "agent:downgrade"
    AGENT_UPDATE = "agent:update"
    API_KEY_CREATE = "api_key:create"
    API_KEY_READ = "api_key:read"
    API_KEY_REVOKE = "api_key:revoke"
    APPROVAL_DECIDE = "approval:decide"
    APPROVAL_READ = "approval:read"
    AUDIT_EXPORT = "audit:export"
    AUDIT_READ = "audit:read"
    DEVICE_DELETE = "device:delete"
    DEVICE_READ = "device:read"
    DEVICE_REVOKE = "device:revoke"
    DEVICE_UPDATE = "device:update"
    MEMBER_INVITE = "member:invite"
    MEMBER_READ = "member:read"
    MEMBER_REMOVE = "member:remove"
    MEMBER_UPDATE = "member:update"
    SAFETY_FREEZE = "safety:freeze"
    SAFETY_READ = "safety:read"
    SAFETY_UPDATE = "safety:update"
    SCRIPT_RUN = "script:run"
    SITE_CREATE = "site:create"
    SITE_DELETE = "site:delete"
    SITE_READ = "site:read"
    SITE_UPDATE = "site:update"
    SYSTEM_RESTART = "system:restart"
    TASK_CANCEL = "task:cancel"
    TASK_CREATE = "task:create"
    TASK_READ = "task:read"
    TENANT_DELETE = "tenant:delete"
    TENANT_READ = "tenant:read"
    TENANT_UPDATE = "tenant:update"
    TOKEN_CREATE = "token:create"  # noqa: S105 - a permission, no password
    TOKEN_READ = "token:read"  # noqa: S105 - a permission, no password
    TOKEN_REVOKE = "token:revoke"  # noqa: S105 - a permission, no password
    UPDATE_INSTALL = "update:install"
    WINDOW_MANAGE = "window:manage"
    WINDOW_OVERRIDE = "window:override"
    WINDOW_READ = "window:read"


class Role(StrEnum):
    """What a user is in a tenant."""

    OWNER = "owner"
    ADMIN = "admin"
    TECHNICIAN = "technician"
    SCRIPT_RESTRICTED = "script_restricted"
    CLIENT_VIEW = "client_view"
    VIEWER = "viewer"


P = Permission
_CLIENT = frozenset({P.DEVICE_READ, P.SITE_READ, P.TENANT_READ})
_READ = _CLIENT | {P.APPROVAL_READ, P.SAFETY_READ, P.TASK_READ, P.WINDOW_READ}
_WORK = _READ | {
    P.AGENT_DOWNGRADE,
    P.AGENT_UPDATE,
    P.APPROVAL_DECIDE,
    P.DEVICE_UPDATE,
    P.SAFETY_FREEZE,
    P.SCRIPT_RUN,
    P.SYSTEM_RESTART,
    P.TASK_CANCEL,
    P.TASK_CREATE,
    P.TOKEN_CREATE,
    P.TOKEN_READ,
    P.TOKEN_REVOKE,
    P.UPDATE_INSTALL,
    P.WINDOW_OVERRIDE,
}
_ADMIN = frozenset(Permission) - {P.TENANT_DELETE}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: _ADMIN,
    Role.TECHNICIAN: _WORK,
    Role.SCRIPT_RESTRICTED: _READ,
    Role.CLIENT_VIEW: _CLIENT,
    Role.VIEWER: _READ,
}

SITE_PERMISSIONS: frozenset[Permission] = frozenset(
    {
        P.AGENT_DOWNGRADE,
        P.AGENT_UPDATE,
        P.DEVICE_DELETE,
        P.DEVICE_READ,
        P.DEVICE_REVOKE,
        P.DEVICE_UPDATE,
        P.SCRIPT_RUN,
        P.SITE_READ,
        P.SITE_UPDATE,
        P.SYSTEM_RESTART,
        P.TASK_CANCEL,
        P.TASK_CREATE,
        P.TASK_READ,
        P.TENANT_READ,
        P.TOKEN_CREATE,
        P.TOKEN_READ,
        P.TOKEN_REVOKE,
        P.UPDATE_INSTALL,
        P.WINDOW_OVERRIDE,
    }
)
"""What a membership limited to sites can hold: permissions about sites and devices. What concerns the
tenant as a whole (people, keys, audit, budgets, freeze) needs a membership in the whole tenant."""


KEY_PERMISSIONS: frozenset[Permission] = frozenset(
    {
        P.AGENT_DOWNGRADE,
        P.AGENT_UPDATE,
        P.APPROVAL_READ,
        P.AUDIT_EXPORT,
        P.AUDIT_READ,
        P.DEVICE_READ,
        P.DEVICE_UPDATE,
        P.MEMBER_READ,
        P.SAFETY_FREEZE,
        P.SAFETY_READ,
        P.SCRIPT_RUN,
        P.SITE_CREATE,
        P.SITE_READ,
        P.SITE_UPDATE,
        P.SYSTEM_RESTART,
        P.TASK_CANCEL,
        P.TASK_CREATE,
        P.TASK_READ,
        P.TENANT_READ,
        P.TENANT_UPDATE,
        P.TOKEN_CREATE,
        P.TOKEN_READ,
        P.TOKEN_REVOKE,
        P.UPDATE_INSTALL,
        P.WINDOW_READ,
    }
)
"""What an API key can be given. Deciding, deleting and handing out rights stay with people."""

DEVICE_LIST_PERMISSIONS: frozenset[Permission] = frozenset(
    {
        P.AGENT_DOWNGRADE,
        P.AGENT_UPDATE,
        P.DEVICE_READ,
        P.SCRIPT_RUN,
        P.SITE_READ,
        P.SYSTEM_RESTART,
        P.TASK_CANCEL,
        P.TASK_CREATE,
        P.TASK_READ,
        P.TENANT_READ,
        P.UPDATE_INSTALL,
    }
)
"""What a key for certain devices can be given: work on them, and seeing what stands beside them at their sites."""


def granted(role: Role, *, limited_to_sites: bool) -> frozenset[Permission]:
    """What a membership allows."""
    return ROLE_PERMISSIONS[role] & SITE_PERMISSIONS if limited_to_sites else ROLE_PERMISSIONS[role]
