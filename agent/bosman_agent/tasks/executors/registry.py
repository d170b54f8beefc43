"""Finds the executor of a task kind; executors are imported only when first needed."""

import importlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from bosman_agent.identity.data_dir import DataDir
from bosman_agent.tasks.executors.context import TaskContext
from bosman_agent.watchdog.home import Home
from bosman_protocol.work import TaskKind

Executor = Callable[[TaskContext, Any], Awaitable[msgspec.Struct]]
ExecutorT = TypeVar("ExecutorT", bound=Executor)


class Installation(msgspec.Struct, frozen=True):
    """The agent itself, for executors whose work it is."""

    data: DataDir
    server_url: str
    home: Home | None
    """Where this agent is installed; None where it is not (a checkout, a plain package)."""
    has_watchdog: bool
    """Whether somebody would start a new version and turn back from a bad one."""


Factory = Callable[[Installation], Executor]
FactoryT = TypeVar("FactoryT", bound=Factory)

_factories: dict[TaskKind, Factory] = {}


def module_of(kind: TaskKind) -> str:
    """The module of an executor: `updates.scan` is carried out by `updates_scan`."""
    return kind.value.replace(".", "_")


def executor(kind: TaskKind) -> Callable[[ExecutorT], ExecutorT]:
    """Register the function that carries out a kind of task."""

    def register(function: ExecutorT) -> ExecutorT:
        _factories[kind] = lambda _installation: function
        return function

    return register


def installation_executor(kind: TaskKind) -> Callable[[FactoryT], FactoryT]:
    """Register a class whose objects, made with the installation, carry out a kind of task."""

    def register(factory: FactoryT) -> FactoryT:
        _factories[kind] = factory
        return factory

    return register


class Executors:
    """The executors of one agent."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._made: dict[TaskKind, Executor] = {}

    def find(self, kind: TaskKind) -> Executor:
        """The executor of a kind."""
        if kind not in self._made:
            if kind not in _factories:
                importlib.import_module(f"{__package__}.{module_of(kind)}")
            self._made[kind] = _factories[kind](self._installation)
        return self._made[kind]
