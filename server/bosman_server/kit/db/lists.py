"""Lists that go around the ORM: SQLAlchemy builds a query once per shape, asyncpg fetches, msgspec encodes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Response
from sqlalchemy import (
    Dialect,
    Select,
    Subquery,
    bindparam,
    column,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import asyncpg as asyncpg_dialect
from sqlalchemy.types import BigInteger, Uuid

from bosman_protocol.codes import Code
from bosman_server.kit.db.list_query import ListQuery, QueryDependency, query_of
from bosman_server.kit.db.list_spec import (
    ID,
    SQL_TYPES,
    TENANTS,
    VISIBLE_TO,
    AnyExpression,
    Declaration,
    Expression,
    SortKey,
)
from bosman_server.kit.db.scope import TenantScope
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.paging import Cursor, PageRequest, decode_cursor, from_cursor_value, to_cursor_value
from bosman_server.kit.problems import Problem
from bosman_server.kit.values import Row, RowView

_DIALECT: Dialect = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_KEY = "_key"
_Select = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    names: tuple[str, ...]
    constants: RowView

    def arguments(self, values: RowView) -> list[object]:
        return [values[name] if name in values else self.constants[name] for name in self.names]


def compile_statement(statement: _Select) -> _Compiled:
    """SQL text with asyncpg's placeholders, and the order of its parameters."""
    compiled = statement.compile(dialect=_DIALECT)
    return _Compiled(str(compiled), tuple(compiled.positiontup or ()), dict(compiled.params))


@dataclass(frozen=True, slots=True)
class Rows:
    """One page as it came from the database."""

    items: list[Row]
    total: int
    total_capped: bool
    """Whether there are more than `total`: they were not counted out."""
    next_cursor: str | None
    prev_cursor: str | None

    def response(self) -> Response:
        """The page as JSON, encoded without going through a model."""
        body = {name: getattr(self, name) for name in self.__slots__}
        return Response(msgspec.json.encode(body), media_type="application/json")


