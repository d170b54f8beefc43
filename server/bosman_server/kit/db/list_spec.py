"""What a list is: its columns, sorts and filters, each declared once [R21, R23].

From the declaration come the query parameters of its route (and with them OpenAPI and the web's types), and the
statements. Which tables a sort or filter reads is seen from its expression: no join can be forgotten.
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import cached_property
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from pydantic import AwareDatetime, BaseModel
from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    SQLColumnExpression,
    all_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import visitors
from sqlalchemy.types import BigInteger, Boolean, DateTime, String, TypeEngine, Uuid

from bosman_server.kit.db.base import Base

Expression = SQLColumnExpression[Any]
AnyExpression = ColumnElement[Any]
"""Any expression of a statement."""
Bound = BindParameter[Any]
"""A parameter of a statement; its filter tells its type."""
FilterClause = Callable[[Bound], ColumnElement[bool]]

SQL_TYPES: dict[Any, TypeEngine[Any]] = {
    str: String(),
    int: BigInteger(),
    float: Double(),
    bool: Boolean(),
    datetime: DateTime(timezone=True),
    AwareDatetime: DateTime(timezone=True),
    UUID: Uuid(as_uuid=True),
}
_GREATEST = sys.float_info.max
# PostgreSQL has no text with a zero byte.
_SEARCHED: Mapping[str, object] = {"max_length": 200, "pattern": r"^[^\x00]*$"}
COUNT_AT_MOST = 10_000
"""Where lists stop counting unless they say that their totals are exact."""
TENANTS, VISIBLE_TO, ID = "tenant_id", "visible_to", "id"
"""Filters that the scope and `ListSpec.one` set."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """What a list can be sorted by: an expression that is never NULL, or a number whose NULLs come last."""

    expression: Expression
    default_order: Literal["asc", "desc"] = "asc"
    by_tenant: bool = False
    """An index on (tenant_id, expression, id) serves it: read a page per tenant instead of sorting everything."""
    nulls_last: bool = False
    """For float expressions: what is not known or no finite number stands at the end of either order."""

    def __post_init__(self) -> None:
        if self.kind not in SQL_TYPES or (self.nulls_last and self.kind is not float):
            raise TypeError(f"cannot page by {self.expression} of {self.kind}")

    @property
    def kind(self) -> type:
        """The Python type of its values."""
        found: type = self.expression.type.python_type  # type: ignore[attr-defined]  # every column element has one
        return found

    def placed(self, order: str) -> Expression:
        """The expression to sort by in an order. A float is double precision: its cursor is exact."""
        if self.kind is not float:
            return self.expression
        number: ColumnElement[float] = cast(self.expression, Double())
        if not self.nulls_last:
            return number
        end: ColumnElement[float] = literal(float("-inf" if order == "desc" else "inf"), Double())
        # By comparisons with both ends NaN goes too: PostgreSQL takes it for the greatest number.
        known = case((number.between(-_GREATEST, _GREATEST), number))
        return func.coalesce(known, end)


def by_text(expression: Expression, *, by_tenant: bool = False) -> SortKey:
    """Sorted as words are, capitals or not."""
    return SortKey(func.lower(expression, type_=String()), by_tenant=by_tenant)


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition with one parameter."""

    annotation: object
    """The type of its values in the query string."""
    sql_type: TypeEngine[Any]
    clause: FilterClause
    limits: Mapping[str, object] = field(default_factory=dict)
    """Bounds of the parameter, as FastAPI's `Query` takes them."""


def _sql_type(annotation: object) -> TypeEngine[Any]:
    if get_origin(annotation) is Literal or (isinstance(annotation, type) and issubclass(annotation, Enum)):
        return SQL_TYPES[str]
    # A type with bounds is annotated: its first argument is what it holds.
    return SQL_TYPES[get_args(annotation)[0] if hasattr(annotation, "__metadata__") else annotation]


def matching(annotation: object, clause: FilterClause, **limits: Any) -> Filter:
    """Rows for which `clause` of one value holds."""
    return Filter(annotation, _sql_type(annotation), clause, limits)


def matching_any(annotation: Any, clause: FilterClause, **limits: Any) -> Filter:
    """Rows for which `clause` of an array of values holds."""
    return Filter(list[annotation], ARRAY(_sql_type(annotation)), clause, limits)


def equal(expression: Expression, annotation: object) -> Filter:
    """Rows where an expression is the value."""
    return matching(annotation, lambda value: expression == value)


def any_of(expression: Expression, annotation: object, **limits: Any) -> Filter:
    """Rows where an expression is one of several values."""
    return matching_any(annotation, lambda value: expression == any_(value), **limits)


def none_of(expression: Expression, annotation: object, **limits: Any) -> Filter:
    """Rows where an expression is none of several values; what is not known is none of them."""
    return matching_any(annotation, lambda value: func.coalesce(expression != all_(value), true()), **limits)


def older_than_days(expression: Expression) -> Filter:
    """Rows whose moment lies more than so many days back, or is not known: what never happened is no news."""
    day: AnyExpression = literal_column("interval '1 day'")
    return matching(
        int,
        lambda value: func.coalesce(expression < func.now() - cast(value, Integer) * day, true()),
        ge=1,
        le=3650,
    )


def search(*expressions: Expression) -> Filter:
    """What a search box sends: rows where the text stands in one of some expressions, in capitals or not."""

    def clause(value: Bound) -> ColumnElement[bool]:
        return or_(*(func.strpos(func.lower(one), func.lower(value)) > 0 for one in expressions))

    return Filter(str, String(), clause, _SEARCHED)


