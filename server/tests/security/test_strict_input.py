"""Input fails closed: what is not known is refused, and everything is meant only where it is said (H5)."""

import inspect
import json
from collections.abc import Iterator
from typing import Any, get_args, get_origin
from uuid import UUID

import pytest
from pydantic import BaseModel

from bosman_server.core.identity.permissions import Role
from bosman_server.kit.http.strict import known_query
from bosman_server.kit.schemas import RequestModel
from testkit.editing import edit
from testkit.routes import api_routes, method_of
from testkit.scene import make_scene

ROUTES = [pytest.param(route, id=f"{method_of(route)} {route.path}") for route in api_routes()]
ECHO = {"kind": "diagnostics.echo"}


def models_in(annotation: Any, seen: set[type]) -> Iterator[type[BaseModel]]:
    """Every model in a type, through lists, unions and fields."""
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel) and annotation not in seen:
        seen.add(annotation)
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_in(field.annotation, seen)
    for inner in get_args(annotation) if get_origin(annotation) else ():
        yield from models_in(inner, seen)


def bodies() -> dict[str, type[BaseModel]]:
    seen: set[type] = set()
    fields = [field for route in api_routes() for field in route.dependant.body_params]
    return {model.__name__: model for field in fields for model in models_in(field.field_info.annotation, seen)}


def query_fields(dependant: Any) -> Iterator[Any]:
    yield from dependant.query_params
    for child in dependant.dependencies:
        yield from query_fields(child)


class TestModels:
    def test_there_are_some(self):
        assert {"JobCreate", "DeviceFilter", "BudgetSetting", "InvitationCreate", "DevicesMove"} <= bodies().keys()

    @pytest.mark.parametrize("model", bodies().values(), ids=lambda model: model.__name__)
    def test_unknown_fields_are_refused(self, model):
        assert issubclass(model, RequestModel) and model.model_config["extra"] == "forbid"

    @pytest.mark.parametrize("model", bodies().values(), ids=lambda model: model.__name__)
    def test_what_may_be_left_out_says_what_that_means(self, model):
        silent = [name for name, field in model.model_fields.items() if not field.is_required()
                  and field.default is None and "None" not in (field.description or "")]  # fmt: skip
        assert not silent

    @pytest.mark.parametrize("route", ROUTES)
    def test_so_does_every_query_parameter(self, route):
        silent = [
            field.alias
            for field in query_fields(route.dependant)
            if not field.field_info.is_required()
            and field.default is None
            and not (field.field_info.description or "").startswith("Left out")
        ]
        assert not silent


class TestQuery:
    @pytest.mark.parametrize("route", ROUTES)
    async def test_unknown_parameter_is_refused_by_name(self, route, people):
        path = route.path
        for name in route.param_convertors:
            path = path.replace("{" + name + "}", "01a20513-33b3-70f1-8426-414c575af92c")
        client = people.anonymous()
        place = path if path.startswith("/downloads") else f"/api/v1/{path.removeprefix('/api/v1').lstrip('/')}"
        url = client.base_url.copy_with(path=place)
        answer = await client.request(method_of(route), url, params={"unknown_filter": "x"}, json={})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
        if not any(error["loc"][0] == "body" for error in answer.json()["errors"]):
            assert answer.json()["errors"][0]["loc"] == ["query", "unknown_filter"]

    async def test_misspelt_filter_shows_nothing_instead_of_everything(self, people, acme):
        client = await people.owner(acme)
        assert (await client.get("devices", params={"site_ids": str(acme.site_id)})).status_code == 422
        assert (await client.get("devices", params={"site_id": str(acme.site_id)})).status_code == 200

    async def test_single_value_given_twice_is_refused_lists_are_not(self, people, acme):
        client = await people.owner(acme)
        twice = [("tenant_id", str(acme.id)), ("tenant_id", str(acme.id))]
        assert (await client.get("audit", params=[("actor", str(acme.id))] * 2)).status_code == 422
        assert (await client.get("devices", params=twice)).status_code == 200

    def test_routes_know_their_lists(self):
        (route,) = [route for route in api_routes() if route.path == "/tasks"]
        known = known_query(route)
        assert known["state"] and known["tenant_id"] and not known["job_id"] and not known["limit"]


