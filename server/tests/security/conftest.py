"""An attack on one tenant by the api's role."""

from uuid import UUID

import pytest

from bosman_server.core.identity.permissions import Role
from testkit.attack import Attack


@pytest.fixture
async def attack(app_database, people, acme, new_device, worker_database):
    owner, device = await people.owner(acme), await new_device(acme)
    second = await people.client({acme.id: Role.ADMIN})
    ids = [UUID((await client.get("me")).json()["id"]) for client in (owner, second)]
    session = UUID((await owner.get("me/sessions")).json()["items"][0]["id"])
    return Attack(app_database, acme, owner, ids[0], session, ids[1], device)
