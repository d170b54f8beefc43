"""The api's routes and the authorisation checks that each of them makes."""

from typing import Any

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bosman_server.app import create_app
from bosman_server.core.identity.access import AUTHORIZED
from bosman_server.settings import Settings


def api_routes() -> list[APIRoute]:
    """Every route of the api, with the path as its router names it."""
    found: list[APIRoute] = []

    def walk(routes: list[Any]) -> None:
        for route in routes:
            if isinstance(route, APIRoute):
                found.append(route)
            elif getattr(route, "original_router", None) is not None:
                walk(route.original_router.routes)

    walk(create_app(Settings()).routes)
    return found


def checks_of(dependant: Dependant) -> set[str]:
    """What a route's dependencies check, as `AUTHORIZED` words it."""
    found = {AUTHORIZED[dependant.call]} if dependant.call in AUTHORIZED else set()
    for child in dependant.dependencies:
        found |= checks_of(child)
    return found


def method_of(route: APIRoute) -> str:
    """Its one method."""
    (method,) = route.methods or {""}
    return method
