"""Fast lists [R21, R23]: SQLAlchemy Core builds the query once per shape, asyncpg fetches, msgspec encodes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from fastapi import Response
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Dialect,
    FromClause,
    Select,
    SQLColumnExpression,
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
from sqlalchemy.types import BigInteger, Boolean, DateTime, String, TypeEngine, Uuid

from bosman_protocol.codes import Code
from bosman_server.kit.db.transaction import Connection
from bosman_server.kit.paging import Cursor, PageRequest, decode_cursor, from_cursor_value, to_cursor_value
from bosman_server.kit.problems import Problem

_DIALECT: Dialect = asyncpg_dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
_SQL_TYPES: dict[type, TypeEngine[Any]] = {
    str: String(),
    int: BigInteger(),
    bool: Boolean(),
    datetime: DateTime(timezone=True),
}
_KEY = "_key"
_Select = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class SortKey:
    """An expression that is never NULL, with the Python type of its values."""

    expression: SQLColumnExpression[Any]
    kind: type
    default_order: str = "asc"
    needs: tuple[str, ...] = ()
    """Joins of the list that the expression reads."""
    by_tenant: bool = False
    """An index on (tenant_id, expression, id) serves it: read a page per tenant instead of sorting everything."""


FilterClause = Callable[[BindParameter[Any]], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition with one parameter of a given SQL type (arrays for repeatable filters)."""

    type_: TypeEngine[Any]
    clause: FilterClause
    needs: tuple[str, ...] = ()
    """Joins of the list that the clause reads."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        return [values[name] if name in values else self.constants[name] for name in self.names]


def compile_statement(statement: _Select) -> _Compiled:
    """SQL text with asyncpg's placeholders, and the order of its parameters."""
    compiled = statement.compile(dialect=_DIALECT)
    return _Compiled(str(compiled), tuple(compiled.positiontup or ()), dict(compiled.params))


@dataclass(frozen=True, slots=True)
class Rows:
    """One page as it came from the database."""

    items: list[dict[str, Any]]
    total: int
    next_cursor: str | None
    prev_cursor: str | None

    def response(self) -> Response:
        """The page as JSON, encoded without going through a model."""
        body = {
            "items": self.items,
            "total": self.total,
            "next_cursor": self.next_cursor,
            "prev_cursor": self.prev_cursor,
        }
        return Response(msgspec.json.encode(body), media_type="application/json")


Join = tuple[FromClause, ColumnElement[bool]]
_TENANTS = "tenant_id"


