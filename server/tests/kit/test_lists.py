"""Keyset paging: walking forwards and back visits every row once, whatever the sort, filter and page size."""

from dataclasses import replace
from math import isnan, nan
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, Double, case, func, null

from bosman_protocol.codes import Code
from bosman_server.core.identity.models import User
from bosman_server.fleet.devices.models import Device
from bosman_server.fleet.devices.queries import DEVICES
from bosman_server.fleet.inventory.queries import SOFTWARE
from bosman_server.kit.db.list_query import ListQuery
from bosman_server.kit.db.list_spec import SortKey, by_text, search
from bosman_server.kit.db.lists import ListSpec, compile_statement
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.kit.paging import PageRequest, decode_cursor
from bosman_server.kit.problems import Problem
from bosman_server.work.tasks.schemas import DeviceFilter
from testkit.routes import api_routes, spec_of

HEAT = {"alpha": -1.5, "Beta": 0.1, "beta": 0.1, "żółw": -2.5e-3, "Ósemka": nan, "z": 1e300}
"""What stands in a float column for some of the names below; the others have none."""
_heat: ColumnElement[float] = case(HEAT, value=Device.hostname, else_=null()).cast(Double())
BY_HEAT = replace(DEVICES, sorts={"heat": SortKey(_heat, "desc", nulls_last=True)}, default_sort="heat")
NAMES = ["alpha", "Beta", "beta", "żółw", "Ósemka", "z", "a%b_c", "'; DROP TABLE x; --"]


@pytest.fixture(scope="module")
async def fleet(people, worker_database):
    """Twenty-three devices with many equal sort keys and many NULLs."""
    customer = await people.customer("Listy")
    scope = TenantScope.of([customer.id])
    async with worker_database.writing(scope) as tx:
        for number in range(23):
            device_id = uuid7()
            await tx.connection.execute(
                "INSERT INTO tenancy_device (tenant_id, id, site_id, hostname, os_family, agent_version, status,"
                " enrolled_at) VALUES ($1, $2, $3, $4, 'linux', '1', 'active', now())",
                customer.id, device_id, customer.site_id, NAMES[number % len(NAMES)],
            )  # fmt: skip
            if number % 3:
                await tx.connection.execute(
                    "INSERT INTO updates_scan (tenant_id, device_id, scanned_at, attempted_at, security_count,"
                    " critical_count, optional_count, restart_required) VALUES ($1, $2, now(), now(), $3, 0, $4, $5)",
                    customer.id, device_id, number % 2, number % 4, [None, True, False][number % 3],
                )  # fmt: skip
            if number % 4:
                await tx.connection.execute(
                    "INSERT INTO enrollment_presence (tenant_id, device_id, online, last_seen_at)"
                    " VALUES ($1, $2, $3, now())",
                    customer.id, device_id, number % 2 == 0,
                )  # fmt: skip
    return scope


def asked(filters=None, **page):
    return ListQuery(PageRequest(**page), filters or {})


async def walk(connection, scope, filters=None, listing=DEVICES, **page):
    ids, cursor, pages = [], None, []
    while True:
        rows = await listing.fetch(connection, scope, asked(filters, cursor=cursor, **page))
        ids += [row["id"] for row in rows.items]
        pages.append(rows)
        if rows.next_cursor is None:
            return ids, pages
        cursor = rows.next_cursor


