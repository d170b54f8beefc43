"""Every permission and the one table that says which role has it [R2, R4]. Keep the list sorted."""

from enum import StrEnum


class Permission(StrEnum):
    """`resource:action`."""

    DEVICE_DELETE = "device:delete"
    DEVICE_READ = "device:read"
    DEVICE_REVOKE = "device:revoke"
    DEVICE_UPDATE = "device:update"
    SITE_CREATE = "site:create"
    SITE_DELETE = "site:delete"
    SITE_READ = "site:read"
    SITE_UPDATE = "site:update"
    SYSTEM_RESTART = "system:restart"
    TASK_CANCEL = "task:cancel"
    TASK_CREATE = "task:create"
    TASK_READ = "task:read"
    TENANT_CREATE = "tenant:create"
    TENANT_DELETE = "tenant:delete"
    TENANT_READ = "tenant:read"
    TENANT_UPDATE = "tenant:update"
    TOKEN_CREATE = "token:create"  # noqa: S105 - a permission, no password
    TOKEN_READ = "token:read"  # noqa: S105 - a permission, no password
    TOKEN_REVOKE = "token:revoke"  # noqa: S105 - a permission, no password
    UPDATE_INSTALL = "update:install"


class Role(StrEnum):
    """What a user is in a tenant."""

    OWNER = "owner"
    ADMIN = "admin"
    TECHNICIAN = "technician"
    SCRIPT_RESTRICTED = "script_restricted"
    CLIENT_VIEW = "client_view"
    VIEWER = "viewer"


P = Permission
_READ = frozenset({P.DEVICE_READ, P.SITE_READ, P.TASK_READ, P.TENANT_READ})
_WORK = _READ | {
    P.DEVICE_UPDATE,
    P.SYSTEM_RESTART,
    P.TASK_CANCEL,
    P.TASK_CREATE,
    P.TOKEN_CREATE,
    P.TOKEN_READ,
    P.TOKEN_REVOKE,
    P.UPDATE_INSTALL,
}
_ADMIN = _WORK | {P.DEVICE_DELETE, P.DEVICE_REVOKE, P.SITE_CREATE, P.SITE_DELETE, P.SITE_UPDATE, P.TENANT_UPDATE}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ADMIN: frozenset(_ADMIN),
    Role.TECHNICIAN: frozenset(_WORK),
    Role.SCRIPT_RESTRICTED: _READ,
    Role.CLIENT_VIEW: frozenset({P.DEVICE_READ, P.SITE_READ, P.TENANT_READ}),
    Role.VIEWER: _READ,
}
