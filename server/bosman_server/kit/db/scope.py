"""Tenant ids that somebody has checked: the type that queries demand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", UUID)
"""A tenant that the current subject may enter. Only authorisation code and the worker make these."""


@dataclass(frozen=True, slots=True)
class TenantScope:
    """The tenants that one piece of work may touch. Empty means nothing, never everything."""

    tenant_ids: frozenset[TenantId]

    @classmethod
    def of(cls, tenant_ids: Iterable[TenantId]) -> "TenantScope":
        """A scope of checked ids."""
        return cls(frozenset(tenant_ids))

    def __contains__(self, tenant_id: UUID) -> bool:
        return tenant_id in self.tenant_ids

    def __iter__(self) -> Iterator[TenantId]:
        return iter(self.tenant_ids)

    def __bool__(self) -> bool:
        return bool(self.tenant_ids)

    @property
    def setting(self) -> str:
        """The value of the GUC `bosman.tenants` that row-level security reads."""
        return "{" + ",".join(sorted(str(tenant_id) for tenant_id in self.tenant_ids)) + "}"


EMPTY_SCOPE = TenantScope(frozenset())