class TestPaging:
    @pytest.mark.parametrize("sort", sorted(DEVICES.sorts))
    @pytest.mark.parametrize("order", ["asc", "desc"])
    async def test_every_row_is_visited_once_and_the_way_back_is_the_same(self, fleet, app_database, sort, order):
        async with app_database.reading(fleet) as connection:
            whole = await DEVICES.fetch(connection, fleet, asked(limit=200, sort=sort, order=order))
            expected = [row["id"] for row in whole.items]
            ids, pages = await walk(connection, fleet, limit=5, sort=sort, order=order)
            assert ids == expected and len(ids) == whole.total == 23
            assert pages[0].prev_cursor is None
            back: list[object] = []
            cursor = pages[-1].prev_cursor
            while cursor:
                rows = await DEVICES.fetch(connection, fleet, asked(limit=5, cursor=cursor))
                back = [row["id"] for row in rows.items] + back
                cursor = rows.prev_cursor
            assert back == expected[: len(back)] and len(back) >= 18

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        limit=st.integers(1, 30),
        q=st.none() | st.sampled_from(["b", "%", "_", "ż", "zzz"]),
        online=st.none() | st.booleans(),
        pending=st.sampled_from([None, "any", "security", "none"]),
    )
    async def test_filters_never_lose_or_double_a_row(self, fleet, app_database, limit, q, online, pending):
        filters = {"q": q, "online": online, "pending": pending}
        async with app_database.reading(fleet) as connection:
            ids, pages = await walk(connection, fleet, filters, limit=limit)
        assert len(ids) == len(set(ids)) == pages[0].total

    async def test_wildcards_in_a_search_are_plain_characters(self, fleet, app_database):
        async with app_database.reading(fleet) as connection:
            rows = await DEVICES.fetch(connection, fleet, asked({"q": "%"}, limit=50))
        assert {row["hostname"] for row in rows.items} == {"a%b_c"}

    async def test_a_list_costs_two_queries_whatever_its_length(self, fleet, app_database):
        class Counting:
            calls = 0

            def __init__(self, connection):
                self._connection = connection

            async def fetch(self, *arguments):
                self.calls += 1
                return await self._connection.fetch(*arguments)

            async def fetchval(self, *arguments):
                self.calls += 1
                return await self._connection.fetchval(*arguments)

        async with app_database.reading(fleet) as connection:
            for limit in (1, 23):
                counting: Any = Counting(connection)
                await DEVICES.fetch(counting, fleet, asked(limit=limit))
                assert counting.calls == 2


class TestBadInput:
    @pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10", "eyJhIjoxfQ", "ÿ" * 10])
    def test_nonsense_cursor_is_a_clear_error(self, cursor):
        with pytest.raises(Problem) as caught:
            decode_cursor(cursor)
        assert caught.value.code is Code.PAGE_BAD_CURSOR

    async def test_cursor_of_another_type_of_key_is_a_clear_error(self, fleet, app_database):
        async with app_database.reading(fleet) as connection:
            rows = await DEVICES.fetch(connection, fleet, asked(limit=2, sort="enrolled_at"))
            forged = decode_cursor(rows.next_cursor or "")
            for value in ("not a time", 5, True, "2026-01-01T00:00:00"):
                cursor = type(forged)(forged.sort, forged.order, forged.side, value, forged.id).encode()
                with pytest.raises(Problem) as caught:
                    await DEVICES.fetch(connection, fleet, asked(cursor=cursor))
                assert caught.value.code is Code.PAGE_BAD_CURSOR

    async def test_unknown_sort_is_a_clear_error(self, people, acme):
        client = await people.owner(acme)
        answer = await client.get("devices", params={"sort": "password"})
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")

    def test_values_travel_as_parameters_never_as_text(self):
        sql = compile_statement(DEVICES.base.where(DEVICES.condition("q")))
        assert "$" in sql.sql and "q" in sql.names

    async def test_zero_bytes_in_a_search_are_no_server_error(self, people, acme):
        client = await people.owner(acme)
        for path in ("devices", "tenants", "sites", "tasks", "enrollment-tokens"):
            assert (await client.get(path, params={"q": "a\x00b"})).status_code in {200, 422}


