"""Finds the executor of a task kind; executors are imported only when first needed."""

import importlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from bosman_agent.executors.context import TaskContext
from bosman_protocol.work import TaskKind

Executor = Callable[[TaskContext, Any], Awaitable[msgspec.Struct]]
ExecutorT = TypeVar("ExecutorT", bound=Executor)

_executors: dict[TaskKind, Executor] = {}


def module_of(kind: TaskKind) -> str:
    """The module of an executor: `updates.scan` is carried out by `updates_scan`."""
    return kind.value.replace(".", "_")


def executor(kind: TaskKind) -> Callable[[ExecutorT], ExecutorT]:
    """Register the function that carries out a kind of task."""

    def register(function: ExecutorT) -> ExecutorT:
        _executors[kind] = function
        return function

    return register


def find_executor(kind: TaskKind) -> Executor:
    """The executor of a kind."""
    if kind not in _executors:
        importlib.import_module(f"bosman_agent.executors.{module_of(kind)}")
    return _executors[kind]
