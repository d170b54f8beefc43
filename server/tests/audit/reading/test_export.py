"""The trail as a file: everything, in batches, harmless in a spreadsheet, and itself in the trail."""

import csv
import io
import json

import pytest

from bosman_server.core.audit import export as module
from bosman_server.core.identity.permissions import Role
from bosman_server.kit.db.scope import TenantScope

FILL = """
INSERT INTO audit_entry (tenant_id, id, at, actor_kind, actor_name, action, result)
SELECT $1, gen_random_uuid(), now() + (n % 5) * interval '1 s', 'system', n::text, 'site.update', 'ok'
FROM generate_series(1, $2) n
"""


def table(answer, separator=","):
    assert answer.content.startswith(b"\xef\xbb\xbf")
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


class TestExport:
    async def test_csv_holds_every_match_with_its_place_in_the_chain(self, people, acme, add, eventually):
        client = await people.owner(acme)
        await add(acme.id, "site.update", before={"name": "a"}, after={"name": 'ż;ó,ł\n"x"'})
        await add(acme.id, "site.delete")

        async def sealed():
            rows = table(await client.get("audit/export", params={"action": "site.update"}))
            return rows if rows and rows[0]["seq"] else None

        (row,) = await eventually(sealed)
        assert json.loads(row["after"]) == {"name": 'ż;ó,ł\n"x"'} and json.loads(row["before"]) == {"name": "a"}
        assert row["tenant_name"] == acme.name and len(row["hash"]) == 64 and row["actor_name"] == "Anna"

    async def test_names_that_are_formulas_are_shown_not_computed(self, people, acme, add):
        await add(acme.id, "site.update", actor='=HYPERLINK("http://evil.example")', after={"name": "+1"})
        client = await people.owner(acme)
        (row,) = table(await client.get("audit/export", params={"action": "site.update"}))
        assert row["actor_name"].startswith("'=") and row["target_name"] == "'+1"

    async def test_semicolons_for_spreadsheets_that_want_them(self, people, acme, add):
        await add(acme.id, "site.update")
        client = await people.owner(acme)
        answer = await client.get("audit/export", params={"action": "site.update", "separator": "semicolon"})
        assert [row["action"] for row in table(answer, ";")] == ["site.update"]

    async def test_json_lines_keep_types_and_names(self, people, acme, add):
        await add(acme.id, "site.update", after={"number": 7})
        client = await people.owner(acme)
        answer = await client.get("audit/export", params={"format": "jsonl", "action": "site.update"})
        assert answer.headers["content-type"].startswith("application/jsonl")
        assert '.jsonl"' in answer.headers["content-disposition"]
        (line,) = answer.text.splitlines()
        assert json.loads(line)["after"] == {"number": 7}

    async def test_an_export_is_in_the_trail_of_every_tenant_that_it_took_from(self, people, acme, globex):
        client = await people.owner(acme, globex)
        await client.get("audit/export", params={"format": "jsonl", "result": "ok"})
        for customer in (acme, globex):
            params = {"action": "audit.export", "tenant_id": str(customer.id)}
            (row,) = (await client.get("audit", params=params)).json()["items"]
            entry = (await client.get(f"audit/{row['id']}")).json()
            assert entry["after"] == {"format": "jsonl", "filters": {"result": "ok"}}

    async def test_a_foreign_tenant_gives_an_empty_file_and_leaves_no_trace_there(self, people, acme, globex):
        stranger = await people.owner(globex)
        answer = await stranger.get("audit/export", params={"tenant_id": str(acme.id), "format": "jsonl"})
        assert (answer.status_code, answer.content) == (200, b"")
        mine = (await (await people.owner(acme)).get("audit", params={"action": "audit.export"})).json()
        assert mine["items"] == []

    async def test_the_platforms_trail_is_exported_by_operators_only(self, people, acme, operator):
        params = {"tenant_id": "platform", "format": "jsonl"}
        assert (await (await people.owner(acme)).get("audit/export", params=params)).content == b""
        answer = await (await operator(acme)).get("audit/export", params=params)
        assert "audit.export" in answer.text

    async def test_reading_is_not_enough(self, people, acme):
        client = await people.client({acme.id: Role.TECHNICIAN})
        assert (await client.get("audit/export")).status_code == 403


class TestBatches:
    @pytest.mark.parametrize("count", [0, 7, 14, 40])
    async def test_every_row_comes_once_and_none_is_kept(self, app_database, worker_database, acme, monkeypatch, count):
        monkeypatch.setattr(module, "_BATCH", 7)
        async with worker_database.unscoped() as connection:
            await connection.execute(FILL, acme.id, count)
        values = {"tenant_id": [acme.id], "action": ["site.update"]}
        pieces = [piece async for piece in module.export(app_database, TenantScope.of([acme.id]), values, "jsonl", ",")]
        lines = b"".join(pieces).splitlines()
        assert sorted(int(json.loads(line)["actor_name"]) for line in lines) == list(range(1, count + 1))
        assert max(piece.count(b"\n") for piece in pieces) <= 7