class TestFloats:
    """No table has a float column yet: an expression over devices stands for one."""

    async def hot(self, connection, ids):
        names = await connection.fetch("SELECT id, hostname FROM tenancy_device WHERE id = ANY ($1::uuid[])", ids)
        by_id = {row["id"]: row["hostname"] for row in names}
        return [None if (found := HEAT.get(by_id[one])) is None or isnan(found) else found for one in ids]

    @pytest.mark.parametrize("order", ["asc", "desc"])
    @pytest.mark.parametrize("limit", [1, 4, 30])
    async def test_negative_and_equal_values_are_walked_in_order_and_nulls_come_last(
        self, fleet, app_database, order, limit
    ):
        async with app_database.reading(fleet) as connection:
            ids, pages = await walk(connection, fleet, listing=BY_HEAT, limit=limit, sort="heat", order=order)
            values = await self.hot(connection, ids)
            back: list[object] = []
            cursor = pages[-1].prev_cursor
            while cursor:
                rows = await BY_HEAT.fetch(connection, fleet, asked(limit=limit, cursor=cursor))
                back, cursor = [row["id"] for row in rows.items] + back, rows.prev_cursor
        known = [value for value in values if value is not None]
        assert len(set(ids)) == 23 and known == sorted(known, reverse=order == "desc")
        assert None in values and values == known + [None] * (23 - len(known))
        assert back == ids[: len(back)]

    async def test_what_is_no_number_in_a_cursor_is_a_clear_error(self, fleet, app_database):
        async with app_database.reading(fleet) as connection:
            rows = await BY_HEAT.fetch(connection, fleet, asked(limit=2))
            forged = decode_cursor(rows.next_cursor or "")
            for value in ("nan", "x", 5, True):
                cursor = type(forged)(forged.sort, forged.order, forged.side, value, forged.id).encode()
                with pytest.raises(Problem) as caught:
                    await BY_HEAT.fetch(connection, fleet, asked(cursor=cursor))
                assert caught.value.code is Code.PAGE_BAD_CURSOR


class TestTotals:
    async def test_counting_ends_where_the_list_says(self, fleet, app_database):
        async with app_database.reading(fleet) as connection:
            for most, told in ((10, (10, True)), (22, (22, True)), (23, (23, False)), (None, (23, False))):
                rows = await replace(DEVICES, count_at_most=most).fetch(connection, fleet, asked(limit=1))
                assert (rows.total, rows.total_capped) == told

    def test_lists_are_capped_unless_they_say_why_not(self):
        exact = {spec.root.__name__ for spec in specs() if spec.count_at_most is None}
        assert exact == {"Device"}


def specs() -> set[ListSpec]:
    """Every list that a route answers with."""
    return {spec for route in api_routes() if (spec := spec_of(route)) is not None}


class TestDeclaration:
    def test_a_table_that_no_join_names_is_refused(self):
        for sort in (by_text(User.name), SortKey(func.coalesce(User.email, ""))):
            with pytest.raises(TypeError, match="no join"):
                replace(DEVICES, sorts={"hostname": sort})
        with pytest.raises(TypeError, match="no join"):
            replace(DEVICES, filters={"q": search(User.name)})

    def test_a_column_that_nothing_shows_is_refused(self):
        with pytest.raises(AttributeError, match="tenant_name"):
            _ = replace(DEVICES, shown={}).base

    def test_only_what_is_read_is_joined(self):
        narrow = str(DEVICES.narrow([Device.id], [DEVICES.condition("online")]))
        assert "enrollment_presence" in narrow and "updates_scan" not in narrow

    def test_every_expression_and_column_of_every_list_compiles(self):
        assert len(specs()) >= 13
        for spec in specs():
            assert compile_statement(spec.base).sql
            for name in spec.all_filters:
                sql = compile_statement(spec.narrow([spec.row_id], [spec.condition(name)]).where(spec.condition(name)))
                assert name in sql.names

    def test_filters_that_a_list_does_not_have_are_refused(self, fleet):
        with pytest.raises(TypeError, match="hostname"):
            DEVICES.values(fleet, {"hostname": "x"})

    def test_a_list_below_a_device_is_never_asked_for_without_it(self, fleet):
        with pytest.raises(TypeError, match="device_id"):
            SOFTWARE.values(fleet, {})

    def test_what_work_can_be_for_is_what_the_list_of_devices_is_filtered_by(self):
        """`DeviceFilter` says what leaving out means, so it is written by hand: names and types are the list's."""
        declared: dict[str, Any] = {name: spec.annotation for name, spec in DEVICES.filters.items()}
        declared["tenant_id"] = list[UUID]
        fields = {name: info for name, info in DeviceFilter.model_fields.items() if name != "all"}
        assert fields.keys() == declared.keys()
        for name, info in fields.items():
            assert info.annotation == declared[name] | None, name