@dataclass
class FastList:
    """A list with its sorts and filters. Statements are compiled once per shape and kept.

    `root` is the table whose rows are listed; `joins` are what sorts and filters
    may need of other tables (left joins, by name). A page is cut from these first;
    only then are its rows joined to all that `base` wants: sorting five
    thousand narrow rows is cheap, joining them is not. `base` selects the columns
    from whatever they come from; its rows are tied to the page by `(tenant_id, id)`,
    or by `id` where the root has no tenant. The filter `tenant_id` is always passed.
    """

    base: _Select
    row_id: SQLColumnExpression[UUID]
    sorts: Mapping[str, SortKey]
    default_sort: str
    filters: Mapping[str, Filter]
    root: FromClause | None = None
    tenant: SQLColumnExpression[UUID] | None = None
    joins: Mapping[str, Join] = field(default_factory=dict)
    count_at_most: int | None = None
    """Where to stop counting a list that may grow without end; a greater total is told as this plus one."""
    _pages: dict[tuple[Any, ...], _Compiled] = field(default_factory=dict)
    _counts: dict[tuple[str, ...], _Compiled] = field(default_factory=dict)

    def _where(self, statement: _Select, names: Iterable[str]) -> _Select:
        for name in names:
            spec = self.filters[name]
            statement = statement.where(spec.clause(bindparam(name, type_=spec.type_)))
        return statement

    def _narrow(self, columns: Sequence[Any], needs: Iterable[str]) -> _Select:
        """A select of a few columns from the root and no more joins than are needed."""
        if self.root is None:
            return self.base.with_only_columns(*columns)
        source = self.root
        for name in dict.fromkeys(needs):
            target, condition = self.joins[name]
            source = source.outerjoin(target, condition)
        return select(*columns).select_from(source)

    def _needs(self, names: Iterable[str]) -> list[str]:
        return [need for name in names for need in self.filters[name].needs]

    def _page(self, sort: str, names: tuple[str, ...], *, descending: bool, keyed: bool) -> _Compiled:
        shape = (sort, descending, keyed, names)
        if shape not in self._pages:
            key = self.sorts[sort]
            columns: list[Any] = [self.row_id.label("_row"), key.expression.label(_KEY)]
            if self.tenant is not None:
                columns.append(self.tenant.label("_tenant"))
            narrow = self._narrow(columns, [*key.needs, *self._needs(names)])
            if keyed:
                row = tuple_(key.expression, self.row_id)
                mark = tuple_(
                    bindparam("_value", type_=_SQL_TYPES[key.kind]), bindparam("_id", type_=Uuid(as_uuid=True))
                )
                narrow = narrow.where(row < mark if descending else row > mark)
            cut = self._cut(narrow, key, names, descending=descending)
            self._pages[shape] = compile_statement(self._widen(cut, descending=descending))
        return self._pages[shape]

    def _cut(self, narrow: _Select, key: SortKey, names: tuple[str, ...], *, descending: bool) -> Subquery:
        limit = bindparam("_limit", type_=BigInteger())
        if not (key.by_tenant and self.tenant is not None and _TENANTS in names):
            narrow = self._where(narrow, names)
            return narrow.order_by(*_ends(key.expression, self.row_id, descending=descending)).limit(limit).subquery()
        tenants = (
            func.unnest(bindparam(_TENANTS, type_=self.filters[_TENANTS].type_))
            .table_valued(column("wanted", Uuid(as_uuid=True)), name="tenants")
            .render_derived()
        )
        narrow = self._where(narrow, (name for name in names if name != _TENANTS)).where(
            self.tenant == tenants.c.wanted
        )
        ordered = narrow.order_by(*_ends(key.expression, self.row_id, descending=descending))
        each = ordered.limit(limit).lateral()
        rows = select(each).select_from(tenants).join(each, true())
        return rows.order_by(*_ends(each.c[_KEY], each.c["_row"], descending=descending)).limit(limit).subquery()

    def _widen(self, cut: Subquery, *, descending: bool) -> _Select:
        tie = self.row_id == cut.c["_row"]
        if self.tenant is not None:
            tie &= self.tenant == cut.c["_tenant"]
        wide = self.base.add_columns(cut.c[_KEY]).where(tie)
        return wide.order_by(*_ends(cut.c[_KEY], cut.c["_row"], descending=descending))

    def _count(self, names: tuple[str, ...]) -> _Compiled:
        if names not in self._counts:
            counted: list[Any] = [func.count()] if self.count_at_most is None else [literal(1).label("one")]
            statement = self._where(self._narrow(counted, self._needs(names)).order_by(None), names)
            if self.count_at_most is not None:
                statement = select(func.count()).select_from(statement.limit(self.count_at_most + 1).subquery())
            self._counts[names] = compile_statement(statement)
        return self._counts[names]

    def _position(self, page: PageRequest) -> tuple[str, str, Cursor | None]:
        if page.cursor is not None:
            cursor = decode_cursor(page.cursor)
            if cursor.sort not in self.sorts:
                raise Problem(400, Code.PAGE_BAD_CURSOR)
            return cursor.sort, cursor.order, cursor
        sort = page.sort or self.default_sort
        if sort not in self.sorts:
            raise Problem(400, Code.PAGE_BAD_SORT, {"sort": sort[:40]})
        return sort, page.order or self.sorts[sort].default_order, None

    async def fetch(self, connection: Connection, page: PageRequest, values: Mapping[str, Any]) -> Rows:
        """One page and the total, in two queries; filters whose value is None do not apply.

        Raises Problem 400 `page.bad_cursor` or `page.bad_sort`.
        """
        sort, order, cursor = self._position(page)
        active = {name: value for name, value in values.items() if value is not None}
        names = tuple(sorted(active))
        backwards = cursor is not None and cursor.side == "before"
        descending = (order == "desc") != backwards
        arguments: dict[str, Any] = {**active, "_limit": page.limit + 1}
        if cursor is not None:
            arguments["_value"] = from_cursor_value(cursor.value, self.sorts[sort].kind)
            arguments["_id"] = cursor.id
        query = self._page(sort, names, descending=descending, keyed=cursor is not None)
        records = await connection.fetch(query.sql, *query.arguments(arguments))
        count = self._count(names)
        total = await connection.fetchval(count.sql, *count.arguments(active))
        more = len(records) > page.limit
        rows = [dict(record) for record in records[: page.limit]]
        if backwards:
            rows.reverse()
        has_next, has_prev = (True, more) if backwards else (more, cursor is not None)
        next_cursor = self._cursor(rows[-1], sort, order, "after") if rows and has_next else None
        prev_cursor = self._cursor(rows[0], sort, order, "before") if rows and has_prev else None
        for row in rows:
            del row[_KEY]
        return Rows(rows, total, next_cursor, prev_cursor)

    async def batch(
        self,
        connection: Connection,
        values: Mapping[str, Any],
        after: tuple[Any, UUID] | None,
        limit: int,
    ) -> tuple[list[dict[str, Any]], tuple[Any, UUID] | None]:
        """The next rows in the default order, without a total, and where to go on (None = that was all).

        For exports: each batch may come from a transaction of its own.
        """
        names = tuple(sorted(name for name, value in values.items() if value is not None))
        descending = self.sorts[self.default_sort].default_order == "desc"
        query = self._page(self.default_sort, names, descending=descending, keyed=after is not None)
        mark = {} if after is None else {"_value": after[0], "_id": after[1]}
        records = await connection.fetch(query.sql, *query.arguments({**values, **mark, "_limit": limit}))
        rows = [dict(record) for record in records]
        last = (rows[-1][_KEY], rows[-1]["id"]) if len(rows) == limit else None
        for row in rows:
            del row[_KEY]
        return rows, last

    async def one(self, connection: Connection, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The first row that matches, as the list would show it: one query, no total."""
        names = tuple(sorted(name for name, value in values.items() if value is not None))
        query = self._page(self.default_sort, names, descending=False, keyed=False)
        record = await connection.fetchrow(query.sql, *query.arguments({**values, "_limit": 1}))
        if record is None:
            return None
        row = dict(record)
        del row[_KEY]
        return row

    def _cursor(self, row: Mapping[str, Any], sort: str, order: str, side: str) -> str:
        value = to_cursor_value(row[_KEY])
        return Cursor(sort, order, side, value, row["id"]).encode()  # type: ignore[arg-type]  # both are Literals by construction

    async def ids(self, connection: Connection, values: Mapping[str, Any], limit: int) -> list[Any]:
        """`tenant_id` and `id` of all matching rows, `limit` at most: for "all N matching"."""
        assert self.tenant is not None
        names = tuple(sorted(name for name, value in values.items() if value is not None))
        shape = ("_ids", names)
        if shape not in self._pages:
            columns: list[Any] = [self.tenant.label("tenant_id"), self.row_id.label("id")]
            keys = self._where(self._narrow(columns, self._needs(names)), names).order_by(self.row_id)
            self._pages[shape] = compile_statement(keys.limit(bindparam("_limit", type_=BigInteger())))
        query = self._pages[shape]
        return list(await connection.fetch(query.sql, *query.arguments({**values, "_limit": limit})))


def _ends(key: Any, row_id: Any, *, descending: bool) -> tuple[Any, Any]:
    return (key.desc(), row_id.desc()) if descending else (key.asc(), row_id.asc())
