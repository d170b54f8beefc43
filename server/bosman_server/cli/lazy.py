"""Commands that are imported when they are called: one that touches a file need not wait for the whole server."""

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


def commands(places: Mapping[str, str], **settings: Any) -> typer.Typer:
    """A group of commands. `places` says by name where each is: `module:function`, or `module:app` of a group below.

    `settings` are Typer's own.
    """

    class Group(TyperGroup):
        def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - as Typer calls it
            return list(places)

        def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002 - see above
            return _load(cmd_name, places[cmd_name]) if cmd_name in places else None

    # Plain tracebacks: the pretty ones may show what variables hold.
    app = typer.Typer(cls=Group, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, **settings)
    app.callback()(_nothing)
    return app


def _nothing() -> None:
    pass


def _load(name: str, place: str) -> TyperCommand | TyperGroup:
    module, attribute = place.split(":")
    # What is made while code is read lives as long as the process: looking through it for garbage, now and again and
    # again later, takes longer than any request may hold up others.
    gc.disable()
    found = getattr(import_module(module), attribute)
    gc.freeze()
    gc.enable()
    if not isinstance(found, typer.Typer):
        app = typer.Typer(add_completion=False)
        app.command(name)(found)
        found = app
    command = typer.main.get_command(found)
    assert isinstance(command, TyperCommand | TyperGroup)
    command.name = name
    return command
