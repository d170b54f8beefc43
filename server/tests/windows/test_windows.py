"""Maintenance windows are kept, changed, restored and taken away, and say what is wrong with them."""

from uuid import UUID, uuid4

import pytest

from bosman_server.kit.db.scope import TenantScope
from testkit.editing import edit
from testkit.window_bodies import around_now, timing, window_body


class TestCreate:
    async def test_it_is_listed_with_its_next_occurrence(self, people, acme, make_window):
        client = await people.owner(acme)
        made = await make_window(client, acme, timing=around_now(2, 4), classes=["update", "restart"], note="Nightly")
        (listed,) = (await client.get("windows", params={"tenant_id": str(acme.id)})).json()["items"]
        assert listed == made
        assert made["version"] == 1 and made["problems"] == [] and made["classes"] == ["restart", "update"]
        assert made["next"]["start"][11:16] == made["timing"]["start"]

    async def test_a_name_twice_is_refused(self, people, acme, make_window):
        client = await people.owner(acme)
        await make_window(client, acme)
        answer = await client.post("windows", json=window_body(acme.id))
        assert (answer.status_code, answer.json()["code"]) == (409, "window.name_taken")

    async def test_place_of_another_customer_is_not_found(self, people, acme, globex):
        client = await people.owner(acme)
        for scope, place in (("site", globex.site_id), ("device", uuid4())):
            answer = await client.post("windows", json=window_body(acme.id, scope=scope, **{f"{scope}_id": str(place)}))
            assert answer.status_code == 404

    async def test_it_goes_with_its_site(self, people, acme, make_window):
        client = await people.owner(acme)
        site = (await client.post("sites", json={"tenant_id": str(acme.id), "name": "Annex"})).json()
        made = await make_window(client, acme, scope="site", site_id=site["id"])
        assert (await client.delete(f"sites/{site['id']}")).status_code == 204
        assert (await client.get(f"windows/{made['id']}")).status_code == 404


WRONG = [
    ({"timing": timing(recurrence={"rrule": "FREQ=HOURLY"})}, ["timing", "recurrence", "rrule"], "rrule.invalid"),
    (
        {"timing": timing(recurrence={"rrule": "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2"})},
        ["timing", "recurrence", "rrule"],
        "rrule.empty",
    ),
    ({"timing": timing(recurrence={})}, ["timing", "recurrence", "rrule"], "field.required"),
    ({"timing": timing("22:00", "22:00", end_day_offset=0)}, ["timing", "end_day_offset"], "value.range"),
    ({"timing": timing(zone="Europe/Atlantis")}, ["timing", "zone"], "zone.unknown"),
    ({"timing": timing(start="25:00")}, ["timing", "start"], "time.invalid"),
    ({"timing": timing(starts_on="2026-02-30")}, ["timing", "starts_on"], "date.invalid"),
    ({"timing": timing("00:00", "00:00"), "kind": "blackout"}, ["timing", "recurrence"], "blackout.endless"),
    ({"margin_minutes": 540}, ["margin_minutes"], "margin.too_long"),
    ({"scope": "site"}, ["site_id"], "field.required"),
    ({"site_id": str(uuid4())}, ["site_id"], "field.unknown"),
]


class TestBadInput:
    @pytest.mark.parametrize(("changes", "place", "code"), WRONG, ids=[f"{wrong[2]} {wrong[1][-1]}" for wrong in WRONG])
    async def test_each_is_an_error_at_its_field(self, people, acme, changes, place, code):
        client = await people.owner(acme)
        answer = await client.post("windows", json=window_body(acme.id, **changes))
        assert answer.status_code == 422
        assert [(one["loc"], one["code"]) for one in answer.json()["errors"]] == [(["body", *place], code)]

    async def test_a_draft_is_told_the_same_and_all_at_once(self, people, acme):
        client = await people.owner(acme)
        draft = window_body(acme.id, timing=timing(zone="Mars", start="7"))
        del draft["tenant_id"]
        answer = await client.post("windows/preview", json={"tenant_id": str(acme.id), "draft": draft})
        assert [one["loc"][:3] for one in answer.json()["errors"]] == [["body", "draft", "timing"]] * 2

    async def test_a_blackout_that_ends_one_day_is_taken(self, people, acme, make_window):
        client = await people.owner(acme)
        await make_window(client, acme, kind="blackout", timing=timing("00:00", "00:00", ends_on="2027-12-31"))


