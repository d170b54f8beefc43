"""Looking past the sites of a membership: for figures that belong to a tenant as a whole."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection


@asynccontextmanager
async def ignoring_site_limits(connection: Connection, scope: TenantScope) -> AsyncIterator[None]:
    """Within a transaction of `scope`, see its tenants whole for a moment. Only to count, never to show.

    An error inside leaves the limits lifted: the transaction has to end with it.
    """
    limits = scope.settings.get("bosman.limits")
    if limits is not None:
        await connection.execute("SET LOCAL bosman.limits = ''")
    yield
    if limits is not None:
        await connection.execute(f"SET LOCAL bosman.limits = '{limits}'")
