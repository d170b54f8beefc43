"""Who holds a permission in a tenant: for e-mails to them."""

from uuid import UUID

import msgspec

from bosman_server.core.identity.permissions import Permission, Role, granted
from bosman_server.kit.db.transaction import Connection

_MEMBERS = """
SELECT u.id, u.name, u.email, u.language, m.role, m.site_ids IS NOT NULL AS limited
FROM identity_membership m JOIN identity_user u ON u.id = m.user_id
WHERE m.tenant_id = $1 AND u.id IS DISTINCT FROM $2 ORDER BY u.id
"""


class Holder(msgspec.Struct, frozen=True):
    """A person to write to."""

    user_id: UUID
    name: str
    email: str
    language: str


async def users_with_permission(
    connection: Connection, tenant_id: UUID, permission: Permission, except_user: UUID | None = None
) -> list[Holder]:
    """Everybody who holds a permission in a tenant, but for one (a bare connection)."""
    return [
        Holder(row["id"], row["name"], row["email"], row["language"])
        for row in await connection.fetch(_MEMBERS, tenant_id, except_user)
        if permission in granted(Role(row["role"]), limited_to_sites=row["limited"])
    ]
