"""Tenant ids that somebody has checked: the type that queries demand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NewType
from uuid import UUID

TenantId = NewType("TenantId", UUID)
"""A tenant that the current subject may enter. Only authorisation code and the worker make these."""


@dataclass(frozen=True, slots=True)
class TenantScope:
    """The tenants that one piece of work may touch, and where it is limited to some of their sites.

    Empty means nothing, never everything. `open_ids` is None where every tenant is open as a whole; otherwise
    it holds the sites of tenants that are not, and the ids of the tenants that are.
    """

    tenant_ids: frozenset[TenantId]
    open_ids: frozenset[UUID] | None = None

    @classmethod
    def of(
        cls, tenant_ids: Iterable[TenantId], sites: Mapping[TenantId, frozenset[UUID]] | None = None
    ) -> "TenantScope":
        """A scope of checked ids; `sites` limits some of them to a part of their sites."""
        tenants = frozenset(tenant_ids)
        limited = {tenant_id: ids for tenant_id, ids in (sites or {}).items() if tenant_id in tenants}
        if not limited:
            return cls(tenants)
        return cls(tenants, frozenset().union(tenants - limited.keys(), *limited.values()))

    def __contains__(self, tenant_id: UUID) -> bool:
        return tenant_id in self.tenant_ids

    def __iter__(self) -> Iterator[TenantId]:
        return iter(self.tenant_ids)

    def __bool__(self) -> bool:
        return bool(self.tenant_ids)

    def covers(self, tenant_id: UUID, site_id: UUID) -> bool:
        """Whether a site of a tenant lies within."""
        return tenant_id in self and (self.open_ids is None or bool(self.open_ids & {tenant_id, site_id}))

    def is_limited(self, tenant_id: UUID) -> bool:
        """Whether only some sites of a tenant lie within."""
        return self.open_ids is not None and tenant_id not in self.open_ids

    @property
    def visible_to(self) -> list[UUID] | None:
        """For the filter `visible_to` of lists: None where nothing is limited."""
        return None if self.open_ids is None else list(self.open_ids)

    @property
    def settings(self) -> dict[str, str]:
        """Values of the settings that row-level security reads."""
        found = {"bosman.tenants": _array(self.tenant_ids)}
        return found if self.open_ids is None else found | {"bosman.limits": _array(self.open_ids)}


def _array(ids: Iterable[UUID]) -> str:
    return "{" + ",".join(sorted(str(one) for one in ids)) + "}"


EMPTY_SCOPE = TenantScope(frozenset())
"""No tenant: what is nobody's (accounts, releases), and nothing else."""


class AllTenants:
    """Every tenant there is: no scope that anybody could have been given, for the worker's role only."""

    settings: Mapping[str, str] = MappingProxyType({})
    """Row-level security limits the worker's role to nothing: there is nothing to set."""


ALL_TENANTS = AllTenants()
"""For work that looks after the installation as a whole. A database of the api's role refuses it."""