def search_folded(*texts: Expression) -> Filter:
    """The same in texts that `bosman_fold` has folded: "lodz" finds Łódź."""

    def clause(value: Bound) -> ColumnElement[bool]:
        # Below a select of its own it is folded once for a statement, not once for each row.
        wanted = select(func.bosman_fold(value)).scalar_subquery()
        return or_(*(func.strpos(func.coalesce(one, ""), wanted) > 0 for one in texts))

    return Filter(str, String(), clause, _SEARCHED)


def at_site(tenant: Expression, site: Expression) -> FilterClause:
    """For `ListSpec.visible_to`: rows of tenants that are open as a whole, and those at open sites."""
    return lambda value: (tenant == any_(value)) | (site == any_(value))


@dataclass(frozen=True, slots=True)
class Join:
    """A further table of a list, and how its rows are found."""

    entity: type[Base]
    on: ColumnElement[bool]
    optional: bool = False
    """There may be none: its columns are NULL then."""
    decides: bool = False
    """Rows without it, or whose other row one may not see, are not listed and not counted."""

    @property
    def table(self) -> FromClause:
        """What is joined."""
        return self.entity.__table__


def tables_of(*expressions: AnyExpression) -> set[FromClause]:
    """The tables that expressions read from the statement they stand in, and perhaps those of their subqueries."""
    return {
        node.table
        for expression in expressions
        for node in visitors.iterate(expression)
        if isinstance(node, Column) and node.table is not None
    }


def _inner_tables(*expressions: AnyExpression) -> set[FromClause]:
    return {
        table
        for expression in expressions
        for node in visitors.iterate(expression)
        if isinstance(node, Select)
        for source in node.get_final_froms()
        for table in visitors.iterate(source)
        if isinstance(table, FromClause)
    }


@dataclass(frozen=True, kw_only=True, eq=False)
class Declaration:
    """The tables, columns, sorts and filters of a list. Raises TypeError for one that cannot work."""

    root: type[Base]
    """Whose rows are listed. A page is cut from these first; only then are its rows joined to all that is shown:
    sorting five thousand narrow rows is cheap, joining them is not."""
    row: type[BaseModel]
    """What a row looks like: each of its fields is a column of `root`, or stands in `shown`."""
    shown: Mapping[str, Expression] = field(default_factory=dict)
    """Columns that `root` does not have under the name."""
    joins: tuple[Join, ...] = ()
    sorts: Mapping[str, SortKey]
    default_sort: str
    filters: Mapping[str, Filter] = field(default_factory=dict)
    path_filters: Mapping[str, Filter] = field(default_factory=dict)
    """What a route narrows by its path; `fetch` has to be told each of them."""
    visible_to: FilterClause | None = None
    """What the limits of memberships to some sites leave; None = they are no matter here."""
    is_always_narrowed: bool = False
    """Whether `visible_to` is asked for also where nothing is limited."""
    tenant_parameter: Any = list[UUID]
    """The type of the parameter `tenant_id`; None = the list takes none."""
    count_at_most: int | None = COUNT_AT_MOST
    """Where counting ends; None = the total is exact, at the cost of counting."""

    def __post_init__(self) -> None:
        if self.default_sort not in self.sorts:
            raise TypeError(f"not sorted by {self.default_sort}")
        every: list[AnyExpression] = [key.placed("asc") for key in self.sorts.values()]  # type: ignore[misc]  # all are elements
        every += [self.condition(name) for name in self.all_filters]
        missing = tables_of(*every) - {self.root.__table__, *(join.table for join in self.joins)}
        if missing - _inner_tables(*every):
            raise TypeError(f"{self.root.__name__}: no join says how {missing} are found")

    @property
    def row_id(self) -> SQLColumnExpression[UUID]:
        """The id of a row."""
        return self.root.id  # type: ignore[attr-defined,no-any-return]  # every table that is listed has one

    @property
    def tenant(self) -> SQLColumnExpression[UUID]:
        """The tenant of a row."""
        return getattr(self.root, "tenant_id", self.row_id)

    @cached_property
    def all_filters(self) -> Mapping[str, Filter]:
        """What may be asked for, and what the scope and `one` set."""
        found = {
            **self.filters,
            **self.path_filters,
            ID: equal(self.row_id, UUID),
            TENANTS: matching_any(UUID, lambda value: self.tenant == any_(value)),
        }
        return found if self.visible_to is None else found | {VISIBLE_TO: matching_any(UUID, self.visible_to)}

    def condition(self, name: str) -> ColumnElement[bool]:
        """The clause of a filter, with a parameter of its name."""
        spec = self.all_filters[name]
        return spec.clause(bindparam(name, type_=spec.sql_type))

    @cached_property
    def base(self) -> Select[*tuple[Any, ...]]:
        """All that is shown, from all tables."""
        names = [info.alias or name for name, info in self.row.model_fields.items()]
        columns = {name: self.shown[name] if name in self.shown else getattr(self.root, name) for name in names}
        source: FromClause = self.root.__table__
        for join in self.joins:
            source = source.join(join.table, join.on, isouter=join.optional)
        shown = columns | dict(self.shown)
        return select(*(column.label(name) for name, column in shown.items())).select_from(source)

    def narrow(self, columns: Iterable[Any], read: Iterable[AnyExpression]) -> Select[*tuple[Any, ...]]:
        """A select of a few columns from the root and no more joins than what is read needs."""
        needed = tables_of(*read)
        for join in reversed(self.joins):
            if join.decides or join.table in needed:
                needed |= {join.table, *tables_of(join.on)}
        source: FromClause = self.root.__table__
        for join in self.joins:
            if join.table in needed:
                source = source.join(join.table, join.on, isouter=not join.decides)
        return select(*columns).select_from(source)
