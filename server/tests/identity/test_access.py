"""What somebody may touch is worked out once per request, however many devices they ask for."""

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from bosman_server.core.identity.access import Access, Denied, Grant, Subject
from bosman_server.core.identity.permissions import Permission, Role
from bosman_server.fleet.devices.targeting import active_devices
from bosman_server.kit.db.scope import TenantId, TenantScope
from bosman_server.kit.problems import Problem

TENANTS, DEVICES = 200, 20_000


@pytest.fixture
def subject():
    sites = [None, frozenset({uuid4()})]
    grants = {TenantId(uuid4()): Grant(Role.TECHNICIAN, sites[number % 2]) for number in range(TENANTS)}
    return Subject(uuid4(), "Ola", "ola@example.com", grants, None, uuid4())


@pytest.fixture
def access(subject):
    return Access(subject, Permission.TASK_CREATE)


@pytest.fixture
def counted(monkeypatch):
    """How often scopes are worked out, and single sites checked."""
    calls: Counter[str] = Counter()
    make, check_site = TenantScope.__dict__["of"].__func__, Access.check_site

    def count_scope(cls, *arguments):
        calls["scope"] += 1
        return make(cls, *arguments)

    def count_check(self, *arguments):
        calls["check_site"] += 1
        return check_site(self, *arguments)

    monkeypatch.setattr(TenantScope, "of", classmethod(count_scope))
    monkeypatch.setattr(Access, "check_site", count_check)
    return calls


class _Found:
    """A connection that finds devices."""

    def __init__(self, rows):
        self.rows = rows

    async def fetch(self, _statement, _ids):
        return self.rows


def finding(rows) -> Any:
    return _Found(rows)


def devices_of(subject):
    places = [
        (tenant_id, next(iter(grant.site_ids), None) if grant.site_ids else uuid4())
        for tenant_id, grant in subject.grants.items()
    ]
    return [
        {"tenant_id": tenant_id, "site_id": site_id, "id": uuid4(), "status": "active"}
        for tenant_id, site_id in (places[number % TENANTS] for number in range(DEVICES))
    ]


class TestChecks:
    def test_scopes_are_worked_out_once_however_often_they_are_asked(self, access, counted):
        for tenant_id in list(access.subject.grants) * 10:
            access.check(tenant_id)
            access.check_also(tenant_id, Permission.TASK_CANCEL)
        assert counted["scope"] == 3  # visible, and one for each permission

    async def test_devices_are_checked_by_place_not_one_by_one(self, access, counted):
        rows = devices_of(access.subject)
        found = await active_devices(finding(rows), access, [row["id"] for row in rows])
        assert len(found) == DEVICES
        assert counted == {"scope": 2, "check_site": TENANTS}

    async def test_one_device_at_a_foreign_place_among_many_refuses_all(self, access, counted):
        rows = devices_of(access.subject)
        tenant_id = next(tenant_id for tenant_id, grant in access.subject.grants.items() if grant.site_ids is not None)
        rows.append({"tenant_id": tenant_id, "site_id": uuid4(), "id": uuid4(), "status": "active"})
        with pytest.raises(Problem) as refusal:
            await active_devices(finding(rows), access, [row["id"] for row in rows])
        assert refusal.value.status == 404

    def test_a_permission_of_one_scope_is_none_of_another(self, subject):
        limited = next(tenant_id for tenant_id, grant in subject.grants.items() if grant.site_ids is not None)
        assert Access(subject, Permission.TASK_READ).check(limited) == limited
        with pytest.raises(Denied):
            Access(subject, Permission.SAFETY_UPDATE).check(limited)
