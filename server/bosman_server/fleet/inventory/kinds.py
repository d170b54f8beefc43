"""Kinds of tasks that ask a device about itself."""

from bosman_protocol.work import TaskKind
from bosman_server.core.specs.kind_spec import KindSpec, declare
from bosman_server.fleet.inventory.service import store_health

KINDS = declare(
    KindSpec(kind=TaskKind.INVENTORY_COLLECT, timeout_seconds=600),
    KindSpec(kind=TaskKind.HEALTH_COLLECT, timeout_seconds=600, keep=store_health),
)