class TestVersions:
    async def test_every_state_is_kept_with_its_author_and_what_changed(self, people, acme, make_window):
        client = await people.owner(acme)
        made = await make_window(client, acme)
        path = f"windows/{made['id']}"
        assert (await edit(client, path, {"name": "Evenings", "margin_minutes": 15})).status_code == 200
        versions = (await client.get(f"{path}/versions")).json()["items"]
        assert [(one["version"], one["change"], one["changed"]) for one in versions] == [
            (2, "update", ["name", "margin_minutes"]),
            (1, "create", []),
        ]
        assert versions[0]["by_name"] and versions[1]["content"]["name"] == "Nights"

    async def test_restore_brings_an_earlier_state_back_as_a_new_version(self, people, acme, make_window):
        client = await people.owner(acme)
        made = await make_window(client, acme)
        path = f"windows/{made['id']}"
        await edit(client, path, {"timing": timing("20:00", "21:00"), "scope": "site", "site_id": str(acme.site_id)})
        answer = await client.post(f"{path}/restore", json={"version": 1}, headers={"if-match": '"2"'})
        assert answer.status_code == 200, answer.text
        assert answer.json()["timing"] == made["timing"] and answer.json()["scope"] == "tenant"
        assert answer.json()["version"] == 3 and answer.headers["etag"] == '"3"'

    async def test_whoever_was_slower_is_told(self, people, acme, make_window):
        client = await people.owner(acme)
        path = f"windows/{(await make_window(client, acme))['id']}"
        assert (await edit(client, path, {"note": "first"})).status_code == 200
        for call in (client.patch(path, json={"note": "x"}, headers={"if-match": '"1"'}),
                     client.post(f"{path}/restore", json={"version": 1}, headers={"if-match": '"1"'})):  # fmt: skip
            assert (await call).json()["code"] == "version.stale"

    async def test_nothing_changed_is_no_version(self, people, acme, make_window):
        client = await people.owner(acme)
        made = await make_window(client, acme)
        answer = await edit(client, f"windows/{made['id']}", {"name": made["name"], "timing": made["timing"]})
        assert answer.json()["version"] == 1


class TestTrail:
    async def test_each_act_is_told_with_before_and_after(self, people, acme, make_window):
        client = await people.owner(acme)
        path = f"windows/{(await make_window(client, acme))['id']}"
        await edit(client, path, {"enabled": False})
        await client.post(f"{path}/restore", json={"version": 1}, headers={"if-match": '"2"'})
        assert (await client.delete(path)).status_code == 204
        told = (await client.get("audit", params={"tenant_id": str(acme.id), "sort": "at", "order": "asc"})).json()
        acts = {one["action"]: one for one in told["items"] if one["action"].startswith("window.")}
        assert list(acts) == ["window.create", "window.update", "window.restore", "window.delete"]
        change = (await client.get(f"audit/{acts['window.update']['id']}")).json()
        assert (change["before"]["enabled"], change["after"]["enabled"]) == (True, False)

    async def test_the_database_refuses_a_window_that_nobody_told_of(self, app_database, people, acme, make_window):
        made = await make_window(await people.owner(acme), acme)
        with pytest.raises(Exception, match="trail was not told"):
            async with app_database.writing(TenantScope.of([acme.id])) as tx:
                await tx.connection.execute("DELETE FROM windows_window WHERE id = $1", UUID(made["id"]))


class TestBroken:
    async def test_one_that_cannot_be_computed_is_shown_so_and_breaks_nothing_else(
        self, people, acme, make_window, worker_database
    ):
        client = await people.owner(acme)
        made = await make_window(client, acme)
        await make_window(client, acme, name="Sound", classes=["update"])
        async with worker_database.unscoped() as connection:
            await connection.execute(
                "UPDATE windows_window SET timing = jsonb_set(timing, '{zone}', '\"Gone/Zone\"') WHERE id = $1",
                UUID(made["id"]),
            )
        listed = {one["name"]: one for one in (await client.get("windows")).json()["items"]}
        assert [one["code"] for one in listed["Nights"]["problems"]] == ["zone.unknown"]
        assert listed["Nights"]["next"] is None and listed["Sound"]["next"] is not None


class TestPreview:
    async def test_real_lengths_and_who_wins_are_told_by_the_clock_of_the_device(
        self, people, acme, make_window, enroll_device
    ):
        client = await people.owner(acme)
        await enroll_device(acme)
        await make_window(client, acme, name="Site", scope="site", site_id=str(acme.site_id))
        await make_window(client, acme, name="Quiet", kind="blackout", timing=timing("23:00", "23:30"))
        draft = window_body(acme.id, name="Draft", timing=timing(recurrence={"rrule": "FREQ=DAILY"}))
        del draft["tenant_id"]
        answer = await client.post("windows/preview", json={"tenant_id": str(acme.id), "draft": draft})
        assert answer.status_code == 200, answer.text
        (device,) = answer.json()["devices"]
        assert len(device["occurrences"]) == 5 and device["zone"] == "Europe/Warsaw"
        assert {(one["overruled_by"], *one["closed_by"]) for one in device["occurrences"]} == {("Site", "Quiet")}
        assert answer.json()["device_count"] == 1 and answer.json()["opens_nothing"] is False

    async def test_night_when_the_clocks_change_is_longer(self, people, acme):
        client = await people.owner(acme)
        draft = window_body(acme.id, timing=timing(recurrence={"rrule": "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SA"}))
        del draft["tenant_id"]
        answer = (await client.post("windows/preview", json={"tenant_id": str(acme.id), "draft": draft})).json()
        (device,) = answer["devices"]
        (night,) = device["occurrences"]
        assert (night["usual_seconds"], night["length_seconds"]) == (8 * 3600, 9 * 3600)
        assert answer["opens_nothing"] is True and device["device_id"] is None