class TestBodies:
    async def test_body_on_a_route_that_takes_none_is_refused(self, people, worker_database):
        scene = await make_scene(worker_database)
        client = await people.client({scene.tenant_id: Role.OWNER})
        answer = await client.post(f"jobs/{scene.job_id}/cancel", json={"device_ids": [str(scene.device_id)]})
        assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["body"])
        assert (await client.get(f"tasks/{scene.open_task_id}")).json()["state"] == "queued"

    @pytest.mark.parametrize(
        "body",
        [
            b'{"frozen": false, "frozen": true}',
            b'{"frozen": true, "reason": "\\ud800 lone"}',
            b'{"frozen": true, "reason": "\xed\xa0\x80"}',
            '{"frozen": true, "reason": "x"}'.encode("utf-16"),
            b'{"frozen": true, "reason": NaN}',
        ],
        ids=["twice", "surrogate", "raw surrogate", "utf-16", "nan"],
    )
    async def test_json_that_readers_understand_differently_is_refused(self, people, acme, body):
        client = await people.client({acme.id: Role.OWNER}, operator=True)
        answer = await client.post("safety/fleet-freeze", content=body, headers={"content-type": "application/json"})
        assert 400 <= answer.status_code < 500
        assert not (await client.get("safety/freeze")).json()["fleet"]["frozen"]

    async def test_unknown_field_is_named_in_nested_models_too(self, people, acme):
        client = await people.owner(acme)
        budgets = [{"action_class": name, "per_hour": 1, "on_overflow": "delay", "perhour": 1}
                   for name in ("script", "restart", "install")]  # fmt: skip
        answer = await edit(client, f"tenants/{acme.id}/safety", {"confirm_above": 5, "budgets": budgets}, "PUT")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["body", "budgets", 0, "perhour"]


@pytest.fixture
async def two_sites(people, acme, new_device):
    """An Owner, three devices, one of them at a site of its own."""
    owner = await people.owner(acme)
    site = (await owner.post("sites", json={"tenant_id": str(acme.id), "name": "Gdynia"})).json()["id"]
    devices = [await new_device(acme) for _ in range(3)]
    await edit(owner, f"devices/{devices[0].id}", {"site_id": site})
    return owner, site, devices


def code(answer):
    return answer.status_code, answer.json()["code"]


class TestTargets:
    async def test_misspelt_filter_is_work_for_nobody(self, two_sites, worker_database):
        owner, site, _ = two_sites
        target = {"filter": {"site_ids": [site]}, "expected_count": 1}
        answer = await owner.post("jobs", json=ECHO | {"target": target})
        assert code(answer) == (422, "request.invalid")
        assert answer.json()["errors"][0]["loc"][-1] == "site_ids"

    @pytest.mark.parametrize(
        "target",
        [
            {},
            {"filter": {}, "expected_count": 3},
            {"filter": {"status": "active"}, "expected_count": 3},
            {"filter": {"site_id": None}, "expected_count": 3},
            {"filter": {"q": ""}, "expected_count": 3},
            {"filter": {"all": False}, "expected_count": 3},
            {"filter": {"all": True}},
            {"filter": {"all": True}, "expected_count": None},
            {"filter": {"all": True, "online": True}, "expected_count": 3},
            {"filter": {"all": True}, "device_ids": [], "expected_count": 3},
            {"device_ids": []},
            {"device_ids": None},
        ],
        ids=json.dumps,
    )
    async def test_all_is_said_and_counted(self, two_sites, target):
        owner, *_ = two_sites
        assert code(await owner.post("jobs", json=ECHO | {"target": target})) == (422, "request.invalid")
        assert (await owner.get("jobs")).json()["total"] == 0

    async def test_count_that_was_seen_is_the_count_that_counts(self, two_sites):
        owner, site, _ = two_sites
        everything = {"filter": {"all": True}, "expected_count": 2}
        changed = await owner.post("jobs", json=ECHO | {"target": everything})
        assert code(changed) == (409, "job.count_changed")
        assert changed.json()["params"] == {"expected": 2, "actual": 3}
        for target, count in (
            ({"filter": {"all": True}, "expected_count": 3}, 3),
            ({"filter": {"all": True, "status": "active"}, "expected_count": 3}, 3),
            ({"filter": {"site_id": [site]}, "expected_count": 1}, 1),
        ):
            made = await owner.post("jobs", json=ECHO | {"target": target})
            assert (made.status_code, made.json()["task_count"]) == (201, count)

    async def test_devices_that_are_shut_out_are_seen_but_get_no_work(self, two_sites):
        owner, site, devices = two_sites
        await owner.post(f"devices/{devices[0].id}/revoke")
        target = {"filter": {"all": True}, "expected_count": (await owner.get("devices")).json()["total"]}
        made = await owner.post("jobs", json=ECHO | {"target": target})
        assert (made.status_code, made.json()["task_count"]) == (201, 2)
        shut_out = {"filter": {"site_id": [site], "status": "revoked"}, "expected_count": 1}
        assert code(await owner.post("jobs", json=ECHO | {"target": shut_out})) == (409, "device.revoked")

    async def test_another_try_carries_the_count_as_well(self, two_sites, worker_database):
        owner, _, devices = two_sites
        target = {"device_ids": [str(device.id) for device in devices]}
        job = (await owner.post("jobs", json=ECHO | {"target": target})).json()
        async with worker_database.unscoped() as connection:
            await connection.execute("UPDATE tasks_task SET state = 'failed' WHERE job_id = $1", UUID(job["id"]))
        place = f"jobs/{job['id']}/retry"
        assert (await owner.post(place)).status_code == 422
        assert (await owner.post(place, json={})).status_code == 422
        assert code(await owner.post(place, json={"expected_count": 2})) == (409, "job.count_changed")
        assert (await owner.post(place, json={"expected_count": 3})).json()["task_count"] == 3
