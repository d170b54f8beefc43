"""Keyset paging: walking forwards and back visits every row once, whatever the sort, filter and page size."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, bindparam
from sqlalchemy.sql import visitors

from bosman_protocol.codes import Code
from bosman_server.fleet.devices.queries import DEVICES, filter_values
from bosman_server.kit.db.lists import compile_statement
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.ids import uuid7
from bosman_server.kit.paging import PageRequest, decode_cursor
from bosman_server.kit.problems import Problem
from bosman_server.work.tasks.queries import TASKS

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


async def walk(connection, values, **page):
    ids, cursor, pages = [], None, []
    while True:
        rows = await DEVICES.fetch(connection, PageRequest(cursor=cursor, **page), values)
        ids += [row["id"] for row in rows.items]
        pages.append(rows)
        if rows.next_cursor is None:
            return ids, pages
        cursor = rows.next_cursor


class TestPaging:
    @pytest.mark.parametrize("sort", sorted(DEVICES.sorts))
    @pytest.mark.parametrize("order", ["asc", "desc"])
    async def test_every_row_is_visited_once_and_the_way_back_is_the_same(self, fleet, app_database, sort, order):
        values = filter_values(fleet)
        async with app_database.reading(fleet) as connection:
            whole = await DEVICES.fetch(connection, PageRequest(limit=200, sort=sort, order=order), values)
            expected = [row["id"] for row in whole.items]
            ids, pages = await walk(connection, values, limit=5, sort=sort, order=order)
            assert ids == expected and len(ids) == whole.total == 23
            assert pages[0].prev_cursor is None
            back: list[object] = []
            cursor = pages[-1].prev_cursor
            while cursor:
                rows = await DEVICES.fetch(connection, PageRequest(limit=5, cursor=cursor), values)
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
        values = filter_values(fleet, q=q, online=online, pending=pending)
        async with app_database.reading(fleet) as connection:
            ids, pages = await walk(connection, values, limit=limit)
        assert len(ids) == len(set(ids)) == pages[0].total

    async def test_wildcards_in_a_search_are_plain_characters(self, fleet, app_database):
        async with app_database.reading(fleet) as connection:
            rows = await DEVICES.fetch(connection, PageRequest(limit=50), filter_values(fleet, q="%"))
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
                await DEVICES.fetch(counting, PageRequest(limit=limit), filter_values(fleet))
                assert counting.calls == 2


class TestBadInput:
    @pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10", "eyJhIjoxfQ", "ÿ" * 10])
    def test_nonsense_cursor_is_a_clear_error(self, cursor):
        with pytest.raises(Problem) as caught:
            decode_cursor(cursor)
        assert caught.value.code is Code.PAGE_BAD_CURSOR

    async def test_cursor_of_another_type_of_key_is_a_clear_error(self, fleet, app_database):
        async with app_database.reading(fleet) as connection:
            rows = await DEVICES.fetch(connection, PageRequest(limit=2, sort="enrolled_at"), filter_values(fleet))
            forged = decode_cursor(rows.next_cursor or "")
            for value in ("not a time", 5, True, "2026-01-01T00:00:00"):
                cursor = type(forged)(forged.sort, forged.order, forged.side, value, forged.id).encode()
                with pytest.raises(Problem) as caught:
                    await DEVICES.fetch(connection, PageRequest(cursor=cursor), filter_values(fleet))
                assert caught.value.code is Code.PAGE_BAD_CURSOR

    async def test_unknown_sort_is_a_clear_error(self, people, acme):
        client = await people.owner(acme)
        answer = await client.get("devices", params={"sort": "password"})
        assert (answer.status_code, answer.json()["code"]) == (400, "page.bad_sort")

    def test_values_travel_as_parameters_never_as_text(self):
        sql = compile_statement(DEVICES.base.where(DEVICES.filters["q"].clause(bindparam("q"))))
        assert "$" in sql.sql and "q" in sql.names

    async def test_zero_bytes_in_a_search_are_no_server_error(self, people, acme):
        client = await people.owner(acme)
        for path in ("devices", "tenants", "sites", "tasks", "enrollment-tokens"):
            assert (await client.get(path, params={"q": "a\x00b"})).status_code in {200, 422}


@pytest.mark.parametrize("name", ["DEVICES", "TASKS"])
class TestDeclaredJoins:
    """A sort or filter that reads a table it does not declare would silently multiply rows."""

    def expressions(self, listing):
        for sort in listing.sorts.values():
            yield sort.expression, sort.needs
        for filter_name, spec in listing.filters.items():
            yield spec.clause(bindparam(filter_name, type_=spec.type_)), spec.needs

    def test_every_table_that_is_read_is_declared(self, name):
        listing = {"DEVICES": DEVICES, "TASKS": TASKS}[name]
        for expression, needs in self.expressions(listing):
            allowed = {listing.root, *(listing.joins[need][0] for need in needs)}
            tables = {node.table for node in visitors.iterate(expression) if isinstance(node, Column)}
            assert tables <= allowed, (str(expression), tables - allowed)
