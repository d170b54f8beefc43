"""What a list is asked for: the query parameters of its route, made from its declaration."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from keyword import iskeyword
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query

from bosman_server.kit.db.list_spec import TENANTS, Declaration
from bosman_server.kit.paging import PageRequest, narrowing

MOST_IDS = 500
"""Tenants, sites or devices in one filter."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which rows of a list, and which page of them."""

    page: PageRequest = field(default_factory=PageRequest)
    filters: Mapping[str, object] = field(default_factory=dict)
    """Values by name; what is not named narrows nothing."""
    tenants: tuple[Any, ...] | None = None
    """The tenants that were asked for; None = all that one may see."""

    @property
    def tenant_ids(self) -> list[UUID] | None:
        """Those of them that are ids."""
        return None if self.tenants is None else [one for one in self.tenants if isinstance(one, UUID)]

    @property
    def text(self) -> str | None:
        """What is searched for; None = nothing."""
        found = self.filters.get("q")
        return found if isinstance(found, str) else None

    @property
    def given(self) -> dict[str, object]:
        """What was asked for, for an entry about it."""
        return dict(self.filters) if self.tenants is None else {TENANTS: list(self.tenants), **self.filters}


QueryDependency = Callable[..., Coroutine[object, None, ListQuery]]


def query_of(declaration: Declaration, *, paged: bool = True) -> QueryDependency:
    """A dependency with a parameter for each filter and, if it answers page by page, for the page."""
    parameters = list(_page_parameters(declaration)) if paged else []
    if declaration.tenant_parameter is not None:
        parameters.append(_parameter(TENANTS, _optional(declaration.tenant_parameter, max_length=MOST_IDS), None))
    aliases = {}
    for name, spec in declaration.filters.items():
        parameter = _parameter(name, _optional(spec.annotation, alias=name, **spec.limits), None)
        aliases[parameter.name] = name
        parameters.append(parameter)

    async def query(**given: Any) -> ListQuery:
        page = PageRequest(given["limit"], given["cursor"], given["sort"], given["order"]) if paged else PageRequest()
        # What a search box holds before anybody types into it searches for nothing.
        filters = {aliases[name]: value for name, value in given.items() if name in aliases and not _is_nothing(value)}
        tenants = given.get(TENANTS)
        return ListQuery(page, filters, None if tenants is None else tuple(tenants))

    query.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # what FastAPI reads
    query.declaration = declaration  # type: ignore[attr-defined]  # so that tests find every list by its route
    return query


def _parameter(name: str, annotation: object, default: object) -> Parameter:
    plain = f"{name}_" if iskeyword(name) else name
    return Parameter(plain, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _optional(annotation: Any, **limits: Any) -> Any:
    return Annotated[annotation | None, narrowing(**limits)]


def _is_nothing(value: object) -> bool:
    return value is None or value == ""


def _page_parameters(declaration: Declaration) -> list[Parameter]:
    sort: Any = Literal[tuple(declaration.sorts)]
    order: Any = Literal["asc", "desc"]
    own = f"Left out: {declaration.default_sort}."
    return [
        _parameter("limit", Annotated[int, Query(ge=1, le=200)], 25),
        _parameter(
            "cursor", Annotated[str | None, Query(max_length=600, description="Left out: the first page.")], None
        ),
        _parameter("sort", Annotated[sort | None, Query(description=own)], None),
        _parameter("order", Annotated[order | None, Query(description="Left out: the sort's own.")], None),
    ]
