"""People for tests: written straight into the tables, signed in without a password."""

import secrets
import ssl
from dataclasses import dataclass, field
from uuid import UUID

import httpx

from bosman_server.core.audit.service import SYSTEM
from bosman_server.core.identity.models import Membership, Session, User
from bosman_server.core.identity.permissions import Role
from bosman_server.core.identity.sessions import COOKIE, hash_token
from bosman_server.fleet.tenancy import service as tenancy
from bosman_server.fleet.tenancy.schemas import SiteCreate
from bosman_server.kit.clock import utc_now
from bosman_server.kit.db.database import Database
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.ids import uuid7
from testkit.patience import patient

_TRUST = ssl.create_default_context()
"""One for all clients: reading the authorities anew for each would take longer than what most tests do."""


@dataclass
class Customer:
    """A tenant with one site."""

    id: TenantId
    name: str
    site_id: UUID


@dataclass
class People:
    """Makes tenants and signed-in clients on one stack. `database` is the worker's role."""

    url: str
    database: Database
    _clients: list[httpx.AsyncClient] = field(default_factory=list)

    async def customer(self, name: str = "Acme") -> Customer:
        """A fresh tenant with a site; a suffix keeps names unique."""
        tenant_id = TenantId(uuid7())
        full = f"{name} {secrets.token_hex(4)}"
        async with self.database.writing(TenantScope.of([tenant_id])) as tx:
            await tenancy.create_tenant(tx, tenant_id, full, SYSTEM)
            data = SiteCreate(tenant_id=tenant_id, name="Kraków", time_zone="Europe/Warsaw")
            site = await tenancy.create_site(tx, tenant_id, data, SYSTEM)
        return Customer(tenant_id, full, site.id)

    async def client(
        self,
        roles: dict[TenantId, Role],
        *,
        site_ids: list[UUID] | None = None,
        stepped_up: bool = True,
        operator: bool = False,
        url: str | None = None,
    ) -> httpx.AsyncClient:
        """A client signed in as a fresh user with these roles; `site_ids` limits each of them.

        `stepped_up`: a second factor was given just now. `url`: another api of the same stack.
        """
        token = secrets.token_urlsafe(32)
        async with self.database.writing(TenantScope.of(roles)) as tx:
            user = User(
                email=f"{secrets.token_hex(6)}@example.com", name="Test Person", password_hash="-", is_operator=operator
            )
            tx.session.add(user)
            await tx.session.flush()
            tx.session.add_all(
                Membership(tenant_id=tenant_id, user_id=user.id, role=role, site_ids=site_ids)
                for tenant_id, role in roles.items()
            )
            given = utc_now() if stepped_up else None
            tx.session.add(
                Session(token_hash=hash_token(token), user_id=user.id, state="complete", stepped_up_at=given)
            )
        return self._new_client(url or self.url, {COOKIE: token})

    async def owner(self, *customers: Customer) -> httpx.AsyncClient:
        """A client signed in as the Owner of these tenants."""
        return await self.client({customer.id: Role.OWNER for customer in customers})

    def anonymous(self) -> httpx.AsyncClient:
        """A client without a session."""
        return self._new_client(self.url, {})

    def _new_client(self, url: str, cookies: dict[str, str]) -> httpx.AsyncClient:
        client = httpx.AsyncClient(base_url=f"{url}/api/v1/", cookies=cookies, timeout=patient(), verify=_TRUST)
        self._clients.append(client)
        return client

    async def close(self) -> None:
        """Close every client."""
        for client in self._clients:
            await client.aclose()