@dataclass(frozen=True, kw_only=True, eq=False)
class ListSpec(Declaration):
    """A list: its declaration, the parameters of its route, and its statements, compiled once per shape and kept."""

    _pages: dict[tuple[object, ...], _Compiled] = field(default_factory=dict, init=False)
    _counts: dict[tuple[str, ...], _Compiled] = field(default_factory=dict, init=False)

    @cached_property
    def query(self) -> QueryDependency:
        """The dependency of a route that answers with pages: unknown sorts and values are refused (422)."""
        return query_of(self)

    @cached_property
    def filter_query(self) -> QueryDependency:
        """The dependency of a route that takes the filters and answers with all that matches."""
        return query_of(self, paged=False)

    def _where(self, statement: _Select, names: Iterable[str]) -> _Select:
        return statement.where(*(self.condition(name) for name in names))

    def _page(self, sort: str, names: tuple[str, ...], *, order: str, descending: bool, keyed: bool) -> _Compiled:
        shape = (sort, order, descending, keyed, names)
        if shape not in self._pages:
            key = self.sorts[sort]
            expression = key.placed(order)
            columns: list[Any] = [self.row_id.label("_row"), expression.label(_KEY), self.tenant.label("_tenant")]
            narrow = self.narrow(columns, [expression, *map(self.condition, names)])  # type: ignore[list-item]  # both are elements
            if keyed:
                value = bindparam("_value", type_=SQL_TYPES[key.kind])
                mark = tuple_(value, bindparam("_id", type_=Uuid(as_uuid=True)))
                row = tuple_(expression, self.row_id)
                narrow = narrow.where(row < mark if descending else row > mark)
            cut = self._cut(narrow, key, names, order=order, descending=descending)
            self._pages[shape] = compile_statement(self._widen(cut, descending=descending))
        return self._pages[shape]

    def _cut(self, narrow: _Select, key: SortKey, names: tuple[str, ...], *, order: str, descending: bool) -> Subquery:
        limit = bindparam("_limit", type_=BigInteger())
        ends = _ends(key.placed(order), self.row_id, descending=descending)
        # One row by its id is found sooner than by looking into each tenant.
        if not key.by_tenant or TENANTS not in names or ID in names:
            return self._where(narrow, names).order_by(*ends).limit(limit).subquery()
        tenants = (
            func.unnest(bindparam(TENANTS, type_=self.all_filters[TENANTS].sql_type))
            .table_valued(column("wanted", Uuid(as_uuid=True)), name="tenants")
            .render_derived()
        )
        narrow = self._where(narrow, (name for name in names if name != TENANTS)).where(self.tenant == tenants.c.wanted)
        each = narrow.order_by(*ends).limit(limit).lateral()
        rows = select(each).select_from(tenants).join(each, true())
        return rows.order_by(*_ends(each.c[_KEY], each.c["_row"], descending=descending)).limit(limit).subquery()

    def _widen(self, cut: Subquery, *, descending: bool) -> _Select:
        tie = (self.row_id == cut.c["_row"]) & (self.tenant == cut.c["_tenant"])
        wide = self.base.add_columns(cut.c[_KEY]).where(tie)
        return wide.order_by(*_ends(cut.c[_KEY], cut.c["_row"], descending=descending))

    def _count(self, names: tuple[str, ...]) -> _Compiled:
        if names not in self._counts:
            conditions = [self.condition(name) for name in names]
            if self.count_at_most is None:
                statement: _Select = self.narrow([func.count()], conditions).where(*conditions)
            else:
                rows = self.narrow([literal(1).label("one")], conditions).where(*conditions)
                statement = select(func.count()).select_from(rows.limit(self.count_at_most + 1).subquery())
            self._counts[names] = compile_statement(statement)
        return self._counts[names]

    def _position(self, page: PageRequest) -> tuple[str, str, Cursor | None]:
        if page.cursor is not None:
            cursor = decode_cursor(page.cursor)
            if cursor.sort not in self.sorts:
                raise Problem(400, Code.PAGE_BAD_CURSOR)
            return cursor.sort, cursor.order, cursor
        sort = page.sort or self.default_sort
        return sort, page.order or self.sorts[sort].default_order, None

    def values(self, scope: TenantScope, filters: RowView) -> Row:
        """What the statements get: the filters that were given, and always the scope.

        Raises TypeError for a filter that the list does not have.
        """
        given = {name: _plain(value) for name, value in filters.items() if value is not None}
        if unknown := given.keys() - self.all_filters.keys():
            raise TypeError(f"no filters: {sorted(unknown)}")
        if missing := self.path_filters.keys() - given.keys():
            raise TypeError(f"narrowed by nothing: {sorted(missing)}")
        given[TENANTS] = list(scope)
        if self.visible_to is not None and (scope.visible_to is not None or self.is_always_narrowed):
            given[VISIBLE_TO] = list(scope) if scope.visible_to is None else scope.visible_to
        return given

    async def fetch(self, connection: Connection, scope: TenantScope, query: ListQuery, **fixed: Any) -> Rows:
        """One page and the total, in two queries; `fixed` are filters that the query string cannot say.

        Raises Problem 400 `page.bad_cursor`.
        """
        page = query.page
        sort, order, cursor = self._position(page)
        active = self.values(scope, {**query.filters, **fixed})
        names = tuple(sorted(active))
        backwards = cursor is not None and cursor.side == "before"
        descending = (order == "desc") != backwards
        arguments: Row = {**active, "_limit": page.limit + 1}
        if cursor is not None:
            arguments["_value"] = from_cursor_value(cursor.value, self.sorts[sort].kind)
            arguments["_id"] = cursor.id
        statement = self._page(sort, names, order=order, descending=descending, keyed=cursor is not None)
        records = await connection.fetch(statement.sql, *statement.arguments(arguments))
        count = self._count(names)
        total = int(await connection.fetchval(count.sql, *count.arguments(active)))
        more = len(records) > page.limit
        rows = [dict(record) for record in records[: page.limit]]
        if backwards:
            rows.reverse()
        has_next, has_prev = (True, more) if backwards else (more, cursor is not None)
        next_cursor = _cursor(rows[-1], sort, order, "after") if rows and has_next else None
        prev_cursor = _cursor(rows[0], sort, order, "before") if rows and has_prev else None
        for row in rows:
            del row[_KEY]
        most = self.count_at_most
        capped = most is not None and total > most
        return Rows(rows, most if capped and most is not None else total, capped, next_cursor, prev_cursor)

    async def batch(
        self,
        connection: Connection,
        scope: TenantScope,
        filters: RowView,
        after: tuple[object, UUID] | None,
        limit: int,
    ) -> tuple[list[Row], tuple[object, UUID] | None]:
        """The next rows in the default order, without a total, and where to go on (None = that was all).

        For exports: each batch may come from a transaction of its own.
        """
        values = self.values(scope, filters)
        order = self.sorts[self.default_sort].default_order
        names, descending = tuple(sorted(values)), order == "desc"
        query = self._page(self.default_sort, names, order=order, descending=descending, keyed=after is not None)
        mark = {} if after is None else {"_value": after[0], "_id": after[1]}
        records = await connection.fetch(query.sql, *query.arguments({**values, **mark, "_limit": limit}))
        rows = [dict(record) for record in records]
        last = (rows[-1][_KEY], rows[-1]["id"]) if len(rows) == limit else None
        for row in rows:
            del row[_KEY]
        return rows, last

    async def one(self, connection: Connection, scope: TenantScope, row_id: UUID) -> Row | None:
        """A row of the scope as the list would show it: one query, no total."""
        values = self.values(scope, {ID: row_id})
        order = self.sorts[self.default_sort].default_order
        query = self._page(self.default_sort, tuple(sorted(values)), order=order, descending=False, keyed=False)
        record = await connection.fetchrow(query.sql, *query.arguments({**values, "_limit": 1}))
        if record is None:
            return None
        row = dict(record)
        del row[_KEY]
        return row

    async def ids(self, connection: Connection, scope: TenantScope, filters: RowView, limit: int) -> list[Any]:
        """`tenant_id` and `id` of all matching rows, `limit` at most: for "all N matching"."""
        values = self.values(scope, filters)
        names = tuple(sorted(values))
        shape = ("_ids", names)
        if shape not in self._pages:
            conditions = [self.condition(name) for name in names]
            keys = self.narrow([self.tenant.label("tenant_id"), self.row_id.label("id")], conditions)
            keys = keys.where(*conditions).order_by(self.row_id).limit(bindparam("_limit", type_=BigInteger()))
            self._pages[shape] = compile_statement(keys)
        query = self._pages[shape]
        return list(await connection.fetch(query.sql, *query.arguments({**values, "_limit": limit})))


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.value if isinstance(value, Enum) else value


def _cursor(row: RowView, sort: str, order: str, side: str) -> str:
    value = to_cursor_value(row[_KEY])
    return Cursor(sort, order, side, value, row["id"]).encode()  # type: ignore[arg-type]  # both are Literals by construction


def _ends(key: Expression, row_id: Expression, *, descending: bool) -> tuple[AnyExpression, AnyExpression]:
    return (key.desc(), row_id.desc()) if descending else (key.asc(), row_id.asc())
