"""Finds the executor of a task kind; executors are imported only when first needed."""

import importlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from bosman_agent.executors.context import TaskContext
from bosman_protocol.work import TaskKind

Executor = Callable[[TaskContext, Any], Awaitable[msgspec.Struct]]
ExecutorT = TypeVar("ExecutorT", bound=Executor)

_MODULES = {
    TaskKind.DIAGNOSTICS_ECHO: "diagnostics_echo",
    TaskKind.INVENTORY_COLLECT: "inventory_collect",
    TaskKind.UPDATES_SCAN: "updates_scan",
    TaskKind.UPDATES_INSTALL: "updates_install",
    TaskKind.UPDATES_HISTORY: "updates_history",
    TaskKind.UPDATES_UNINSTALL: "updates_uninstall",
    TaskKind.SYSTEM_RESTART: "system_restart",
    TaskKind.SCRIPT_RUN: "script_run",
    TaskKind.APPS_SCAN: "apps_scan",
    TaskKind.APPS_UPGRADE: "apps_upgrade",
    TaskKind.HEALTH_COLLECT: "health_collect",
    TaskKind.AGENT_UPDATE: "agent_update",
}
_executors: dict[TaskKind, Executor] = {}

EXCLUSIVE_KINDS = frozenset(
    {
        TaskKind.UPDATES_SCAN,
        TaskKind.UPDATES_INSTALL,
        TaskKind.UPDATES_UNINSTALL,
        TaskKind.SYSTEM_RESTART,
        TaskKind.APPS_UPGRADE,
        TaskKind.AGENT_UPDATE,
    }
)
"""Kinds that run one at a time: they share the package manager, or end everything else."""


def executor(kind: TaskKind) -> Callable[[ExecutorT], ExecutorT]:
    """Register the function that carries out a kind of task."""

    def register(function: ExecutorT) -> ExecutorT:
        _executors[kind] = function
        return function

    return register


def find_executor(kind: TaskKind) -> Executor:
    """The executor of a kind."""
    if kind not in _executors:
        importlib.import_module(f"bosman_agent.executors.{_MODULES[kind]}")
    return _executors[kind]
