"""What guarded work on several devices asks of whoever wants it: a typed number, a fresh second factor [R10]."""

from collections.abc import Iterable, Mapping
from typing import Any

from bosman_protocol.codes import Code
from bosman_protocol.work import ACTION_CLASSES, ActionClass, TaskKind
from bosman_server.identity.access import Access
from bosman_server.kit.problems import Problem
from bosman_server.safety.rules import SafetyRules


def needs_step_up(kind: TaskKind, params: Mapping[str, Any]) -> bool:
    """Whether the work runs code or may restart a device."""
    action_class = ACTION_CLASSES[kind]
    if action_class is ActionClass.INSTALL:
        return bool(params.get("restart", "never") != "never")
    return action_class is not None


def check_size(
    access: Access,
    kind: TaskKind,
    params: Mapping[str, Any],
    *,
    count: int,
    confirmed_count: int | None,
    rules: Iterable[SafetyRules],
) -> None:
    """Guarded work on more than one device is meant as it stands.

    Raises Problem 409 `job.confirm_required` with the number to type in, 403 `session.step_up_required`.
    """
    if ACTION_CLASSES[kind] is None or count <= 1:
        return
    if count > min(rule.confirm_above for rule in rules) and confirmed_count != count:
        raise Problem(409, Code.JOB_CONFIRM_REQUIRED, {"count": count})
    if needs_step_up(kind, params):
        access.check_fresh()
