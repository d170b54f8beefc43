"""Strangers with made-up tokens of a tenant that is there: told, and never a way to fill its trail."""

import msgspec
import pytest

from bosman_protocol.codes import Code
from bosman_server.fleet.enrollment.refused import RefusedEnrollments
from bosman_server.kit import tenant_token
from bosman_server.kit.db.scope import TenantId
from bosman_server.kit.ids import uuid7
from testkit.device import enrollment_body, new_request, post_enrollment


@pytest.fixture
def told(worker_database):
    async def read(tenant_id):
        async with worker_database.unscoped() as connection:
            query = "SELECT after FROM audit_entry WHERE tenant_id = $1 AND action = $2 AND result = 'refused'"
            rows = await connection.fetch(query, tenant_id, "device.enroll")
        return [1 if row["after"] is None else msgspec.json.decode(row["after"])["attempts"] for row in rows]

    return read


async def test_made_up_tokens_at_the_door_become_few_entries(stack, acme, told):
    _, csr_pem = new_request()
    for _ in range(25):
        body = enrollment_body(tenant_token.new(acme.id, 24), csr_pem)
        assert (await post_enrollment(stack.about()["gateway_url"], body)).status_code == 403
    assert 1 <= len(await told(acme.id)) <= 11


async def test_what_is_not_told_at_once_is_counted(acme, worker_database, told):
    refused = RefusedEnrollments(worker_database)
    for number in range(500):
        await refused.note(acme.id, Code.TOKEN_UNKNOWN, f"198.51.100.{number % 250}")
    await refused.note(TenantId(uuid7()), Code.TOKEN_UNKNOWN, None)
    await refused.flush()
    found = await told(acme.id)
    assert len(found) <= 12
    assert sum(found) == 500
